/**
 * Closing windows in slices. One watermark may end several windows; they are emitted in the order of their ends, the keys of each
 * by slot, at most `emitKeysMax` keys per slice.
 *
 * The emission is state: a cell holds the window end and the next slot while it is under way, sealed with the rows that are out. What
 * lies before the cursor is not looked at again, and goes with its pane when the window is done; a restore goes on at the cursor.
 */
import type { OperatorContext, Output } from '../contract/operator.js'
import { INSERT } from '../contract/row.js'
import type { Cell } from '../contract/state.js'
import type { WindowState } from './window-state.js'

/** [window end, next slot], or null when none is under way. */
type Cursor = readonly [number, number] | null

/** What looking at a slot costs compared with emitting it: a slice over a sparse pane must end, too. */
const LOOK_COST = 1
const EMIT_COST = 64

export class Emission {
  readonly #state: WindowState
  readonly #context: OperatorContext
  readonly #out: Output
  readonly #cursor: Cell<Cursor>
  /** Whether the window was emitted for this key before (time per device). */
  readonly #isFired: ((slot: number, endMs: number) => boolean) | null

  constructor(state: WindowState, context: OperatorContext, out: Output, isFired: ((slot: number, endMs: number) => boolean) | null) {
    this.#state = state
    this.#context = context
    this.#out = out
    this.#isFired = isFired
    this.#cursor = context.state.cell<Cursor>('emission', null)
  }

  /** Under way, so that a restored operator must defer it again. */
  get pending(): boolean {
    return this.#cursor.get() !== null
  }

  /** Emits the windows from `firstEndMs` on that are over at the watermark. Returns whether that is all done. */
  start(firstEndMs: number, watermarkMs: number): boolean {
    return this.#run(firstEndMs, 0, watermarkMs)
  }

  /** The next slice. */
  resume(watermarkMs: number): boolean {
    const cursor = this.#cursor.get()
    return cursor === null || this.#run(cursor[0], cursor[1], watermarkMs)
  }

  #run(fromEndMs: number, fromSlot: number, watermarkMs: number): boolean {
    const { keys } = this.#state
    let budget = this.#context.limits.emitKeysMax * EMIT_COST
    let endMs: number | undefined = fromEndMs
    // Out of the cursor it comes as a double, beside a time: a small integer again, or every table lookup is compiled anew.
    let slot = fromSlot | 0
    while (endMs !== undefined) {
      for (; slot < keys.slotLimit; slot++) {
        if (budget <= 0) {
          this.#cursor.set([endMs, slot])
          return false
        }
        budget -= this.#emit(endMs, slot) ? EMIT_COST : LOOK_COST
      }
      this.#dropPanes(endMs)
      this.#state.sweep()
      endMs = this.#state.endAfter(endMs, watermarkMs)
      slot = 0
    }
    if (this.#cursor.get() !== null) this.#cursor.set(null)
    return true
  }

  #emit(endMs: number, slot: number): boolean {
    if (!this.#state.isHeldIn(endMs, slot)) return false
    if (this.#isFired === null || !this.#isFired(slot, endMs)) {
      const row = this.#state.result(endMs, slot)
      if (row !== null) this.#out.emit(row, INSERT)
    }
    this.#state.emitted(endMs, slot)
    return true
  }

  /** Panes that no later window holds. */
  #dropPanes(endMs: number): void {
    const { table, grid } = this.#state
    for (let pane = table.panes[0]; pane !== undefined && grid.lastEnd(pane.startMs) <= endMs; pane = table.panes[0]) {
      this.#state.drop(pane.startMs)
    }
  }
}
