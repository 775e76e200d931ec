/** A pipeline that was built: its nodes linked, its tables filled. Built by chain.ts, driven by the engine. */
import type { Cancel } from '../contract/clock.js'
import type { StreamGraph } from '../contract/graph.js'
import type { DeadLetterReason } from '../contract/operator.js'
import type { CommitId, Sink } from '../contract/sink.js'
import type { SourcePosition } from '../contract/source.js'
import type { NamedTable } from '../state/snapshots.js'
import type { DeployOptions, Ledger, LedgerLine } from './engine-options.js'
import type { LedgerTable } from './ledger.js'
import type { SourceNode } from './source-node.js'
import type { OperatorTimers } from './timers.js'
import type { WatermarkValve } from './watermark-valve.js'

/** The time of a node, as saved with every frame. */
export interface NodeTime {
  readonly id: string
  readonly time: { readonly watermarkMs: number }
  readonly valve: WatermarkValve | null
  readonly channels: number
}

export interface TimedNode {
  readonly timers: OperatorTimers
  fireProcessing(nowMs: number): void
}

export interface SinkNode {
  readonly id: string
  readonly sink: Sink
  readonly time: { readonly watermarkMs: number }
}

export interface BuiltNode {
  readonly id: string
  readonly operator: { beforeSeal?(): void; heldRows?(): number; close?(): void }
}

export class Pipeline {
  readonly name: string
  readonly graph: StreamGraph
  readonly options: DeployOptions
  readonly ledgerTable: LedgerTable
  readonly tables: NamedTable[] = []
  readonly sources: SourceNode[] = []
  readonly sinks: SinkNode[] = []
  readonly times: NodeTime[] = []
  readonly timed: TimedNode[] = []
  readonly operators: BuiltNode[] = []
  /** No longer takes rows, wakes or timers. */
  closed = false
  /** Alarms of operators that have not gone off. */
  readonly wakes = new Set<Cancel>()

  constructor(graph: StreamGraph, options: DeployOptions, ledgerTable: LedgerTable) {
    this.name = graph.pipeline
    this.graph = graph
    this.options = options
    this.ledgerTable = ledgerTable
  }

  /** Starts the sources, one after another. */
  async start(): Promise<void> {
    for (const node of this.sources) await node.source.start()
  }

  get ended(): boolean {
    return this.sources.every((node) => node.ended)
  }

  /** Wall clock at which the next processing timer is due. */
  get nextProcessingMs(): number {
    let nextMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.timed.length; i++) nextMs = Math.min(nextMs, (this.timed[i] as TimedNode).timers.nextProcessingMs)
    return nextMs
  }

  fireProcessing(nowMs: number): void {
    for (const node of this.timed) if (node.timers.nextProcessingMs <= nowMs) node.fireProcessing(nowMs)
  }

  beforeSeal(): void {
    for (const { operator } of this.operators) operator.beforeSeal?.()
    for (const { sink } of this.sinks) sink.seal?.()
  }

  committed(id: CommitId): void {
    for (const { sink } of this.sinks) sink.committed?.(id)
  }

  collect(positions: Map<string, SourcePosition>, watermarks: Map<string, number>, signatures: Map<string, string>): void {
    for (const node of this.sources) if (node.position !== undefined) positions.set(node.path, node.position)
    for (const { id, time, valve, channels } of this.times) {
      watermarks.set(id, time.watermarkMs)
      if (valve !== null) for (let i = 0; i < channels; i++) watermarks.set(`${id}#${i}`, valve.watermarkOf(i))
    }
    for (const node of this.graph.nodes) {
      if ('signature' in node && node.signature !== '') signatures.set(pathOf(this.name, node.id), node.signature)
    }
  }

  /** Another text whenever a row or a watermark moved anywhere. */
  get activity(): string {
    return `${this.ledgerTable.rows} ${this.times.map(({ time }) => time.watermarkMs).join(' ')}`
  }

  /** Smallest watermark of the sinks. */
  get watermarkMs(): number | null {
    if (this.sinks.length === 0) return null
    const smallestMs = Math.min(...this.sinks.map(({ time }) => time.watermarkMs))
    return smallestMs === Number.MIN_SAFE_INTEGER ? null : smallestMs
  }

  /** Stops taking anything; sources and sinks are closed, what they had not committed is theirs to give back. */
  async close(): Promise<void> {
    this.halt()
    await this.closeSources()
    for (const { operator } of this.operators) operator.close?.()
    for (const { sink } of this.sinks) await sink.close()
  }

  /** Nothing of it runs any more. */
  halt(): void {
    this.closed = true
    for (const cancel of this.wakes) cancel()
    this.wakes.clear()
  }

  end(): void {
    for (const { sink } of this.sinks) sink.end?.()
  }

  async closeSources(): Promise<void> {
    for (const node of this.sources) await node.close()
  }

  ledger(): Ledger {
    const rowsQueued = this.sources.reduce((total, source) => total + source.rowsQueued, 0)
    const lines: LedgerLine[] = this.graph.nodes.map((node) => this.#line(node))
    const dropped: Partial<Record<DeadLetterReason, number>> = {}
    for (const line of lines) {
      for (const [reason, count] of Object.entries(line.dropped) as [DeadLetterReason, number][]) {
        dropped[reason] = (dropped[reason] ?? 0) + count
      }
    }
    const sum = (kind: string, field: 'in' | 'out') =>
      this.graph.nodes.reduce((total, node, i) => (node.kind === kind ? total + (lines[i] as LedgerLine)[field] : total), 0)
    return {
      pipeline: this.name,
      rowsIn: sum('source', 'in'),
      rowsOut: sum('sink', 'out'),
      rowsQueued,
      rowsHeld: lines.reduce((total, line) => total + line.held, 0),
      dropped,
      lines,
    }
  }

  #line(node: StreamGraph['nodes'][number]): LedgerLine {
    const own = this.ledgerTable.entry(node.id)
    const dropped = Object.fromEntries(own.dropped) as LedgerLine['dropped']
    const lost = [...own.dropped.values()].reduce((total, count) => total + count, 0)
    if (node.kind === 'source') return { node: node.id, name: node.name, in: own.rows + lost, out: own.rows, held: 0, dropped }
    const edges = node.kind === 'two-input' ? [...node.left, ...node.right] : node.inputs
    const rowsIn = edges.reduce((total, edge) => total + this.ledgerTable.entry(countName(edge.from, edge.tag)).rows, 0)
    const held = this.operators.find(({ id }) => id === node.id)?.operator.heldRows?.() ?? 0
    const sideRows = this.graph.nodes.flatMap((other) => ('inputs' in other ? other.inputs : []))
    const tags = new Set(sideRows.filter((edge) => edge.from === node.id && edge.tag !== undefined).map((edge) => edge.tag as string))
    const side = [...tags].reduce((total, tag) => total + this.ledgerTable.entry(countName(node.id, tag)).rows, 0)
    return { node: node.id, name: node.name, in: rowsIn, out: node.kind === 'sink' ? rowsIn - lost : own.rows + side, held, dropped }
  }
}

/** Where a node's rows are counted; side outputs apart. */
export function countName(node: string, tag: string | undefined): string {
  return tag === undefined ? node : `${node}:${tag}`
}

/** A node's place in frames. Node ids may or may not carry the pipeline's name. */
export function pathOf(pipeline: string, node: string): string {
  return node.startsWith(`${pipeline}/`) ? node : `${pipeline}/${node}`
}
