/**
 * `millrace demo --break`: the gateway is a process of its own and is killed (SIGKILL) in the middle of a window. It is started again, the
 * devices go on, and in the end everything they were acknowledged is looked for in the cloud file.
 */
import type { ChildProcess } from 'node:child_process'
import { relative } from 'node:path'
import type { Clock } from '../../../engine-lite/contract/clock.js'
import { MillraceError } from '../../../engine-lite/contract/errors/index.js'
import { systemClock } from '../../../engine-lite/time/system-clock.js'
import type { StatusReport } from '../../http/status-report.js'
import { readAckJournal } from '../../simulator/ack-journal.js'
import { endChild, startGatewayProcess, startPlant } from '../demo/child.js'
import { readDeviceWindows } from '../demo/cloud-results.js'
import { type DemoDirectory, prepareDemoDirectory } from '../demo/demo-directory.js'
import { freePort } from '../demo/free-port.js'
import { clockText, DEVICE_COUNT, RATE, titleLines, WINDOW_MS } from '../demo/lines.js'
import { type Proof, prove } from '../demo/proof.js'
import { EXIT_OK, EXIT_RUNTIME } from '../exit-code.js'
import type { Terminal } from '../terminal.js'

export interface DemoBreakOptions {
  readonly seed: number
  readonly dir: string
}

/** The pipeline whose results are compared. */
const PIPELINE = 'device_windows'
const START_TIMEOUT_MS = 15_000
/** Readings run so long at least before the kill: a first result is out by then. */
const BEFORE_KILL_MS = 7_500
const RESULT_TIMEOUT_MS = 30_000
/** A window counts as out when time has gone on by so much: devices are never exactly at the same moment. */
const SETTLE_MS = 1_000
const POLL_MS = 50

export async function demoBreak(options: DemoBreakOptions, terminal: Terminal): Promise<number> {
  const clock = systemClock()
  // Not the usual ports: while the gateway is killed, nobody else should come to its place.
  const ports = { mqtt: (await freePort(0)).port, http: (await freePort(0)).port }
  const place = prepareDemoDirectory(options.dir, ports)
  const scene = new Scene(place, ports.http, clock)
  try {
    await scene.startGateway()
    scene.plant = startPlant({ mqttPort: ports.mqtt, seed: options.seed, rate: RATE, journalFile: place.journalFile })
    for (const line of intro(ports, place, options.seed)) terminal.say(line)
    await killInMidWindow(scene, terminal)
    const { untilMs, late, undecodable } = await finish(scene, terminal)
    const acknowledged = readAckJournal(place.journalFile)
    const arrived = await readDeviceWindows(place.cloudDir)
    return verdict(prove({ acknowledged, arrived, late, undecodable, windowMs: WINDOW_MS, untilMs }), place, terminal)
  } finally {
    await scene.clear()
  }
}

/** The processes on stage. */
class Scene {
  readonly place: DemoDirectory
  readonly clock: Clock
  gateway: ChildProcess | undefined
  plant: ChildProcess | undefined
  readonly #url: string

  constructor(place: DemoDirectory, httpPort: number, clock: Clock) {
    this.place = place
    this.clock = clock
    this.#url = `http://127.0.0.1:${httpPort}`
  }

  /** Resolves with how long it took until it was healthy, ms. */
  async startGateway(): Promise<number> {
    const { configFile, gatewayLog } = this.place
    const startMs = this.clock.monotonicMs()
    this.gateway = startGatewayProcess(configFile, gatewayLog)
    await this.until('the gateway is ready', START_TIMEOUT_MS, async () => {
      const { gateway, health } = await this.report()
      return health === 'ok' && gateway.pid === this.gateway?.pid
    })
    return this.clock.monotonicMs() - startMs
  }

  async report(): Promise<StatusReport> {
    return (await (await fetch(`${this.#url}/api/status`)).json()) as StatusReport
  }

  /** Polls until it holds. @throws MillraceError C0022 when time is over, or a process has ended */
  async until(what: string, timeoutMs: number, holds: () => Promise<boolean>): Promise<void> {
    const endMs = this.clock.monotonicMs() + timeoutMs
    while (!(await holds().catch(() => false))) {
      const ended = this.gateway?.exitCode !== null
      if (ended || this.clock.monotonicMs() > endMs) {
        throw new MillraceError('C0022', `it did not come to this: ${what}`, { detail: [`the gateway's log is ${this.place.gatewayLog}`] })
      }
      await this.pause(POLL_MS)
    }
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(delayMs, resolve)
    })
  }

  async clear(): Promise<void> {
    for (const child of [this.plant, this.gateway]) if (child) await endChild(child, 'SIGKILL')
  }
}

function intro(ports: { mqtt: number; http: number }, place: DemoDirectory, seed: number): string[] {
  return titleLines([
    ['gateway', `a process of its own, mqtt://127.0.0.1:${ports.mqtt}, http://127.0.0.1:${ports.http}/`],
    ['simulator', `${DEVICE_COUNT} devices, ${RATE} readings/s each, QoS 1; they write down every acknowledgement · seed ${seed}`],
    ['uplink', `${relative('.', place.cloudDir)}/*.jsonl   a stand-in for Kafka, same records`],
  ])
}

/** The middle of a window, after a first result is out. */
async function killInMidWindow(scene: Scene, terminal: Terminal): Promise<void> {
  const { clock, place } = scene
  const middle = WINDOW_MS / 2
  const killAtMs = Math.ceil((clock.nowMs() + BEFORE_KILL_MS - middle) / WINDOW_MS) * WINDOW_MS + middle
  await scene.pause(killAtMs - clock.nowMs())
  const arrived = (await readDeviceWindows(place.cloudDir)).length
  await endChild(scene.gateway!, 'SIGKILL')
  const startMs = Math.floor(clock.nowMs() / WINDOW_MS) * WINDOW_MS
  terminal.say(`  ${clockText(clock.nowMs())}  SIGKILL in the middle of the window ${clockText(startMs)}–${clockText(startMs + WINDOW_MS)}`)
  terminal.say(`            ${readAckJournal(place.journalFile).length} messages acknowledged so far, ${arrived} results in the cloud file`)
  const tookMs = await scene.startGateway()
  terminal.say(
    `  ${clockText(clock.nowMs())}  started again in ${Math.round(tookMs)} ms; the devices reconnect and repeat what was not acknowledged`,
  )
}

interface End {
  /** Windows up to here are out. */
  readonly untilMs: number
  readonly late: number
  readonly undecodable: number
}

/** Lets the window of the kill close and the next one begin, stops the devices, waits for the last result, stops the gateway. */
async function finish(scene: Scene, terminal: Terminal): Promise<End> {
  const closedMs = (Math.floor(scene.clock.nowMs() / WINDOW_MS) + 1) * WINDOW_MS
  const watermarkOf = ({ pipelines }: StatusReport): number => pipelines.find(({ name }) => name === PIPELINE)?.watermarkMs ?? 0
  await scene.until('the window closes', RESULT_TIMEOUT_MS, async () => watermarkOf(await scene.report()) >= closedMs + SETTLE_MS)
  const drained = await endChild(scene.plant!, 'SIGTERM')
  if (drained !== 0) throw new MillraceError('C0022', 'the devices stopped with readings that were not acknowledged')
  await scene.until('every result is shipped', RESULT_TIMEOUT_MS, async () => (await scene.report()).uplink.queueRows === 0)
  const report = await scene.report()
  const code = await endChild(scene.gateway!, 'SIGTERM')
  if (code !== EXIT_OK) throw new MillraceError('C0022', `the gateway stopped with exit code ${code}`)
  terminal.say(`  ${clockText(scene.clock.nowMs())}  devices and gateway stopped cleanly`)
  const dropped = report.pipelines.find(({ name }) => name === PIPELINE)?.ledger.dropped ?? {}
  return { untilMs: closedMs, late: dropped.late ?? 0, undecodable: dropped.decode ?? 0 }
}

function verdict(proof: Proof, place: DemoDirectory, terminal: Terminal): number {
  const repeated = proof.messages - proof.readings - proof.malformed
  const good = proof.lost === 0 && proof.duplicated === 0
  terminal.say('')
  terminal.out(
    `  acknowledged   ${proof.messages} messages = ${proof.readings} readings + ${repeated} repeats + ${proof.malformed} malformed`,
  )
  terminal.out(
    `  arrived        ${proof.inWindows} readings in windows, ${proof.late} late and ${proof.malformed} malformed set aside with their reason`,
  )
  terminal.out(`  ${terminal.paintData(good ? 'green' : 'red', `${good ? '✔' : '✘'} ${proof.lost} lost, ${proof.duplicated} duplicated`)}`)
  terminal.say(
    `  compare yourself: ${relative('.', place.journalFile)} with ${relative('.', place.cloudDir)}/device-windows.jsonl (newest version per key)`,
  )
  return good ? EXIT_OK : EXIT_RUNTIME
}
