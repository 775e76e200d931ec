/** A sink that puts every row into the outbox as JSON, in order, so that tests read from the disk what a cloud would get. */
import type { Edge, GraphNode } from '../contract/graph.js'
import { ROW_KIND_NAMES } from '../contract/row.js'
import type { OutboxRow } from '../contract/storage.js'

export const TEST_DESTINATION = 'test'

/** @param keyColumns how many leading columns are the key */
export function outboxSink(inputs: readonly Edge[], keyColumns = 1, id = 'sink'): GraphNode {
  const encoder = new TextEncoder()
  return {
    kind: 'sink',
    id,
    name: id,
    table: id,
    inputs,
    create: (context) => ({
      write(row, kind) {
        context.put({
          destination: TEST_DESTINATION,
          mode: 'append',
          key: encoder.encode(JSON.stringify(row.slice(0, keyColumns))),
          value: encoder.encode(JSON.stringify([ROW_KIND_NAMES[kind], ...row])),
          query: context.id,
          eventTimeMs: null,
        })
      },
      async close() {},
    }),
  }
}

/** Contents by sink and key, in the order of their versions. */
export function contentsByKey(rows: readonly OutboxRow[]): Map<string, string[]> {
  const decoder = new TextDecoder()
  const result = new Map<string, string[]>()
  for (const row of rows) {
    const key = `${row.query} ${decoder.decode(row.key ?? new Uint8Array(0))}`
    result.set(key, [...(result.get(key) ?? []), decoder.decode(row.value ?? new Uint8Array(0))])
  }
  return new Map([...result].sort(([a], [b]) => (a < b ? -1 : 1)))
}
