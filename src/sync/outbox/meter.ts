/** What a shipper counts and shows: the same figures for the metrics endpoint and the status page. */
import type { Clock } from '../../engine-lite/contract/clock.js'
import type { Counter, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { OutboxStats } from '../../engine-lite/contract/storage.js'
import type { UplinkFailure } from '../kafka/port.js'
import { totalBytes } from './budget.js'
import type { LinkState, UplinkError, UplinkStatus } from './shipper-options.js'

const KAFKA_UNKNOWN_TOPIC = 3

export class UplinkMeter {
  link: LinkState = 'idle'
  blocked = false
  stats: readonly OutboxStats[] = []
  private lastAckAtMs: number | null = null
  private lastError: UplinkError | null = null
  private readonly acknowledged: Counter
  private readonly dropped: Counter
  private readonly deadLetters: Counter
  private readonly possiblyRepeated: Counter
  private readonly sends: Counter
  private readonly failures: Counter
  private readonly partitionChanges: Counter

  constructor(
    private readonly clock: Clock,
    metrics: MetricGroup,
    private readonly unconfirmedRows: () => number,
    private readonly heldBecause: (destination: string) => string | null,
  ) {
    this.acknowledged = metrics.counter('uplink_rows_acknowledged', 'rows the uplink acknowledged')
    this.dropped = metrics.counter('uplink_rows_dropped', 'rows dropped because the outbox was full')
    this.deadLetters = metrics.counter('uplink_rows_dead', 'rows set aside because the uplink will never take them')
    this.possiblyRepeated = metrics.counter('uplink_rows_possibly_repeated', 'rows of sends with unknown outcome')
    this.sends = metrics.counter('uplink_sends', 'batches sent, failed ones included')
    this.failures = metrics.counter('uplink_failures', 'batches that failed')
    this.partitionChanges = metrics.counter('uplink_partition_count_changes', 'topics whose number of partitions changed')
    metrics.gauge('outbox_rows', 'rows waiting for the uplink', () => this.queuedRows)
    metrics.gauge('outbox_bytes', 'bytes waiting for the uplink', () => totalBytes(this.stats))
    metrics.gauge('outbox_oldest_age_ms', 'age of the oldest waiting row', () => this.oldestAgeMs ?? 0)
    metrics.gauge('uplink_up', '1 while the last send was acknowledged', () => (this.link === 'up' ? 1 : 0))
  }

  sending(): void {
    this.sends.add(1)
  }

  ack(rows: number): void {
    this.acknowledged.add(rows)
    this.link = 'up'
    this.lastAckAtMs = this.clock.nowMs()
  }

  failed(failure: UplinkFailure, rows: number): void {
    this.failures.add(1)
    if (failure.outcomeUnknown) this.possiblyRepeated.add(rows)
    this.note(codeOf(failure), failure.message, failure.kafkaCode)
    if (failure.scope !== 'link') return
    if (failure.class === 'pause') this.link = 'paused'
    else this.link = failure.class === 'fatal' ? 'failed' : 'down'
  }

  dead(rows: number): void {
    this.deadLetters.add(rows)
  }

  drop(rows: number, destination: string): void {
    this.dropped.add(rows)
    this.note('K0106', `dropped ${rows} rows for ${destination}`, null)
  }

  partitionsChanged(): void {
    this.partitionChanges.add(1)
  }

  status(): UplinkStatus {
    return {
      link: this.link,
      queuedRows: this.queuedRows,
      queuedBytes: totalBytes(this.stats),
      oldestAgeMs: this.oldestAgeMs,
      unconfirmedRows: this.unconfirmedRows(),
      lastAckAtMs: this.lastAckAtMs,
      lastError: this.lastError,
      exits: { acknowledged: this.acknowledged.value, dropped: this.dropped.value, deadLetters: this.deadLetters.value },
      possiblyRepeated: this.possiblyRepeated.value,
      blocked: this.blocked,
      destinations: this.stats.map((entry) => ({ ...entry, heldBecause: this.heldBecause(entry.destination) })),
    }
  }

  private note(code: UplinkError['code'], text: string, kafkaCode: number | null): void {
    this.lastError = { code, text, kafkaCode, atMs: this.clock.nowMs() }
  }

  private get queuedRows(): number {
    return this.stats.reduce((sum, { rows }) => sum + rows, 0)
  }

  private get oldestAgeMs(): number | null {
    let oldest: number | null = null
    for (const { oldestAtMs } of this.stats) if (oldestAtMs !== null) oldest = Math.min(oldest ?? oldestAtMs, oldestAtMs)
    return oldest === null ? null : Math.max(0, this.clock.nowMs() - oldest)
  }
}

function codeOf(failure: UplinkFailure): UplinkError['code'] {
  if (failure.kafkaCode === KAFKA_UNKNOWN_TOPIC) return 'K0103'
  if (failure.class === 'pause') return 'K0102'
  if (failure.class === 'dead-letter' || failure.class === 'split') return 'K0104'
  return failure.outcomeUnknown ? 'K0105' : 'K0101'
}
