/** The connectors that need nothing but this process: what a catalog has before the edge adds `mqtt` and the sync layer Kafka's. */
import type { Random } from '../contract/clock.js'
import type { ConnectorSpec } from '../contract/connector.js'
import { blackholeConnector } from './blackhole.js'
import { datagenConnector } from './datagen.js'
import { filesystemConnector } from './filesystem.js'
import { type PrintDependencies, printConnector } from './print.js'

export interface BuiltinDependencies extends PrintDependencies {
  readonly random: Random
}

/**
 * `datagen`, `filesystem`, `print` and `blackhole`.
 *
 * @example
 * const connectors = new Map(builtinConnectors(dependencies).map((connector) => [connector.name, connector]))
 */
export function builtinConnectors(dependencies: BuiltinDependencies): readonly ConnectorSpec[] {
  return [blackholeConnector(), datagenConnector(dependencies.random), filesystemConnector(), printConnector(dependencies)]
}
