/** METADATA columns of an mqtt table: filled from the packet and its topic, each by its place. */

import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { Row } from '../../engine-lite/contract/row.js'
import type { SourceColumn } from '../../engine-lite/contract/source.js'
import type { Publish } from './ingest.js'
import type { TopicPattern } from './topic-filter.js'

type Fill = (row: Row, publish: Publish, levels: readonly string[]) => void

export class MetadataColumns {
  readonly #fills: readonly Fill[]
  /** Whether any column reads a level of the topic. */
  readonly readsLevels: boolean

  /** Unused columns are left null. @throws MillraceError E0210 for a key that is none, or a level the topic does not name */
  constructor(columns: readonly SourceColumn[], pattern: TopicPattern) {
    const used = columns.flatMap((column, at) =>
      column.metadataKey === undefined || !column.used ? [] : [{ at, key: column.metadataKey, name: column.name }],
    )
    this.#fills = used.map(({ at, key, name }) => fillOf(at, key, name, pattern))
    this.readsLevels = used.some(({ key }) => key.startsWith('topic.'))
  }

  fill(rows: Row[], from: number, publish: Publish, levels: readonly string[]): void {
    const fills = this.#fills
    for (let i = 0; i < fills.length; i++) {
      const fill = fills[i]!
      for (let n = from; n < rows.length; n++) fill(rows[n]!, publish, levels)
    }
  }
}

function fillOf(at: number, key: string, column: string, pattern: TopicPattern): Fill {
  switch (key) {
    case 'topic':
      return (row, publish) => {
        row[at] = publish.topic
      }
    case 'qos':
      return (row, publish) => {
        row[at] = publish.qos
      }
    case 'retained':
      return (row, publish) => {
        row[at] = publish.retain
      }
    case 'dup':
      return (row, publish) => {
        row[at] = publish.dup
      }
    case 'client-id':
      return (row, publish) => {
        row[at] = publish.device
      }
    case 'received-at':
      return (row, publish) => {
        row[at] = publish.receivedAtMs
      }
    case 'packet-id':
      return (row, publish) => {
        row[at] = publish.packetId
      }
    default:
      return levelFill(at, key, column, pattern)
  }
}

function levelFill(at: number, key: string, column: string, pattern: TopicPattern): Fill {
  const name = key.startsWith('topic.') ? key.slice('topic.'.length) : undefined
  const level = pattern.levels.find((candidate) => candidate.name === name)
  if (level === undefined) {
    const named = pattern.levels.map((candidate) => `topic.${candidate.name}`)
    throw new MillraceError('E0210', `metadata key '${key}' of column \`${column}\` does not exist`, {
      detail: [`keys: topic, qos, retained, dup, client-id, received-at, packet-id${named.map((text) => `, ${text}`).join('')}`],
      hint: "name a level of the topic in braces: 'topic' = 'plant/{line}/+' gives topic.line",
    })
  }
  const index = level.index
  return (row, _publish, levels) => {
    row[at] = levels[index] ?? null
  }
}
