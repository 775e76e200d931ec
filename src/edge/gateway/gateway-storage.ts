/**
 * The storage of a gateway, apart from the rest of it: its thread can be loading while the main thread still loads the engine, which
 * is what a start waits for.
 */
import type { Clock } from '../../engine-lite/contract/clock.js'
import { type WorkerStoragePort, workerStorage } from '../../engine-lite/state/worker-storage.js'
import type { GatewayConfig } from '../config/gateway-config.js'
import type { ChosenDeath } from './fault-point.js'

/** @example const storage = gatewayStorage(config, { clock: systemClock() }) */
export function gatewayStorage(
  { state }: GatewayConfig,
  { clock, storageDeath }: ChosenDeath & { readonly clock: Clock },
): WorkerStoragePort {
  return workerStorage({ dir: state.dir, ...(storageDeath && { death: storageDeath }) }, clock)
}
