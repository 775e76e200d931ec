/** What one chunk brought for one table, on its way to the engine. */
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { Row } from '../../engine-lite/contract/row.js'
import type { Delivery } from '../../engine-lite/contract/source.js'
import type { Acknowledgement } from './acknowledgement.js'
import type { RedeliveryRegister, RegisterEntry } from './redelivery-register.js'
import type { SequenceEntry, SequenceRegister } from './sequence-register.js'

/** QoS 0: nobody waits, so nothing asks for an early commit. */
export class QuietDelivery implements Delivery {
  readonly rows: Row[]
  readonly bytes: number
  readonly letters: readonly DeadLetter[]

  constructor(rows: Row[], bytes: number, letters: readonly DeadLetter[]) {
    this.rows = rows
    this.bytes = bytes
    this.letters = letters
  }
}

/** Someone waits for the commit. */
export class AwaitedDelivery extends QuietDelivery {
  readonly #acknowledgements: readonly Acknowledgement[]
  readonly #inFlight: Set<AwaitedDelivery>

  /** Each acknowledgement is held already, once for this delivery. */
  constructor(
    rows: Row[],
    bytes: number,
    letters: readonly DeadLetter[],
    acknowledgements: readonly Acknowledgement[],
    inFlight: Set<AwaitedDelivery>,
  ) {
    super(rows, bytes, letters)
    this.#acknowledgements = acknowledgements
    this.#inFlight = inFlight
    inFlight.add(this)
  }

  committed(): void {
    if (!this.#inFlight.delete(this)) return
    for (const acknowledgement of this.#acknowledgements) acknowledgement.letGo()
  }

  /** The engine fell back behind these rows, or the table is gone. */
  abandon(): void {
    if (!this.#inFlight.delete(this)) return
    for (const acknowledgement of this.#acknowledgements) acknowledgement.abandon()
  }
}

/** The registers of a table and what this chunk added to them. */
export interface Remembered {
  readonly register: RedeliveryRegister | undefined
  readonly entries: readonly RegisterEntry[]
  readonly sequences: SequenceRegister | undefined
  readonly numbers: readonly SequenceEntry[]
}

/** Marks what was remembered as applied: from then on it is state. */
function applyRemembered({ register, entries, sequences, numbers }: Remembered): void {
  for (const entry of entries) register!.applied(entry)
  for (const number of numbers) sequences!.applied(number)
}

/** Like {@link AwaitedDelivery}, remembered against repeats. */
export class RememberedDelivery extends AwaitedDelivery {
  readonly #remembered: Remembered

  constructor(
    rows: Row[],
    bytes: number,
    letters: readonly DeadLetter[],
    acknowledgements: readonly Acknowledgement[],
    inFlight: Set<AwaitedDelivery>,
    remembered: Remembered,
  ) {
    super(rows, bytes, letters, acknowledgements, inFlight)
    this.#remembered = remembered
  }

  applied(): void {
    applyRemembered(this.#remembered)
  }
}

/** Like {@link QuietDelivery}, remembered against repeats. */
export class RememberedQuietDelivery extends QuietDelivery {
  readonly #remembered: Remembered

  constructor(rows: Row[], bytes: number, letters: readonly DeadLetter[], remembered: Remembered) {
    super(rows, bytes, letters)
    this.#remembered = remembered
  }

  applied(): void {
    applyRemembered(this.#remembered)
  }
}
