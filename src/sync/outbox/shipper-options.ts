/** What a shipper is set up with, what it needs from the engine, and what it says about itself. */
import type { Cancel, Clock, Random } from '../../engine-lite/contract/clock.js'
import type { Logger, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { CommitId, OutboxPut } from '../../engine-lite/contract/sink.js'
import type { OutboxRef, StoragePort } from '../../engine-lite/contract/storage.js'
import type { UplinkPort } from '../kafka/port.js'
import type { BackoffOptions } from '../link/backoff.js'
import type { BudgetPolicy } from './budget.js'
import type { RecordTimestamp } from './record.js'

/**
 * The engine as the shipper sees it. Everything handed over goes into the frame being filled, all of one synchronous stretch into the
 * same one: a row leaves together with the dead letter that explains it.
 */
export interface ShipperEngine {
  /** Removes these rows with the frame whose id is returned. Survives a reload of the last commit. */
  deleteFromOutbox(refs: readonly OutboxRef[]): CommitId
  deadLetter(letter: DeadLetter): void
  put(record: OutboxPut): void
  /** Commit soon, even if only deletes wait. */
  requestSeal(): void
  onCommitted(listener: (id: CommitId, outboxRows: number) => void): Cancel
}

export interface ShipperParts {
  readonly engine: ShipperEngine
  readonly storage: Pick<StoragePort, 'readOutbox' | 'outboxStats' | 'dropOutbox'>
  readonly port: UplinkPort
  readonly clock: Clock
  readonly random: Random
  readonly metrics: MetricGroup
  readonly log: Logger
  /** Called when the policy `block` stops and releases the intake. */
  readonly onBlocked?: (blocked: boolean) => void
}

export interface ShipperOptions {
  /** `kafka`: takes the destinations `kafka:…`, the rest of which is the topic. */
  readonly scheme: string
  readonly gatewayId: string
  readonly batchRowsMax: number
  readonly batchBytesMax: number
  /** Rows sent whose delete is not durable, at most: so many are repeated after an unclean stop. */
  readonly unconfirmedRowsMax: number
  /** Deletes wait this long for a frame before one is asked for. */
  readonly sealAfterMs: number
  readonly backoff: BackoffOptions
  /** Where somebody must act: credentials, permissions, certificates. */
  readonly pauseBackoff: BackoffOptions
  readonly budget: BudgetPolicy
  readonly recordTimestamp: RecordTimestamp
  /** Where gap records go; null: only the dead letters and counters tell. */
  readonly gapDestination: string | null
}

export const DEFAULT_SHIPPER_OPTIONS: Omit<ShipperOptions, 'scheme' | 'gatewayId'> = {
  batchRowsMax: 500,
  batchBytesMax: 512 * 1024,
  unconfirmedRowsMax: 1_000,
  sealAfterMs: 1_000,
  backoff: { baseMs: 500, maxMs: 60_000 },
  pauseBackoff: { baseMs: 30_000, maxMs: 900_000 },
  budget: { bytesMax: 500 * 1024 * 1024, onFull: 'drop-oldest' },
  recordTimestamp: 'send',
  gapDestination: null,
}

/**
 * `idle`: nothing was sent yet. `up`: the last send was acknowledged. `down`: trying again with back-off. `paused`: refused, somebody must
 * act, long back-off. `failed`: configuration and cluster do not fit; tried again like `paused`. `stopped`: closed.
 */
export type LinkState = 'idle' | 'up' | 'down' | 'paused' | 'failed' | 'stopped'

export interface UplinkError {
  /** From the catalogue: K01xx. */
  readonly code: 'K0101' | 'K0102' | 'K0103' | 'K0104' | 'K0105' | 'K0106'
  readonly text: string
  readonly kafkaCode: number | null
  readonly atMs: number
}

export interface DestinationStatus {
  readonly destination: string
  readonly rows: number
  readonly bytes: number
  /** When its oldest waiting row was made, epoch ms. */
  readonly oldestAtMs: number | null
  /** Set while this destination alone is held back. */
  readonly heldBecause: string | null
}

/** Where every row of the outbox went, since the start of the process. */
export interface ShipperExits {
  readonly acknowledged: number
  /** Set aside by policy; the rest of the way is said in gap records. */
  readonly dropped: number
  readonly deadLetters: number
}

export interface UplinkStatus {
  readonly link: LinkState
  /** Rows and bytes on disk, sent but not yet removed ones included. */
  readonly queuedRows: number
  readonly queuedBytes: number
  /** Age of the oldest waiting row, ms of wall clock. */
  readonly oldestAgeMs: number | null
  /** Rows sent whose removal is not durable yet. */
  readonly unconfirmedRows: number
  readonly lastAckAtMs: number | null
  readonly lastError: UplinkError | null
  readonly exits: ShipperExits
  /** Rows of sends with unknown outcome: so many may be stored twice. */
  readonly possiblyRepeated: number
  readonly blocked: boolean
  readonly destinations: readonly DestinationStatus[]
}
