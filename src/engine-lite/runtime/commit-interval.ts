/** How long an acknowledgement or an outbox row waits for its commit: the policy, a slow disk, and the wear budget of the card. */
import type { CommitResult } from '../contract/storage.js'
import type { CommitPolicy } from './engine-options.js'

const WAITING_MS = { balanced: 200, latency: 15 } as const
/** Disk and budget may stretch the interval to this. */
const STRETCHED_MS_MAX = 1_000
/** Share of time that commits may take on a slow disk: one quarter. */
const DURATIONS = 4
const DAY_MS = 86_400_000
/** Commits that the averages look back on, about. */
const MEMORY = 8

export class CommitInterval {
  readonly #policy: CommitPolicy
  #averageMs = 0
  #averageBytes = 0

  constructor(policy: CommitPolicy) {
    this.#policy = policy
  }

  committed({ durationMs, bytesWritten }: CommitResult): void {
    this.#averageMs += (durationMs - this.#averageMs) / MEMORY
    this.#averageBytes += (bytesWritten - this.#averageBytes) / MEMORY
  }

  get waitingMs(): number {
    const { waitingMs, mode, bytesPerDayMax } = this.#policy
    const wearMs = bytesPerDayMax > 0 ? (this.#averageBytes * DAY_MS) / bytesPerDayMax : 0
    const stretchedMs = Math.min(STRETCHED_MS_MAX, Math.max(DURATIONS * this.#averageMs, wearMs))
    return Math.max(waitingMs ?? WAITING_MS[mode], stretchedMs)
  }
}
