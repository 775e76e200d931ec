/** Numbers that a seed decides, so that a run can be had again. */
export class Random {
  #state: number

  constructor(readonly seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return (this.#state >>> 8) % limit
  }
}

/** `MILLRACE_SEED`, else always the same. */
export const SEED = Number(process.env.MILLRACE_SEED ?? 20_260_101)
