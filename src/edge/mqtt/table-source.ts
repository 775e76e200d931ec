/**
 * One mqtt table as a source: decodes what the door takes for it, fills metadata, recognises repeats, and hands each chunk to the engine
 * as one delivery whose commit releases the acknowledgements.
 */
import type { Decoder } from '../../engine-lite/contract/format.js'
import type { Counter } from '../../engine-lite/contract/metric.js'
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { Row } from '../../engine-lite/contract/row.js'
import type { Source, SourceContext } from '../../engine-lite/contract/source.js'
import type { Acknowledgement } from './acknowledgement.js'
import type { Door } from './doors.js'
import type { IngestBinding, Publish, Unbind } from './ingest.js'
import type { MetadataColumns } from './metadata-columns.js'
import { publishHash, RedeliveryRegister, type RegisterEntry } from './redelivery-register.js'
import { type SequenceEntry, SequenceRegister } from './sequence-register.js'
import { AwaitedDelivery, QuietDelivery, RememberedDelivery, RememberedQuietDelivery } from './table-delivery.js'
import { ENTRIES_PER_CLIENT, type MqttTableOptions } from './table-options.js'

const SAMPLE_BYTES_MAX = 512
const NO_LETTERS: readonly DeadLetter[] = []
const NO_LEVELS: readonly string[] = []

interface RepeatCounters {
  readonly recognised: Counter
  readonly possible: Counter
  readonly skipped: Counter
}

export class MqttTableSource implements Source, IngestBinding {
  readonly filter: string
  readonly qos: 0 | 1
  readonly retained: boolean
  readonly #context: SourceContext
  readonly #door: Door
  readonly #decoder: Decoder
  readonly #metadata: MetadataColumns
  readonly #sequence: MqttTableOptions['sequence']
  readonly #register: RedeliveryRegister | undefined
  readonly #sequences: SequenceRegister | undefined
  readonly #counters: RepeatCounters
  readonly #inFlight = new Set<AwaitedDelivery>()
  #unbind: Unbind | undefined
  #pausing = false
  /** The chunk being filled. */
  #rows: Row[] = []
  #bytes = 0
  #letters: DeadLetter[] | undefined
  #acknowledgements: Acknowledgement[] = []
  #entries: RegisterEntry[] = []
  #numbers: SequenceEntry[] = []

  constructor(context: SourceContext, door: Door, decoder: Decoder, metadata: MetadataColumns, options: MqttTableOptions) {
    this.filter = options.topic.filter
    this.qos = options.qos
    this.retained = options.retained
    this.#context = context
    this.#door = door
    this.#decoder = decoder
    this.#metadata = metadata
    this.#sequence = options.sequence
    if (options.uniquePayloads) {
      const { entriesPerClientMax = ENTRIES_PER_CLIENT[door.status().kind], memoryBytesMax } = options
      this.#register = new RedeliveryRegister({ entriesPerClientMax, bytesMax: memoryBytesMax })
      context.state('redelivery', this.#register)
    }
    if (options.sequence !== undefined) {
      this.#sequences = new SequenceRegister(options.sequence.horizon, options.memoryBytesMax)
      context.state('sequences', this.#sequences)
    }
    this.#counters = this.#makeCounters()
  }

  #makeCounters(): RepeatCounters {
    const { metrics } = this.#context
    const register = this.#register
    const sequences = this.#sequences
    if (register !== undefined)
      metrics.gauge('redelivery_evicted', 'publishes forgotten by the redelivery register', () => register.evicted)
    if (sequences !== undefined) metrics.gauge('sequence_gaps', 'sequence numbers of devices that never came', () => sequences.gaps)
    return {
      recognised: metrics.counter('repeats_recognised_total', 'redelivered readings that had no second effect'),
      possible: metrics.counter('repeats_possible_total', 'redelivered readings that may have been counted before'),
      skipped: metrics.counter('payloads_without_row_total', 'payloads that gave no row: empty, or skipped by the format'),
    }
  }

  async start(): Promise<void> {
    this.#unbind = this.#door.bind(this)
  }

  pause(): void {
    if (this.#pausing) return
    this.#pausing = true
    this.#door.pause()
  }

  resume(): void {
    if (!this.#pausing) return
    this.#pausing = false
    this.#door.resume()
  }

  async close(): Promise<void> {
    this.#unbind?.()
    this.#unbind = undefined
    this.resume()
    for (const delivery of [...this.#inFlight]) delivery.abandon()
  }

  prepare(topic: string): readonly string[] {
    return this.#metadata.readsLevels ? topic.split('/') : NO_LEVELS
  }

  connected(up: boolean): void {
    this.#context.connected(up)
  }

  take(publish: Publish, prepared: unknown, acknowledgement: Acknowledgement | undefined): void {
    this.#bytes += publish.payloadEnd - publish.payloadStart + publish.topic.length
    if (acknowledgement !== undefined) this.#wait(acknowledgement)
    const tracked = this.#register !== undefined && publish.qos > 0
    const hash =
      tracked || this.#sequences !== undefined ? publishHash(publish.topic, publish.bytes, publish.payloadStart, publish.payloadEnd) : 0
    // A repeat waits for this chunk's commit: that of the first, if it is still on the way, comes no later.
    if (publish.dup && tracked && this.#register!.has(publish.clientId, publish.packetId, hash)) {
      this.#counters.recognised.add(1)
      return
    }
    if (tracked) this.#entries.push(this.#register!.note(publish.clientId, publish.packetId, hash))
    this.#decode(publish, prepared as readonly string[], hash)
  }

  #wait(acknowledgement: Acknowledgement): void {
    const waiting = this.#acknowledgements
    if (waiting[waiting.length - 1] === acknowledgement) return
    acknowledgement.hold()
    waiting.push(acknowledgement)
  }

  #decode(publish: Publish, levels: readonly string[], hash: number): void {
    const rows = this.#rows
    const before = rows.length
    const error = this.#decoder.decode(publish.bytes, publish.payloadStart, publish.payloadEnd, rows)
    if (error !== undefined) {
      this.#letter(publish, error.text)
      return
    }
    if (rows.length === before) {
      this.#counters.skipped.add(1)
      return
    }
    this.#metadata.fill(rows, before, publish, levels)
    if (this.#sequence !== undefined) this.#dropRepeats(rows, before, hash, publish.dup)
    else if (publish.dup) this.#counters.possible.add(1)
  }

  #dropRepeats(rows: Row[], from: number, hash: number, dup: boolean): void {
    const { at, device } = this.#sequence!
    let kept = from
    for (let i = from; i < rows.length; i++) {
      const row = rows[i]!
      const number = row[at]
      const owner = row[device]
      if (typeof number === 'number' && (typeof owner === 'string' || typeof owner === 'number' || typeof owner === 'bigint')) {
        const entry = this.#sequences!.take(owner, number, hash)
        if (entry === undefined) {
          this.#counters.recognised.add(1)
          continue
        }
        this.#numbers.push(entry)
      } else if (dup) this.#counters.possible.add(1)
      rows[kept++] = row
    }
    rows.length = kept
  }

  #letter(publish: Publish, text: string): void {
    const { bytes, payloadStart, payloadEnd } = publish
    const sample = Uint8Array.prototype.slice.call(bytes, payloadStart, Math.min(payloadEnd, payloadStart + SAMPLE_BYTES_MAX))
    this.#letters ??= []
    this.#letters.push({ reason: 'decode', text, origin: publish.topic, sample })
  }

  flush(): void {
    const rows = this.#rows
    const letters = this.#letters ?? NO_LETTERS
    const acknowledgements = this.#acknowledgements
    const [entries, numbers] = [this.#entries, this.#numbers]
    const bytes = this.#bytes
    this.#bytes = 0
    if (rows.length === 0 && letters.length === 0 && acknowledgements.length === 0) return
    this.#rows = []
    this.#letters = undefined
    if (acknowledgements.length > 0) this.#acknowledgements = []
    if (entries.length > 0 || numbers.length > 0) {
      this.#entries = []
      this.#numbers = []
      const remembered = { register: this.#register, entries, sequences: this.#sequences, numbers }
      this.#context.deliver(
        acknowledgements.length > 0
          ? new RememberedDelivery(rows, bytes, letters, acknowledgements, this.#inFlight, remembered)
          : new RememberedQuietDelivery(rows, bytes, letters, remembered),
      )
    } else if (acknowledgements.length > 0) {
      this.#context.deliver(new AwaitedDelivery(rows, bytes, letters, acknowledgements, this.#inFlight))
    } else this.#context.deliver(new QuietDelivery(rows, bytes, letters))
  }
}
