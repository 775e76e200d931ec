/** Sources: where rows come in. A source decodes on its own and hands over deliveries; the loop admits them in order. */
import type { Clock } from './clock.js'
import type { Logger, MetricGroup } from './metric.js'
import type { DeadLetter } from './operator.js'
import type { Row } from './row.js'
import type { StateTable } from './state.js'
import type { LogicalType } from './type.js'

/** Opaque to the engine; any internal value. */
export type SourcePosition = unknown

/**
 * Rows that came in together (a chunk of a socket, a block of a file). Order of deliveries is order of rows. The hooks run once each:
 * `applied` after the last row went through the operators, still inside the frame being filled; `committed` after that frame is durable.
 * If the engine stops or falls back in between, `committed` never runs, and nothing may be acknowledged.
 */
export interface Delivery {
  /** Rows in the layout of the source's columns, all +I. May be empty where only hooks matter. */
  readonly rows: Row[]
  /** Change kinds by position, where the format has them. */
  readonly kinds?: readonly (0 | 1 | 2 | 3)[]
  /** Bytes on the wire, for the ledger and the budget of the queue. */
  readonly bytes: number
  /** Position after these rows. */
  readonly position?: SourcePosition
  readonly letters?: readonly DeadLetter[]
  applied?(): void
  committed?(): void
}

export interface SourceContext {
  /** Stable across restarts. */
  readonly id: string
  /** Position of the last durable frame; undefined at the first start. */
  readonly from: SourcePosition | undefined
  /** Queues a delivery. Never blocks; past the high mark of the queue the engine calls `pause`. */
  deliver(delivery: Delivery): void
  /** Bounded input is over: the watermark goes to its maximum. */
  end(): void
  /** For the watermark: the source is connected and so silence means silence. */
  connected(up: boolean): void
  /** Registers state of the source itself (the redelivery register), recovered now, sealed with every frame. */
  state(name: string, table: StateTable): void
  /** The source cannot go on: its pipeline stops with this error. */
  fail(error: Error): void
  readonly clock: Clock
  readonly metrics: MetricGroup
  readonly log: Logger
}

export interface Source {
  /** Starts delivering; returns when it can (a listener is bound, a file is open), not when input is over. */
  start(): Promise<void>
  /** Stop reading soon: the queue is above its mark. Deliveries already on the way are still taken. */
  pause(): void
  resume(): void
  close(): Promise<void>
}

/** A column the source must fill. Unused ones may stay null: no operator reads them. */
export interface SourceColumn {
  readonly name: string
  readonly type: LogicalType
  /** Set for METADATA columns: the key to read. */
  readonly metadataKey?: string
  readonly used: boolean
}

export type SourceFactory = (context: SourceContext) => Source
