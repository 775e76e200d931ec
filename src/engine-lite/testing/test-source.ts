/**
 * The outside world of a source, which survives the process. Either it keeps everything and the engine's position says where to go on
 * (`position`: a file, a Kafka partition), or it keeps what was not acknowledged and sends it again (`acknowledge`: an MQTT session).
 */
import type { GraphNode } from '../contract/graph.js'
import type { Row, RowKind } from '../contract/row.js'
import type { Delivery, SourceContext } from '../contract/source.js'

interface Batch {
  readonly number: number
  readonly rows: Row[]
  readonly kinds: readonly RowKind[] | undefined
}

export class TestSource {
  /** Batches in the order of their acknowledgement. */
  readonly acknowledged: number[] = []
  paused = false
  /** Called for every acknowledgement. */
  onAcknowledge: (batch: number) => void = () => {}
  readonly #mode: 'position' | 'acknowledge'
  readonly #batches: Batch[] = []
  readonly #open = new Set<number>()
  #context: SourceContext | null = null
  #ended = false

  constructor(mode: 'position' | 'acknowledge') {
    this.#mode = mode
  }

  /** Rows that come in together. */
  push(rows: Row[], kinds?: readonly RowKind[]): void {
    const batch = { number: this.#batches.length + 1, rows, kinds }
    this.#batches.push(batch)
    this.#open.add(batch.number)
    if (this.#context !== null) this.#deliver(this.#context, batch)
  }

  end(): void {
    this.#ended = true
    this.#context?.end()
  }

  connected(up: boolean): void {
    this.#context?.connected(up)
  }

  fail(error: Error): void {
    this.#context?.fail(error)
  }

  node(id = 'source'): GraphNode {
    return { kind: 'source', id, name: id, table: id, create: (context) => this.#create(context) }
  }

  #create(context: SourceContext) {
    return {
      start: async () => {
        this.#context = context
        const from = (context.from as number | undefined) ?? 0
        for (const batch of this.#batches) {
          if (this.#mode === 'position' ? batch.number > from : this.#open.has(batch.number)) this.#deliver(context, batch)
        }
        if (this.#ended) context.end()
      },
      pause: () => {
        this.paused = true
      },
      resume: () => {
        this.paused = false
      },
      close: async () => {
        if (this.#context === context) this.#context = null
      },
    }
  }

  #deliver(context: SourceContext, { number, rows, kinds }: Batch): void {
    const delivery: Delivery = {
      rows,
      ...(kinds === undefined ? {} : { kinds }),
      bytes: rows.length * 20,
      ...(this.#mode === 'position' ? { position: number } : {}),
      committed: () => {
        this.#open.delete(number)
        this.acknowledged.push(number)
        this.onAcknowledge(number)
      },
    }
    context.deliver(delivery)
  }
}
