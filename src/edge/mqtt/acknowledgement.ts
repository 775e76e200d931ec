/**
 * What waits for a commit: the PUBACKs of one chunk of one connection, or a hook of the broker library. It is held once by whoever made
 * it and once by every delivery that carries a part of it; it is released when the last of them is durable. The one who made it lets go last.
 */
export abstract class Acknowledgement {
  #holders = 1
  #over = false

  hold(): void {
    this.#holders++
  }

  letGo(): void {
    if (--this.#holders > 0 || this.#over) return
    this.#over = true
    this.released()
  }

  /** A holder will never be durable: nothing is acknowledged, and the peer must send again. */
  abandon(): void {
    if (this.#over) return
    this.#over = true
    this.abandoned()
  }

  protected abstract released(): void
  protected abstract abandoned(): void
}

/** A hook of a library that waits for the commit. */
export class HookAcknowledgement extends Acknowledgement {
  readonly #done: () => void
  readonly #failed: () => void

  constructor(done: () => void, failed: () => void) {
    super()
    this.#done = done
    this.#failed = failed
  }

  protected override released(): void {
    this.#done()
  }

  protected override abandoned(): void {
    this.#failed()
  }
}
