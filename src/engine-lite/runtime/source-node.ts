/** A source within its pipeline: the inlet of the loop on one side, the source's own context on the other. */
import type { GraphNode } from '../contract/graph.js'
import type { DeadLetter } from '../contract/operator.js'
import { WATERMARK_MAX_MS } from '../contract/row.js'
import type { Delivery, Source, SourceContext, SourcePosition } from '../contract/source.js'
import type { StateTable } from '../contract/state.js'
import type { Arrival, PipelineHost, SourceInlet } from './host.js'
import { compileFeed, type Feed, type Link } from './link.js'

export interface SourceNodeOptions {
  readonly node: GraphNode & { readonly kind: 'source' }
  readonly path: string
  readonly host: PipelineHost
  readonly link: Link
  readonly from: SourcePosition | undefined
  readonly pipeline: string
  registerState(name: string, table: StateTable): void
  deadLetter(letter: DeadLetter): void
  /** The pipeline was closed or has failed. */
  isClosed(): boolean
  failed(error: unknown): void
}

export class SourceNode implements SourceInlet {
  readonly path: string
  readonly source: Source
  /** Position of the rows that went through the operators. */
  position: SourcePosition | undefined
  ended = false
  /** Rows that wait in the queue of the engine. */
  rowsQueued = 0
  readonly #options: SourceNodeOptions
  #feed: Feed | null = null
  #closed = false

  constructor(options: SourceNodeOptions) {
    this.#options = options
    this.path = options.path
    this.position = options.from
    this.source = options.node.create(this.#context())
  }

  get open(): boolean {
    return !this.#closed && !this.#options.isClosed()
  }

  feed(delivery: Delivery, from: number, to: number): number {
    if (this.#feed === null) this.#feed = compileFeed(this.#options.link, this.#options.host.deferred)
    try {
      const at = this.#feed(delivery.rows, delivery.kinds, from, to)
      this.rowsQueued -= at - from
      return at
    } catch (error) {
      this.#options.failed(error)
      return from
    }
  }

  begin(delivery: Delivery): void {
    const { letters } = delivery
    if (letters !== undefined) for (const letter of letters) this.#options.deadLetter(letter)
  }

  applied(delivery: Delivery): void {
    if (delivery.position !== undefined) this.position = delivery.position
    delivery.applied?.()
  }

  status(status: Arrival['status']): void {
    if (status === 'ended') {
      this.ended = true
      this.#options.link.advance(WATERMARK_MAX_MS)
    } else if (status !== null) {
      this.#options.link.status(status)
    }
  }

  failed(error: unknown): void {
    this.#options.failed(error)
  }

  pause(): void {
    if (!this.#closed) this.source.pause()
  }

  resume(): void {
    if (!this.#closed) this.source.resume()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.source.close()
  }

  #context(): SourceContext {
    const { host, node, path, pipeline, from, registerState } = this.#options
    const arrive = (delivery: Delivery | null, status: Arrival['status']) => {
      if (!this.open) return
      if (delivery !== null) this.rowsQueued += delivery.rows.length
      host.arrive({ source: this, delivery, status })
    }
    return {
      id: path,
      from,
      deliver: (delivery) => arrive(delivery, null),
      end: () => arrive(null, 'ended'),
      connected: (up) => arrive(null, up ? 'active' : 'disconnected'),
      state: registerState,
      fail: (error) => {
        if (this.open) this.#options.failed(error)
      },
      clock: host.clock,
      metrics: host.metrics.group({ pipeline, source: node.name }),
      log: host.log,
    }
  }
}
