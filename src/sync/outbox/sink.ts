/** The sink behind every cloud connector: rows become records of the outbox, in the frame of the state that produced them. */
import type { Encoder } from '../../engine-lite/contract/format.js'
import { DELETE, type Row, type RowKind, UPDATE_BEFORE } from '../../engine-lite/contract/row.js'
import type { Sink, SinkContext, SinkFactory } from '../../engine-lite/contract/sink.js'

/** Which fields of the row go through which encoder. */
export interface EncodedPart {
  readonly encoder: Encoder
  /** Positions of the row, in the order the encoder wants them. */
  readonly positions: readonly number[]
  /** A row whose only field is NULL has no bytes at all (the raw format). */
  readonly nullWhenNull: boolean
}

export interface OutboxSinkConfig {
  /** `kafka:topic`. */
  readonly destination: string
  /** `upsert`: −D and −U become tombstones, as in Flink's DynamicKafkaRecordSerializationSchema. `append`: every row is a record. */
  readonly mode: 'upsert' | 'append'
  /** Pipeline and version, for the header. */
  readonly query: string
  readonly key: EncodedPart | null
  readonly value: EncodedPart
  /** Position of the result's own time in epoch ms (a window's end, a written timestamp), or null. */
  readonly eventTimePosition: number | null
}

/**
 * @example
 * const create = outboxSink({ destination: 'kafka:averages', mode: 'upsert', query: 'averages', key, value, eventTimePosition: 2 })
 */
export function outboxSink(config: OutboxSinkConfig): SinkFactory {
  return (context) => new OutboxSink(config, context)
}

class OutboxSink implements Sink {
  private readonly encodeKey: ((row: Row, kind: RowKind) => Uint8Array | null) | null
  private readonly encodeValue: (row: Row, kind: RowKind) => Uint8Array | null
  private readonly written

  constructor(
    private readonly config: OutboxSinkConfig,
    private readonly context: SinkContext,
  ) {
    this.encodeKey = config.key === null ? null : partEncoder(config.key)
    this.encodeValue = partEncoder(config.value)
    this.written = context.metrics.counter('outbox_rows_put', 'records put into the outbox')
  }

  write(row: Row, kind: RowKind): void {
    const { destination, mode, query, eventTimePosition } = this.config
    // A −U comes only where the query needs it: a filter above may have swallowed its +U, and then it is all that says the row is gone.
    const tombstone = mode === 'upsert' && (kind === DELETE || kind === UPDATE_BEFORE)
    this.context.put({
      destination,
      mode,
      key: this.encodeKey === null ? null : this.encodeKey(row, kind),
      value: tombstone ? null : this.encodeValue(row, kind),
      query,
      eventTimeMs: eventTimePosition === null ? null : (row[eventTimePosition] as number | null),
    })
    this.written.add(1)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Picks the fields into one row that is used again for every record: encoders are synchronous and keep nothing. */
function partEncoder({ encoder, positions, nullWhenNull }: EncodedPart): (row: Row, kind: RowKind) => Uint8Array | null {
  const picked: Row = new Array(positions.length).fill(null)
  return (row, kind) => {
    for (let at = 0; at < positions.length; at += 1) picked[at] = row[positions[at]!]
    if (nullWhenNull && picked[0] === null) return null
    return encoder.encode(picked, kind)
  }
}
