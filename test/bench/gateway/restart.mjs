/** How long a start takes: with nothing, and with the state of 100,000 keys. */
import { fileURLToPath } from 'node:url'
import { BenchGateway } from './gateway.mjs'
import { rssMb, sleep, startDriver, youngCpuMs } from './process.mjs'

const driverPath = fileURLToPath(new URL('./driver.mjs', import.meta.url))
const KEYS = 100_000

export async function runStart() {
  const gateway = await BenchGateway.create(1)
  try {
    const readyMs = await gateway.start()
    const cpuMs = youngCpuMs(gateway.pid)
    await sleep(500)
    return { readyMs, cpuMs, rssMb: rssMb(gateway.pid).now }
  } finally {
    await gateway.kill('SIGTERM')
    gateway.remove()
  }
}

/** One reading of every key, SIGKILL, and the start that follows. */
export async function runRestore() {
  const gateway = await BenchGateway.create(1)
  let driver
  try {
    const emptyMs = await gateway.start()
    const emptyCpuMs = youngCpuMs(gateway.pid)
    driver = startDriver(driverPath, {
      port: gateway.mqttPort,
      topic: 'bench/{}',
      connections: 10,
      devices: KEYS,
      rounds: 1,
      qos: 1,
      inFlight: 5_000,
      bulk: true,
    })
    await driver.event('ready')
    driver.say('go')
    await driver.event('sent')
    await gateway.admitted(KEYS)
    driver.child.kill()
    await gateway.kill('SIGKILL')
    const readyMs = await gateway.start()
    const cpuMs = youngCpuMs(gateway.pid)
    const { ledger } = await gateway.status()
    if (ledger.in < KEYS) throw new Error(`${KEYS} readings were acknowledged, the ledger knows ${ledger.in} after the restart`)
    return {
      keys: KEYS,
      readyMs,
      emptyMs,
      restoreMs: readyMs - emptyMs,
      cpuMs,
      restoreCpuMs: cpuMs - emptyCpuMs,
      rssMb: rssMb(gateway.pid).now,
    }
  } finally {
    driver?.child.kill()
    await gateway.kill('SIGTERM')
    gateway.remove()
  }
}
