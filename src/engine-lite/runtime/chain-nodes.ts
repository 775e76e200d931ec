/** Builds the nodes of a chain, each with the context it is promised. */
import { printRow } from '../base/print-row.js'
import type { Cancel } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
import type { GraphNode } from '../contract/graph.js'
import type { DeadLetter, DeadLetterReason, Operator, OperatorContext, OutputTag, TwoInputOperator } from '../contract/operator.js'
import type { Row } from '../contract/row.js'
import type { SinkContext } from '../contract/sink.js'
import type { StateTable } from '../contract/state.js'
import { createOperatorState, NO_SECTIONS } from '../state/operator-state.js'
import type { RestoredState } from '../state/restore.js'
import type { PipelineHost } from './host.js'
import { compileRise, Link, type Reader } from './link.js'
import { type Pipeline, pathOf } from './pipeline.js'
import { recoveredWatermark, registerTable } from './recovered-tables.js'
import { asError, FAILING_REASONS, isFatal, PipelineFailure, reasonOf } from './row-failure.js'
import { SourceNode } from './source-node.js'
import { OperatorTimers } from './timers.js'
import { WatermarkValve } from './watermark-valve.js'

/** How the readers of a node are called. */
interface Inlet {
  readonly target: object
  readonly methods: { readonly left: Reader['method']; readonly right: Reader['method'] }
  /** Null: one input, no valve. */
  readonly valve: WatermarkValve | null
  rise(watermarkMs: number): void
  status: Reader['status']
  failed(error: unknown, row: Row): void
}

const TIMERS = '~timers'

export class ChainNodes {
  readonly #pipeline: Pipeline
  readonly #restored: RestoredState
  readonly #host: PipelineHost
  readonly #links = new Map<string, Link>()
  readonly #inlets = new Map<string, Inlet>()

  constructor(pipeline: Pipeline, restored: RestoredState, host: PipelineHost) {
    this.#pipeline = pipeline
    this.#restored = restored
    this.#host = host
  }

  linkOf(id: string): Link | undefined {
    return this.#links.get(id)
  }

  readerOf(id: string, channel: number, side: 'left' | 'right'): Reader {
    const inlet = this.#inlets.get(id)
    if (inlet === undefined) throw new MillraceError('R0001', `node ${id} reads a node that comes after it`)
    const { valve } = inlet
    return {
      target: inlet.target,
      method: inlet.methods[side],
      failed: inlet.failed,
      advance: valve === null ? inlet.rise : (watermarkMs) => valve.advance(channel, watermarkMs),
      status: valve === null ? inlet.status : (status) => valve.status(channel, status),
    }
  }

  build(node: GraphNode): void {
    if (node.kind === 'source') this.#buildSource(node)
    else if (node.kind === 'sink') this.#buildSink(node)
    else this.#buildOperator(node)
    if (node.kind === 'sink') return
    const count = this.#pipeline.ledgerTable.entry(node.id)
    const metrics = this.#host.metrics.group({ pipeline: this.#pipeline.name, operator: node.name })
    metrics.gauge('rows_out', 'Rows that left the node on its main output.', () => count.rows)
  }

  /** A row of a side output without reader: kept among the dead letters, counted at its operator. */
  unread(node: GraphNode, tag: OutputTag, row: Row): void {
    const reason: DeadLetterReason = tag === 'late' ? 'late' : 'overflow'
    const text = tag === 'late' ? 'the row is behind the watermark of its windows' : `nothing reads the side output '${tag}'`
    this.#letter(node.id, { reason, text, origin: node.name, sample: printRow(row) })
  }

  #buildSource(node: GraphNode & { kind: 'source' }): void {
    const path = this.#path(node)
    const link = new Link()
    this.#links.set(node.id, link)
    this.#pipeline.sources.push(
      new SourceNode({
        node,
        path,
        host: this.#host,
        link,
        from: this.#restored.positions.get(path),
        pipeline: this.#pipeline.name,
        registerState: (name, table) => this.#register(path, name, table),
        deadLetter: (letter) => this.#letter(node.id, letter),
        isClosed: () => this.#pipeline.closed,
        failed: (error) => this.#failed(error),
      }),
    )
  }

  #buildOperator(node: GraphNode & { kind: 'operator' | 'two-input' }): void {
    const path = this.#path(node)
    const { state, tables } = createOperatorState(this.#restored.nodes.get(path) ?? NO_SECTIONS, this.#host.limits)
    const timers = new OperatorTimers(state.items(TIMERS))
    timers.watermarkMs = recoveredWatermark(this.#restored, path)
    const link = new Link()
    this.#links.set(node.id, link)
    const context = this.#operatorContext(node, path, state, timers)
    const operator = node.kind === 'operator' ? node.create(context, link) : node.create(context, link)
    for (const [name, table] of tables) this.#pipeline.tables.push([`${path}/${name}`, table])
    this.#pipeline.operators.push({ id: node.id, operator })
    const onTimer = operator.onTimer?.bind(operator) ?? (() => {})
    if (operator.onTimer !== undefined) {
      const fireProcessing = (nowMs: number) => this.#guard(() => timers.fireProcessing(nowMs, onTimer))
      this.#pipeline.timed.push({ timers, fireProcessing })
    }
    const rise = compileRise({ time: timers, fire: () => timers.fireEvent(onTimer), target: operator })
    const inputs = node.kind === 'operator' ? node.inputs.length : node.left.length + node.right.length
    const own = operator as Operator & TwoInputOperator
    const status: Reader['status'] = own.status === undefined ? (value) => link.status(value) : own.status.bind(own)
    const methods = node.kind === 'operator' ? ONE_INPUT : TWO_INPUTS
    this.#addInlet(node, path, { target: operator, methods, rise, status }, timers, inputs)
  }

  #buildSink(node: GraphNode & { kind: 'sink' }): void {
    const path = this.#path(node)
    const context: SinkContext = {
      id: path,
      put: (record) => this.#host.put(record),
      state: (name, table) => this.#register(path, name, table),
      deadLetter: (letter) => this.#letter(node.id, letter),
      clock: this.#host.clock,
      metrics: this.#host.metrics.group({ pipeline: this.#pipeline.name, sink: node.name }),
      log: this.#host.log,
    }
    const sink = node.create(context)
    const time = { watermarkMs: recoveredWatermark(this.#restored, path), nextEventMs: Number.POSITIVE_INFINITY }
    this.#pipeline.sinks.push({ id: node.id, sink, time })
    const advance = sink.advance?.bind(sink)
    const rise = compileRise({ time, fire: () => {}, ...(advance === undefined ? {} : { target: { advance } }) })
    this.#addInlet(node, path, { target: sink, methods: SINK, rise, status: () => {} }, time, node.inputs.length)
  }

  #addInlet(node: GraphNode, path: string, inlet: Omit<Inlet, 'valve' | 'failed'>, time: { watermarkMs: number }, inputs: number): void {
    const { rise, status } = inlet
    const metrics = this.#host.metrics.group({ pipeline: this.#pipeline.name, operator: node.name })
    metrics.gauge('watermark_ms', 'Watermark of the node, epoch ms.', () => time.watermarkMs)
    const recovered = Array.from({ length: inputs }, (_, i) => recoveredWatermark(this.#restored, `${path}#${i}`))
    const valve = inputs === 1 ? null : new WatermarkValve(recovered, time.watermarkMs, { advance: rise, status })
    this.#pipeline.times.push({ id: path, time, valve, channels: inputs })
    this.#inlets.set(node.id, { ...inlet, valve, failed: (error, row) => this.#rowFailed(node, error, row) })
  }

  #operatorContext(node: GraphNode, path: string, state: OperatorContext['state'], timers: OperatorTimers): OperatorContext {
    const host = this.#host
    return {
      id: path,
      state,
      timers,
      clock: host.clock,
      metrics: host.metrics.group({ pipeline: this.#pipeline.name, operator: node.name }),
      log: host.log,
      limits: host.limits,
      deadLetter: (letter) => this.#letter(node.id, letter),
      defer: (slice) => host.defer(slice, (error) => this.#failed(error)),
      wake: (delayMs, run) => this.#wake(delayMs, run),
    }
  }

  #wake(delayMs: number, run: () => void): Cancel {
    const { wakes } = this.#pipeline
    const cancel = this.#host.wake(delayMs, () => {
      wakes.delete(cancel)
      // Most wakes look at a clock and change nothing: no frame for those.
      const before = this.#pipeline.activity
      this.#guard(run)
      if (this.#pipeline.activity !== before) this.#host.touched()
    })
    wakes.add(cancel)
    return cancel
  }

  #register(path: string, name: string, table: StateTable): void {
    registerTable(this.#pipeline, this.#restored, path, name, table)
  }

  #rowFailed(node: GraphNode, error: unknown, row: Row): void {
    if (isFatal(error)) throw error instanceof PipelineFailure ? error : new PipelineFailure(asError(error))
    const message = asError(error).message
    if (this.#pipeline.options.onError === 'fail') throw new PipelineFailure(rowError(error, node.name, row))
    this.#letter(node.id, { reason: reasonOf(error), text: message, origin: node.name, sample: printRow(row) })
  }

  #letter(node: string, letter: DeadLetter): void {
    if (this.#pipeline.options.onError === 'fail' && FAILING_REASONS.has(letter.reason)) {
      throw new PipelineFailure(new MillraceError('R0101', letter.text, { detail: [`at ${letter.origin}`, ...sampleDetail(letter)] }))
    }
    this.#pipeline.ledgerTable.drop(node, letter.reason)
    const labels = { pipeline: this.#pipeline.name, reason: letter.reason }
    this.#host.metrics.group(labels).counter('dead_letters_total', 'Rows and payloads set aside.').add(1)
    this.#host.letter({ ...letter, pipeline: this.#pipeline.name })
  }

  /** Runs what is no row's doing: an exception ends the pipeline's run. */
  #guard(run: () => void): void {
    if (this.#pipeline.closed) return
    try {
      run()
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#host.failed(this.#pipeline.name, error)
  }

  #path(node: GraphNode): string {
    return pathOf(this.#pipeline.name, node.id)
  }
}

const ONE_INPUT = { left: 'process', right: 'process' } as const
const TWO_INPUTS = { left: 'processLeft', right: 'processRight' } as const
const SINK = { left: 'write', right: 'write' } as const

function rowError(error: unknown, origin: string, row: Row): Error {
  if (error instanceof MillraceError) return error
  return new MillraceError('R0101', asError(error).message, { detail: [`at ${origin}`, `row ${printRow(row)}`], cause: error })
}

function sampleDetail(letter: DeadLetter): string[] {
  return typeof letter.sample === 'string' ? [`row ${letter.sample}`] : []
}
