/**
 * A SQL session: catalog, settings, and what statements mean in them. It plans; running a plan is up to its owner: the gateway deploys graphs,
 * {@link import('../table-environment.js').TableEnvironment} runs them on the spot.
 */
import type { Clock, Random } from '../../contract/clock.js'
import { MillraceError, MillraceErrors } from '../../contract/errors/index.js'
import type { StreamGraph } from '../../contract/graph.js'
import type { Schema } from '../../contract/type.js'
import type { InsertAst, StatementAst } from '../ast/statement.js'
import { type BindContext, located } from '../binder/context.js'
import { createTable, createView, dropObject } from '../binder/ddl.js'
import { bindInsert, bindQuery } from '../binder/query.js'
import { withUniqueNames } from '../binder/relation.js'
import { optionsWithHints, sourceColumnsOf } from '../binder/scan.js'
import { Catalog } from '../catalog/catalog.js'
import type { SourceText } from '../catalog/table.js'
import { explain } from '../explain/explain.js'
import type { LogicalPlan, SinkPlan } from '../logical/plan.js'
import { parseScript } from '../parser/script.js'
import type { PhysicalContext } from '../physical/evaluation.js'
import { buildGraph, type Target } from '../physical/graph-builder.js'
import { bindTable, type Connectors, type Formats } from '../physical/table-binding.js'
import { optimize } from '../rules/optimize.js'
import { describe, showObjects, showSettings } from './answers.js'
import { largestWindowMs } from './largest-window.js'
import { refuseUnbuiltSettings } from './refused-settings.js'
import { Settings } from './settings.js'
import type { InsertResult, StatementResult } from './statement-result.js'

export interface SessionEnvironment {
  readonly connectors: Connectors
  readonly formats: Formats
  readonly gatewayId: string
  readonly clock: Clock
  readonly random: Random
}

export interface ScriptResult {
  readonly results: readonly StatementResult[]
  /** All problems of the text, in order of place. */
  readonly errors: readonly MillraceError[]
}

export class SqlSession {
  readonly catalog = new Catalog()
  readonly settings = new Settings()

  constructor(readonly environment: SessionEnvironment) {}

  /** Binds every statement of a text in order; definitions take effect at once. Never throws a MillraceError. */
  execute(text: string, file?: string): ScriptResult {
    const source: SourceText = { text, ...(file !== undefined && { file }) }
    const { statements, errors } = parseScript(text, file)
    const found = [...errors]
    const results: StatementResult[] = []
    for (const statement of statements) {
      try {
        results.push(this.#statement(statement, source))
      } catch (error) {
        if (error instanceof MillraceErrors) found.push(...error.errors.map((one) => located(one, source, statement.span)))
        else if (error instanceof MillraceError) found.push(located(error, source, statement.span))
        else throw error
      }
    }
    return { results, errors: found.sort(byPlace) }
  }

  /**
   * The graph that runs the plans, its durable ids named after the pipeline.
   * @param settings those in force where the statements stand
   * @throws MillraceErrors where a table and its connector do not fit
   */
  graph(pipeline: string, targets: readonly Target[], settings: Settings): StreamGraph {
    const plans = targets.map((target) => (target.kind === 'table' ? target.sink : target.plan))
    return buildGraph(pipeline, targets, this.#physicalContext(plans, settings))
  }

  /**
   * All INSERTs of a script as one graph.
   * @throws MillraceErrors as {@link graph}; E0214 where a SET between two INSERTs gives them different settings, which one graph cannot have
   */
  insertGraph(pipeline: string, inserts: readonly InsertResult[]): StreamGraph {
    const settings = inserts[0]?.settings ?? this.settings
    for (const insert of inserts) {
      const [key] = insert.settings.differences(settings)
      if (key === undefined) continue
      throw new MillraceError('E0214', `'${key}' differs between the INSERTs of one pipeline`, {
        place: insert.sinks[0]!.table.place,
        hint: 'set it before the first INSERT, or make two pipelines',
      })
    }
    const targets = inserts.flatMap(({ sinks }) => sinks.map((sink) => ({ kind: 'table', sink }) as const))
    return this.graph(pipeline, targets, settings)
  }

  /** What does not fit between the tables declared so far and their connectors, also of tables that no statement uses. */
  tableErrors(): MillraceError[] {
    const { connectors, formats } = this.environment
    const errors: MillraceError[] = []
    for (const table of this.catalog.objects('table')) {
      if (table.kind === 'table') bindTable(table, optionsWithHints(table, []), sourceColumnsOf(table), connectors, formats, errors)
    }
    return errors
  }

  #statement(statement: StatementAst, source: SourceText): StatementResult {
    const context = this.#bindContext(source)
    switch (statement.kind) {
      case 'create-table':
        createTable(statement, context)
        return { kind: 'done' }
      case 'create-view':
        createView(statement, context)
        return { kind: 'done' }
      case 'drop':
        dropObject(statement, context)
        return { kind: 'done' }
      case 'query':
        return {
          kind: 'query',
          plan: this.#checked(optimize(withUniqueNames(bindQuery(statement.query, context)))),
          settings: this.settings.copy(),
        }
      case 'insert':
        return { kind: 'insert', sinks: [this.#insert(statement, context)], settings: this.settings.copy() }
      case 'statement-set':
        return { kind: 'insert', sinks: this.#statementSet(statement.inserts, context), settings: this.settings.copy() }
      case 'explain':
        return this.#explain(statement.statement, source)
      case 'set':
        return this.#set(statement.key, statement.value, source, statement)
      case 'reset':
        this.settings.reset(statement.key)
        return { kind: 'done' }
      case 'describe':
        return describe(this.catalog, statement)
      case 'show':
        return showObjects(this.catalog, statement)
      case 'use':
        throw new MillraceError('E0301', `USE ${statement.what} is valid in Flink and not built yet`, { place: { span: statement.span } })
      case 'unsupported':
        throw new MillraceError('E0301', `${statement.what} is valid in Flink and not built yet`, { place: { span: statement.span } })
    }
  }

  #insert(insert: InsertAst, context: BindContext): SinkPlan {
    return this.#checked(optimize(bindInsert(insert, context))) as SinkPlan
  }

  #checked(plan: LogicalPlan): LogicalPlan {
    refuseUnbuiltSettings(this.settings, plan)
    return plan
  }

  /** All INSERTs are looked at, so that one report names the problems of all. */
  #statementSet(inserts: readonly InsertAst[], context: BindContext): SinkPlan[] {
    const errors: MillraceError[] = []
    const sinks: SinkPlan[] = []
    for (const insert of inserts) {
      try {
        sinks.push(this.#insert(insert, context))
      } catch (error) {
        if (error instanceof MillraceErrors) errors.push(...error.errors)
        else if (error instanceof MillraceError) errors.push(located(error, context.source, insert.span))
        else throw error
      }
    }
    if (errors.length > 0) throw new MillraceErrors(errors)
    return sinks
  }

  #explain(statement: StatementAst, source: SourceText): StatementResult {
    const result = this.#statement(statement, source)
    if (result.kind !== 'query' && result.kind !== 'insert') {
      throw new MillraceError('E0302', 'EXPLAIN takes a query or an INSERT', { place: { span: statement.span } })
    }
    const plans = result.kind === 'query' ? [result.plan] : result.sinks
    const columns: Schema = [{ name: 'result', type: { kind: 'VARCHAR', length: 2_147_483_647, nullable: false } }]
    return { kind: 'answer', columns, rows: [[plans.map((plan) => explain(plan)).join('\n\n')]] }
  }

  #set(key: string | undefined, value: string | undefined, source: SourceText, { span }: StatementAst): StatementResult {
    if (key === undefined || value === undefined) return showSettings(this.settings)
    this.settings.set(key, value, { ...source, span })
    return this.settings.ignored.has(key) ? { kind: 'done', notice: `'${key}' has no effect here` } : { kind: 'done' }
  }

  #bindContext(source: SourceText): BindContext {
    return { catalog: this.catalog, connectors: this.environment.connectors, source }
  }

  #physicalContext(plans: readonly LogicalPlan[], settings: Settings): PhysicalContext {
    const { connectors, formats, gatewayId, clock, random } = this.environment
    return {
      connectors,
      formats,
      clock,
      random,
      dropNulls: settings.get('table.exec.sink.not-null-enforcer').toLowerCase() === 'drop',
      environment: { formats, gatewayId, timeZone: settings.get('table.local-time-zone') },
      idleTimeoutMs: settings.durationMs('table.exec.source.idle-timeout'),
      largestWindowMs: largestWindowMs(plans),
      deviceTimes: new Map(),
    }
  }
}

function byPlace(a: MillraceError, b: MillraceError): number {
  const [x, y] = [a.place?.span, b.place?.span]
  if (x === undefined || y === undefined) return 0
  return x.line - y.line || x.column - y.column
}
