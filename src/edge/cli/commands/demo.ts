/** `millrace demo`: everything on this machine in one terminal, to watch and to play with. */
import type { ChildProcess } from 'node:child_process'
import { relative } from 'node:path'
import type { Clock } from '../../../engine-lite/contract/clock.js'
import { systemClock, systemRandom } from '../../../engine-lite/time/system-clock.js'
import type { TopicPartitionBatch } from '../../../sync/kafka/port.js'
import { loadGatewayConfig } from '../../config/load.js'
import { Gateway } from '../../gateway/gateway.js'
import { createLogger } from '../../gateway/logger.js'
import { endChild, startPlant } from '../demo/child.js'
import { type DemoDirectory, prepareDemoDirectory } from '../demo/demo-directory.js'
import { type ChosenPort, freePort } from '../demo/free-port.js'
import { DEVICE_COUNT, RATE, titleLines } from '../demo/lines.js'
import { printBatch } from '../demo/print-batch.js'
import { EXIT_OK, EXIT_RUNTIME } from '../exit-code.js'
import { ledgerText } from '../status-lines.js'
import { stopSignal } from '../stop-signal.js'
import type { Terminal } from '../terminal.js'

export interface DemoOptions {
  readonly seed: number
  readonly dir: string
  /** Seconds. */
  readonly for?: number
}

const MQTT_PORT = 1883
const HTTP_PORT = 8081

export async function demo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const clock = systemClock()
  const startMs = clock.monotonicMs()
  const ports = { mqtt: await freePort(MQTT_PORT), http: await freePort(HTTP_PORT) }
  const place = prepareDemoDirectory(options.dir, { mqtt: ports.mqtt.port, http: ports.http.port })
  const config = loadGatewayConfig(place.configFile)
  const results = new ResultWatch(terminal, clock)
  const stop = Promise.race([stopSignal(), ...(options.for === undefined ? [] : [after(clock, options.for * 1_000)])])
  const log = createLogger(config.logLevel)
  const gateway = await Gateway.start(config, { clock, random: systemRandom, log, onShipped: (batch) => results.show(batch) })
  const plant = startPlant({ mqttPort: ports.mqtt.port, seed: options.seed, rate: RATE, journalFile: place.journalFile })
  for (const line of intro(ports, place, options.seed, (clock.monotonicMs() - startMs) / 1_000)) terminal.say(line)
  for (const line of whatNext(ports.http.port, place)) terminal.say(line)
  const failure = await Promise.race([stop, gateway.failed])
  return await end(gateway, plant, failure, terminal)
}

function intro(ports: { mqtt: ChosenPort; http: ChosenPort }, place: DemoDirectory, seed: number, seconds: number): string[] {
  const taken = ({ insteadOf }: ChosenPort): string => (insteadOf === undefined ? '' : `   (port ${insteadOf} is taken)`)
  return titleLines([
    ['broker', `mqtt://127.0.0.1:${ports.mqtt.port}   embedded${taken(ports.mqtt)}`],
    ['simulator', `${DEVICE_COUNT} devices on plant/{line}/{device}/telemetry, ${RATE} readings/s each, QoS 1 · seed ${seed}`],
    ['pipelines', 'device_windows, line_overview, pump_vibration   windows of 5 s'],
    ['uplink', `${relative('.', place.cloudDir)}/*.jsonl   a stand-in for Kafka, same records`],
    ['status', `http://127.0.0.1:${ports.http.port}/${taken(ports.http)}`],
  ]).concat(`  ready in ${seconds.toFixed(1)} s — the first window closes within 10 s. Ctrl-C stops cleanly.`)
}

/** How this program was called: `millrace` where it is installed, else by its file. */
function ownCommand(): string {
  const file = process.argv[1] ?? ''
  return file.endsWith('.mjs') ? `node ${relative('.', file)}` : 'millrace'
}

function whatNext(httpPort: number, { cloudDir }: DemoDirectory): string[] {
  return [
    '  try next, from a second terminal:',
    `    open http://127.0.0.1:${httpPort}/             the ledger: where every reading went`,
    `    ${ownCommand()} status --url http://127.0.0.1:${httpPort}`,
    `    tail -f ${relative('.', cloudDir)}/line-overview.jsonl`,
    `    ${`${ownCommand()} demo --break`.padEnd(42)}kill it in mid-window and see that nothing is lost`,
    '    config/gateway.yaml, config/pipelines     the same, commented: the start of your own',
    '',
  ]
}

async function end(gateway: Gateway, plant: ChildProcess, failure: string | Error, terminal: Terminal): Promise<number> {
  if (failure instanceof Error) {
    await endChild(plant, 'SIGKILL')
    throw failure
  }
  // The devices first, so that they see their last readings acknowledged.
  const drained = (await endChild(plant, 'SIGTERM')) === 0
  const { ledger, uplink } = await gateway.report()
  await gateway.stop()
  terminal.say(`\n  stopped: ${ledgerText(ledger)}; ${uplink.sentRows} results shipped`)
  return drained ? EXIT_OK : EXIT_RUNTIME
}

/** Prints results as they are shipped, and how long the first one took. */
class ResultWatch {
  readonly #terminal: Terminal
  readonly #clock: Clock
  readonly #startMs: number
  #first = true

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal
    this.#clock = clock
    this.#startMs = clock.monotonicMs()
  }

  show(batch: TopicPartitionBatch): void {
    for (const line of printBatch(batch, this.#clock.nowMs())) this.#terminal.out(line)
    if (!this.#first) return
    this.#first = false
    this.#terminal.say(`  first window result ${((this.#clock.monotonicMs() - this.#startMs) / 1_000).toFixed(1)} s after the start`)
  }
}

const after = (clock: Clock, delayMs: number): Promise<string> =>
  new Promise((resolve) => {
    clock.schedule(delayMs, () => resolve('time is over'))
  })
