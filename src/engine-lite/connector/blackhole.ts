/** The sink that swallows everything: for measuring and trying out. Flink: the BlackHole SQL connector. */
import type { ConnectorSpec } from '../contract/connector.js'

/**
 * `'connector' = 'blackhole'`. Takes any changelog, keeps nothing.
 *
 * @example
 * CREATE TABLE nowhere (a INT) WITH ('connector' = 'blackhole')
 */
export function blackholeConnector(): ConnectorSpec {
  return {
    name: 'blackhole',
    options: [],
    sinkMode: 'changelog',
    createSink: () => () => ({ write: () => undefined, close: () => Promise.resolve() }),
  }
}
