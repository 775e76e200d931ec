/** `millrace run`: the gateway in the foreground until it is told to stop. */
import { systemClock, systemRandom } from '../../../engine-lite/time/system-clock.js'
import { loadGatewayConfig } from '../../config/load.js'
import { deathAt } from '../../gateway/fault-point.js'
import { gatewayStorage } from '../../gateway/gateway-storage.js'
import { createLogger } from '../../gateway/logger.js'
import { EXIT_OK, EXIT_RUNTIME } from '../exit-code.js'
import { stopSignal } from '../stop-signal.js'

export interface RunOptions {
  readonly config: string
}

/** Ends with 0 after SIGTERM or Ctrl-C, with 1 when the gateway cannot go on. */
export async function run(options: RunOptions): Promise<number> {
  const config = loadGatewayConfig(options.config)
  const log = createLogger(config.logLevel)
  const stop = stopSignal()
  const death = deathAt(process.env.MILLRACE_FAULT_POINT)
  const clock = systemClock()
  const storage = gatewayStorage(config, { clock, ...death })
  storage.load()
  // Only now: the storage thread comes up while this one loads the engine and plans.
  const { Gateway } = await import('../../gateway/gateway.js')
  const gateway = await Gateway.start(config, { clock, random: systemRandom, log, storage, ...death })
  const { http, mqtt } = gateway.addresses
  log.info({ http: `http://${http.host}:${http.port}/`, ...(mqtt && { mqtt }) }, `gateway ${config.gatewayId} is ready`)
  const failure = await Promise.race([stop, gateway.failed])
  if (failure instanceof Error) {
    log.error({ err: failure }, 'the gateway cannot go on; what was not acknowledged comes again after the restart')
    return EXIT_RUNTIME
  }
  log.info({ signal: failure }, 'stopping')
  await gateway.stop()
  return EXIT_OK
}
