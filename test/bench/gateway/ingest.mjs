/** Devices publish, the gateway counts: CPU per record, bytes written, memory, acknowledgement times; the result is checked. */
import { fileURLToPath } from 'node:url'
import { BenchGateway } from './gateway.mjs'
import { measureJ } from './payload.mjs'
import { cpuUs, rssMb, startDriver, writtenBytes } from './process.mjs'

const driverPath = fileURLToPath(new URL('./driver.mjs', import.meta.url))

/** Both shapes of traffic, both qualities of service. */
export const INGEST = [
  { name: 'bulk, QoS 0', connections: 10, devices: 10_000, rounds: 60, qos: 0, bulk: true },
  { name: 'bulk, QoS 1', connections: 10, devices: 10_000, rounds: 60, qos: 1, inFlight: 5_000, bulk: true },
  { name: '1,000 devices, single packets, saturated, QoS 0', connections: 1_000, devices: 1_000, rounds: 300, qos: 0, bulk: false },
  {
    name: '1,000 devices, single packets, saturated, QoS 1',
    connections: 1_000,
    devices: 1_000,
    rounds: 300,
    qos: 1,
    inFlight: 20,
    bulk: false,
  },
  {
    name: '1,000 devices, 10,000 msg/s, QoS 1',
    connections: 1_000,
    devices: 1_000,
    rounds: 120,
    qos: 1,
    inFlight: 20,
    bulk: false,
    perSecond: 10_000,
  },
]

/** One run. Throws when a record is missing or counted twice. */
export async function runIngest(scenario) {
  const gateway = await BenchGateway.create(scenario.qos)
  const jBefore = measureJ()
  await gateway.start()
  let driver
  try {
    driver = startDriver(driverPath, { ...scenario, port: gateway.mqttPort, topic: 'bench/{}' })
    await driver.event('ready')
    const before = { cpu: cpuUs(gateway.pid), bytes: writtenBytes(gateway.pid), atMs: performance.now() }
    driver.say('go')
    const sent = await driver.event('sent')
    await gateway.admitted(sent.messages)
    const wallMs = performance.now() - before.atMs
    const cpu = cpuUs(gateway.pid) - before.cpu
    const bytes = writtenBytes(gateway.pid) - before.bytes
    const rss = rssMb(gateway.pid)
    driver.say('close')
    await driver.event('closed')
    check(await waitForResults(gateway, sent.messages), sent, scenario)
    const j = (jBefore + measureJ()) / 2
    return {
      j,
      usPerRecord: cpu / sent.messages,
      jPerRecord: cpu / sent.messages / j,
      recordsPerSecond: (sent.messages / wallMs) * 1_000,
      diskBytesPerRecord: bytes / sent.messages,
      rssMb: rss.now,
      rssPeakMb: rss.peak,
      ...(sent.pubackMs && { pubackP50Ms: sent.pubackMs.p50, pubackP99Ms: sent.pubackMs.p99 }),
    }
  } finally {
    driver?.child.kill()
    await gateway.kill('SIGTERM')
    gateway.remove()
  }
}

async function waitForResults(gateway, messages) {
  for (let attempt = 0; ; attempt += 1) {
    await gateway.drained()
    const results = gateway.results()
    const counted = results.reduce((sum, { n }) => sum + n, 0)
    if (counted >= messages || attempt === 20) return results
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function check(results, sent, { devices, rounds }) {
  const counted = results.reduce((sum, { n }) => sum + n, 0)
  const total = results.reduce((sum, result) => sum + result.total, 0)
  const windows = devices * Math.ceil((rounds + 20) / 60)
  if (counted !== sent.messages) throw new Error(`${sent.messages} readings sent, ${counted} counted`)
  if (Math.abs(total - sent.sum) > 1e-6) throw new Error(`sum of what was sent ${sent.sum}, of the results ${total}`)
  if (results.length > windows) throw new Error(`${results.length} windows, expected at most ${windows}`)
}
