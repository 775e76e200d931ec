/** A wait that can be cut short. */
import type { Clock } from '../../engine-lite/contract/clock.js'

/**
 * One waiter at a time. A `raise` while nobody waits is remembered, so that no wake-up is lost between looking and waiting.
 *
 * @example
 * await signal.wait(1_000) // returns after a second of monotonic time, or at once when somebody raises
 */
export class Signal {
  private raised = false
  private wake: (() => void) | undefined

  constructor(private readonly clock: Clock) {}

  raise(): void {
    this.raised = true
    this.wake?.()
  }

  /** @param limitMs Infinity: until raised */
  async wait(limitMs: number): Promise<void> {
    if (!this.raised && limitMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = Number.isFinite(limitMs) ? this.clock.schedule(limitMs, resolve) : undefined
        this.wake = () => {
          cancel?.()
          resolve()
        }
      })
      this.wake = undefined
    }
    this.raised = false
  }
}
