/**
 * Brings the rows of the outbox to the uplink, in order per key, and removes what was acknowledged.
 *
 * One loop per uplink, one batch at a time. A row leaves the outbox by exactly four exits: an acknowledgement that names its
 * topic-partition (removed by seq *and* version), a newer version of its key (that is storage's doing), the policy when the budget is
 * used up, or the dead letters. After a send with unknown outcome the rows are read again: what is sent then is the newest version, so
 * that it is the last in the log. At most `unconfirmedRowsMax` rows are sent without their removal being durable: so many may repeat
 * after an unclean stop, and none can be lost.
 */
import type { Cancel } from '../../engine-lite/contract/clock.js'
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { OutboxRow, OutboxStats } from '../../engine-lite/contract/storage.js'
import { partitionOf } from '../kafka/partitioner.js'
import type { UplinkFailure } from '../kafka/port.js'
import { Backoff } from '../link/backoff.js'
import { Signal } from '../link/signal.js'
import { BudgetKeeper } from './budget-keeper.js'
import { asFailure, type DeliveryParts, deliver } from './delivery.js'
import { Lane } from './lane.js'
import { UplinkMeter } from './meter.js'
import { toRecord } from './record.js'
import type { ShipperOptions, ShipperParts, UplinkStatus } from './shipper-options.js'
import { UnconfirmedRows } from './unconfirmed.js'

/** Looks at the budget at least this often while rows wait, ms. */
const BUDGET_EVERY_MS = 1_000
/** Storage did not answer: the engine is about to find out too. */
const STORAGE_RETRY_MS = 1_000

/** What a look at one destination came to. */
type Step = 'sent' | 'nothing' | 'link-down'

/**
 * @example
 * const shipper = new Shipper({ ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: 'gw-1' }, parts)
 * shipper.start()
 */
export class Shipper {
  private readonly lanes = new Map<string, Lane>()
  private readonly unconfirmed = new UnconfirmedRows()
  private readonly meter: UplinkMeter
  private readonly signal: Signal
  private readonly budget: BudgetKeeper
  private readonly linkBackoff: Backoff
  private readonly pauseBackoff: Backoff
  private readonly keylessPlace: Uint8Array
  private readonly deliveryParts: DeliveryParts
  private linkHeldUntilMs = Number.NEGATIVE_INFINITY
  private cancelSeal: Cancel | undefined
  private running: Promise<void> | undefined
  private stopListening: Cancel | undefined
  private stopped = false
  private drained: (() => void)[] = []

  constructor(
    private readonly options: ShipperOptions,
    private readonly parts: ShipperParts,
  ) {
    this.meter = new UplinkMeter(
      parts.clock,
      parts.metrics.group({ uplink: options.scheme }),
      () => this.unconfirmed.size,
      (destination) => this.lanes.get(destination)?.heldBecause ?? null,
    )
    this.signal = new Signal(parts.clock)
    this.budget = new BudgetKeeper(options, parts, this.meter)
    this.linkBackoff = new Backoff(options.backoff, parts.random)
    this.pauseBackoff = new Backoff(options.pauseBackoff, parts.random)
    this.keylessPlace = Buffer.from(options.gatewayId)
    this.deliveryParts = {
      port: parts.port,
      meter: this.meter,
      toRecord: (row) => toRecord(row, options.gatewayId, options.recordTimestamp),
      acknowledged: (rows) => this.acknowledged(rows),
      refused: (row, letter) => this.refused(row, letter),
    }
  }

  /** Begins to ship. Never fails: what goes wrong is tried again and shown in the status. */
  start(): void {
    this.stopListening = this.parts.engine.onCommitted((id) => {
      this.unconfirmed.confirm(id)
      this.signal.raise()
    })
    this.running = this.run()
  }

  /** Lets the send under way come to its end or break, and closes the port. Rows not sent stay in the outbox. */
  async stop(): Promise<void> {
    this.stopped = true
    this.stopListening?.()
    this.cancelSeal?.()
    this.signal.raise()
    await this.parts.port.close()
    await this.running
    this.meter.link = 'stopped'
    for (const resolve of this.drained.splice(0)) resolve()
  }

  /** Resolves when nothing waits and every removal is durable, or when the shipper stops. For bounded input and orderly shutdown. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.drained.push(resolve)
      this.signal.raise()
    })
  }

  /** Something changed for the better (new credentials, the network is back): tries at once. */
  retryNow(): void {
    this.linkHeldUntilMs = Number.NEGATIVE_INFINITY
    this.signal.raise()
  }

  status(): UplinkStatus {
    return this.meter.status()
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const waitMs = await this.turn().catch((thrown: unknown) => {
        this.parts.log.error({ error: String(thrown) }, 'the outbox cannot be read')
        return STORAGE_RETRY_MS
      })
      if (!this.stopped) await this.signal.wait(waitMs)
    }
  }

  /** One round over all destinations. @returns ms to wait before the next, unless woken */
  private async turn(): Promise<number> {
    const stats = await this.readStats()
    await this.budget.keep(stats, this.unconfirmed.size)
    const queued = stats.some(({ rows }) => rows > 0)
    if (!queued && this.unconfirmed.size === 0) for (const resolve of this.drained.splice(0)) resolve()
    if (this.drained.length > 0 && this.unconfirmed.size > 0) this.parts.engine.requestSeal()
    if (!queued) return Number.POSITIVE_INFINITY
    if (this.linkWaitMs > 0) return Math.min(this.linkWaitMs, BUDGET_EVERY_MS)
    let sent = false
    for (const entry of stats) {
      if (entry.rows === 0 || this.stopped) continue
      const step = await this.ship(this.laneOf(entry.destination), entry)
      if (step === 'link-down') return Math.min(this.linkWaitMs, BUDGET_EVERY_MS)
      sent ||= step === 'sent'
    }
    return sent ? 0 : this.untilNextRelease()
  }

  private get linkWaitMs(): number {
    return this.linkHeldUntilMs - this.parts.clock.monotonicMs()
  }

  private async readStats(): Promise<OutboxStats[]> {
    const prefix = `${this.options.scheme}:`
    const stats = (await this.parts.storage.outboxStats()).filter(({ destination }) => destination.startsWith(prefix))
    this.meter.stats = stats
    return stats
  }

  private untilNextRelease(): number {
    const nowMs = this.parts.clock.monotonicMs()
    let waitMs = BUDGET_EVERY_MS
    for (const lane of this.lanes.values()) {
      if (lane.waitUntilMs > nowMs) waitMs = Math.min(waitMs, lane.waitUntilMs - nowMs)
      waitMs = Math.min(waitMs, Math.max(0, lane.nextReleaseMs - nowMs))
    }
    return waitMs
  }

  private laneOf(destination: string): Lane {
    let lane = this.lanes.get(destination)
    if (lane === undefined) {
      const topic = destination.slice(this.options.scheme.length + 1)
      lane = new Lane(destination, topic, this.options.batchRowsMax, this.options.backoff, this.parts.random)
      this.lanes.set(destination, lane)
    }
    return lane
  }

  /** Reads the next rows of a destination and sends them, one topic-partition after the other. */
  private async ship(lane: Lane, stats: OutboxStats): Promise<Step> {
    const nowMs = this.parts.clock.monotonicMs()
    if (lane.waitUntilMs > nowMs) return 'nothing'
    lane.release(nowMs)
    const { batchBytesMax } = this.options
    const query = { destination: lane.destination, afterSeq: lane.cursor, rowsMax: lane.batchRows, bytesMax: batchBytesMax }
    const rows = await this.parts.storage.readOutbox(query)
    if (rows.length === 0) {
      this.lookForLeftovers(lane, stats)
      return 'nothing'
    }
    const groups = await this.groupByPartition(lane, rows)
    if (groups === 'link-down') return 'link-down'
    if (groups === undefined) return 'nothing'
    const left = new Set<number>(rows.filter((row) => this.unconfirmed.has(row.seq)).map((row) => row.seq))
    for (const [partition, group] of groups) {
      if (lane.isPartitionHeld(partition)) continue
      await this.roomFor(group.length)
      if (this.stopped) return 'nothing'
      const { topic, destination } = lane
      const { failure, tooLarge } = await deliver(this.deliveryParts, { topic, destination, partition, rows: group })
      for (const row of group) if (failure === undefined || this.unconfirmed.has(row.seq)) left.add(row.seq)
      if (tooLarge) lane.shrink(group.length)
      if (failure === undefined) this.moved(lane, partition)
      else if (this.hold(lane, partition, failure) !== 'partition') {
        lane.readUpTo(rows, (row) => left.has(row.seq), false)
        return failure.scope === 'link' ? 'link-down' : 'nothing'
      }
    }
    lane.readUpTo(rows, (row) => left.has(row.seq), true)
    return 'sent'
  }

  /** Rows still to be sent, by partition; undefined: the topic is held. */
  private async groupByPartition(lane: Lane, rows: readonly OutboxRow[]): Promise<Map<number, OutboxRow[]> | 'link-down' | undefined> {
    let count: number
    try {
      count = await this.parts.port.partitionCount(lane.topic)
    } catch (thrown) {
      const failure = asFailure(thrown)
      this.meter.failed(failure, 0)
      return this.hold(lane, null, failure) === 'link' ? 'link-down' : undefined
    }
    if (lane.partitionCount !== 0 && lane.partitionCount !== count) {
      this.meter.partitionsChanged()
      const fields = { topic: lane.topic, before: lane.partitionCount, now: count }
      this.parts.log.warn(fields, 'the topic has another number of partitions: keys move, and a repeat may land in another partition')
    }
    lane.partitionCount = count
    const groups = new Map<number, OutboxRow[]>()
    for (const row of rows) {
      if (this.unconfirmed.has(row.seq)) continue
      // Rows without a key keep their order too: all of a gateway go to one partition.
      const partition = partitionOf(row.key ?? this.keylessPlace, count)
      const group = groups.get(partition)
      if (group === undefined) groups.set(partition, [row])
      else group.push(row)
    }
    return groups
  }

  /** @returns what is held now */
  private hold(lane: Lane, partition: number | null, failure: UplinkFailure): 'link' | 'topic' | 'partition' {
    const nowMs = this.parts.clock.monotonicMs()
    const needsSomebody = failure.class === 'pause' || failure.class === 'fatal'
    const fields = { destination: lane.destination, kafkaCode: failure.kafkaCode, class: failure.class, error: failure.message }
    if (failure.scope === 'link') {
      const waitMs = (needsSomebody ? this.pauseBackoff : this.linkBackoff).nextMs()
      this.linkHeldUntilMs = nowMs + waitMs
      this.parts.log[needsSomebody ? 'error' : 'warn']({ ...fields, waitMs }, 'the uplink does not take rows')
      return 'link'
    }
    this.parts.log[needsSomebody ? 'error' : 'warn'](fields, 'a topic does not take rows, others go on')
    if (failure.scope === 'partition' && !needsSomebody && partition !== null) {
      lane.holdPartition(partition, nowMs)
      return 'partition'
    }
    lane.holdAll(nowMs, failure.message, needsSomebody ? this.pauseBackoff.nextMs() : undefined)
    return 'topic'
  }

  private moved(lane: Lane, partition: number): void {
    lane.acknowledged(partition)
    this.linkBackoff.reset()
    this.pauseBackoff.reset()
    this.budget.moved(lane.destination)
  }

  private acknowledged(rows: readonly OutboxRow[]): void {
    this.meter.ack(rows.length)
    this.remove(rows)
  }

  private refused(row: OutboxRow, letter: DeadLetter): void {
    this.meter.dead(1)
    this.parts.engine.deadLetter(letter)
    this.remove([row])
  }

  private remove(rows: readonly OutboxRow[]): void {
    const frame = this.parts.engine.deleteFromOutbox(rows.map(({ seq, version }) => ({ seq, version })))
    for (const row of rows) this.unconfirmed.add(row.seq, frame)
    if (this.unconfirmed.size >= this.options.unconfirmedRowsMax / 2) this.parts.engine.requestSeal()
    this.cancelSeal ??= this.parts.clock.schedule(this.options.sealAfterMs, () => {
      this.cancelSeal = undefined
      if (this.unconfirmed.size > 0) this.parts.engine.requestSeal()
    })
  }

  /** Waits until that many more rows may be on the way. */
  private async roomFor(rows: number): Promise<void> {
    while (!this.stopped && this.unconfirmed.size > 0 && this.unconfirmed.size + rows > this.options.unconfirmedRowsMax) {
      this.parts.engine.requestSeal()
      await this.signal.wait(this.options.sealAfterMs)
    }
  }

  /** Rows that were all sent and yet are there: an older commit was loaded again. They are sent once more, which is harmless. */
  private lookForLeftovers(lane: Lane, stats: OutboxStats): void {
    if (lane.nextReleaseMs === Number.POSITIVE_INFINITY && this.unconfirmed.size === 0 && stats.rows > 0) lane.restart()
  }
}
