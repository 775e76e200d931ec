/**
 * Logical plan → graph of operators. Equal sub-plans become one node, so two INSERTs over one view read, decode and assign time once.
 *
 * Node ids name state, so they must not move when something elsewhere in the script does: a shared part (source, computed columns,
 * watermark) is named by its table, everything else by the sink it ends in and its position below it.
 */

import { MillraceError, MillraceErrors } from '../../contract/errors/index.js'
import type { Edge, GraphNode, StreamGraph } from '../../contract/graph.js'
import type { SinkFactory } from '../../contract/sink.js'
import type { SourceColumn } from '../../contract/source.js'
import { inputsOf, type LogicalPlan, type ScanPlan, type SinkPlan } from '../logical/plan.js'
import type { PhysicalContext } from './evaluation.js'
import { type CheckedColumn, notNullEnforcer } from './not-null.js'
import { operatorFor } from './operators.js'
import { planKey } from './plan-key.js'
import { bindTable } from './table-binding.js'
import { evaluateRows, valuesSource } from './values-source.js'

/** A query with what its rows go to: a sink of the catalog, or one the caller brings (collecting a SELECT). */
export type Target =
  | { readonly kind: 'table'; readonly sink: SinkPlan }
  | { readonly kind: 'custom'; readonly plan: LogicalPlan; readonly name: string; readonly create: SinkFactory }

/**
 * @param pipeline name of the graph; part of every durable id
 * @throws MillraceErrors with all problems of the tables that are read and written
 */
export function buildGraph(pipeline: string, targets: readonly Target[], context: PhysicalContext): StreamGraph {
  const builder = new GraphBuilder(pipeline, targets, context)
  return builder.build()
}

class GraphBuilder {
  readonly #nodes: GraphNode[] = []
  readonly #built = new Map<string, string>()
  readonly #used = new Map<string, boolean[]>()
  readonly #errors: MillraceError[] = []
  readonly #ids = new Set<string>()

  constructor(
    readonly pipeline: string,
    readonly targets: readonly Target[],
    readonly context: PhysicalContext,
  ) {}

  build(): StreamGraph {
    for (const target of this.targets) this.#collectUsed(target.kind === 'table' ? target.sink.input : target.plan)
    for (const target of this.targets) this.#addTarget(target)
    if (this.#errors.length > 0) throw new MillraceErrors(this.#errors)
    return { pipeline: this.pipeline, nodes: this.#nodes }
  }

  #addTarget(target: Target): void {
    if (target.kind === 'custom') {
      const inputs = this.#inputs(target.plan, target.name)
      this.#nodes.push({ kind: 'sink', id: this.#id(target.name), name: target.name, create: target.create, inputs, table: target.name })
      return
    }
    const { table, options, input, notNull } = target.sink
    const columns = table.columns.flatMap((column): SourceColumn[] =>
      column.kind === 'computed' || (column.kind === 'metadata' && column.virtual)
        ? []
        : [{ name: column.name, type: column.type, used: true, ...(column.kind === 'metadata' && { metadataKey: column.key }) }],
    )
    const bound = bindTable(table, options, columns, this.context.connectors, this.context.formats, this.#errors)
    if (bound === undefined) return
    if (bound.connector.createSink === undefined) {
      this.#errors.push(new MillraceError('E0209', `connector '${bound.connector.name}' cannot be written to`, { place: table.place }))
      return
    }
    const inputs = this.#inputs(input, table.name)
    const create = bound.connector.createSink(bound.definition, columns, { ...this.context.environment, pipeline: this.pipeline })
    const enforced = this.#enforceNotNull(
      table.name,
      inputs,
      notNull.map((index) => ({ index, name: columns[index]!.name })),
    )
    this.#nodes.push({
      kind: 'sink',
      id: this.#id(`${table.name}:sink`),
      name: `${bound.connector.name} sink`,
      create,
      inputs: enforced,
      table: table.name,
    })
  }

  /** A sink column declared NOT NULL gets no NULL: Flink's constraint enforcer, `table.exec.sink.not-null-enforcer`. */
  #enforceNotNull(name: string, inputs: readonly Edge[], checked: readonly CheckedColumn[]): readonly Edge[] {
    if (checked.length === 0) return inputs
    const id = this.#id(`${name}:not-null`)
    this.#nodes.push({
      kind: 'operator',
      id,
      name: 'constraint enforcer',
      inputs,
      signature: '',
      create: notNullEnforcer(checked, this.context.dropNulls),
    })
    return [{ from: id }]
  }

  /** Edges that bring a plan's rows; a union is several edges, so it needs no node. */
  #inputs(plan: LogicalPlan, owner: string): readonly Edge[] {
    if (plan.kind === 'union-all') return plan.inputs.flatMap((input) => this.#inputs(input, owner))
    return [{ from: this.#node(plan, owner) }]
  }

  #node(plan: LogicalPlan, owner: string): string {
    const key = planKey(plan)
    const known = this.#built.get(key)
    if (known !== undefined) return known
    if (plan.kind === 'sink') throw new MillraceError('R0001', 'a sink feeds nothing')
    const id = plan.kind === 'scan' ? this.#source(plan) : this.#operator(plan, owner)
    this.#built.set(key, id)
    return id
  }

  #operator(plan: Exclude<LogicalPlan, ScanPlan | SinkPlan>, owner: string): string {
    if (plan.kind === 'union-all') throw new MillraceError('R0001', 'a union has no node of its own')
    if (plan.kind === 'values') {
      const id = this.#id(`${owner}:values`)
      this.#nodes.push({ kind: 'source', id, name: 'values', table: 'values', create: valuesSource(evaluateRows(plan.rows, this.context)) })
      return id
    }
    const inputs = this.#inputs(plan.input, owner)
    const id = this.#id(`${sharedOwner(plan) ?? owner}:${plan.kind}`)
    try {
      const { create, name, signature } = operatorFor(plan, this.context)
      this.#nodes.push({ kind: 'operator', id, name, create, inputs, signature })
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      this.#errors.push(error)
    }
    return id
  }

  #source(plan: ScanPlan): string {
    const used = this.#used.get(scanKey(plan))!
    const columns = plan.columns.map((column, index) => ({ ...column, used: used[index]! }))
    const id = this.#id(`${plan.table.name}:source`)
    const bound = bindTable(plan.table, plan.options, columns, this.context.connectors, this.context.formats, this.#errors)
    if (bound === undefined) return id
    const create = bound.connector.createSource?.(bound.definition, { ...this.context.environment, pipeline: this.pipeline })
    if (create === undefined) {
      this.#errors.push(new MillraceError('E0209', `connector '${bound.connector.name}' cannot be read from`, { place: plan.table.place }))
      return id
    }
    this.#nodes.push({ kind: 'source', id, name: `${bound.connector.name} source`, table: plan.table.name, create })
    return id
  }

  /** A column of a shared source is filled if any of its readers wants it. */
  #collectUsed(plan: LogicalPlan): void {
    if (plan.kind === 'scan') {
      const used = this.#used.get(scanKey(plan)) ?? plan.columns.map(() => false)
      plan.columns.forEach((column, index) => {
        used[index] ||= column.used
      })
      this.#used.set(scanKey(plan), used)
    } else for (const input of inputsOf(plan)) this.#collectUsed(input)
  }

  /** The wished id, or the first free one with a number. */
  #id(wish: string): string {
    let id = wish
    for (let n = 2; this.#ids.has(id); n++) id = `${wish}-${n}`
    this.#ids.add(id)
    return id
  }
}

/** The table whose own part this is: computed columns and watermark right above its scan. */
function sharedOwner(plan: LogicalPlan): string | undefined {
  if (plan.kind === 'watermark') return plan.table.name
  return undefined
}

function scanKey(plan: ScanPlan): string {
  return planKey(plan)
}
