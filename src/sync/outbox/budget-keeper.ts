/** Keeps the outbox within its budget, and says what that cost. */
import type { OutboxStats } from '../../engine-lite/contract/storage.js'
import { isBlocked, planDrop, totalBytes } from './budget.js'
import { GapLedger, type GapNotice } from './gap.js'
import type { UplinkMeter } from './meter.js'
import type { ShipperOptions, ShipperParts } from './shipper-options.js'

export class BudgetKeeper {
  private readonly gaps: GapLedger

  constructor(
    private readonly options: Pick<ShipperOptions, 'gatewayId' | 'gapDestination' | 'budget'>,
    private readonly parts: ShipperParts,
    private readonly meter: UplinkMeter,
  ) {
    this.gaps = new GapLedger(options.gatewayId, options.gapDestination)
  }

  /**
   * Blocks, releases or drops as the policy says. Never while a send is under way, so that a row is not dropped and delivered at once.
   *
   * @param unconfirmedRows delivered rows that still lie in the outbox: they must not be counted as dropped, so their removal comes first
   */
  async keep(stats: readonly OutboxStats[], unconfirmedRows: number): Promise<void> {
    const { budget, gapDestination } = this.options
    this.block(stats)
    const order = planDrop(
      stats.filter(({ destination }) => destination !== gapDestination),
      budget,
    )
    if (order === undefined) return
    if (unconfirmedRows > 0) {
      this.parts.engine.requestSeal()
      return
    }
    const rows = await this.parts.storage.dropOutbox(order.destination, order.bytes, order.which)
    if (rows === 0) return
    this.meter.drop(rows, order.destination)
    this.announce(this.gaps.dropped(order.destination, rows, this.parts.clock.nowMs(), this.parts.clock.monotonicMs()))
  }

  /** Rows of this destination go out again: its gap, if there is one, is over. */
  moved(destination: string): void {
    this.announce(this.gaps.closed(destination, this.parts.clock.nowMs()))
  }

  private block(stats: readonly OutboxStats[]): void {
    const { budget } = this.options
    const blocked = isBlocked(stats, budget, this.meter.blocked)
    if (blocked === this.meter.blocked) return
    this.meter.blocked = blocked
    const fields = { bytes: totalBytes(stats), bytesMax: budget.bytesMax }
    this.parts.log.warn(fields, blocked ? 'the outbox is full: intake stops' : 'the outbox has room: intake goes on')
    this.parts.onBlocked?.(blocked)
  }

  private announce(notice: GapNotice | undefined): void {
    if (notice === undefined) return
    this.parts.log.warn({}, notice.letter.text)
    this.parts.engine.deadLetter(notice.letter)
    if (notice.put !== null) this.parts.engine.put(notice.put)
  }
}
