/**
 * What names and calls mean above a GROUP BY: keys, aggregates, bounds of the window; any other column is an error. Positions are
 * provisional: keys first, then the bounds of a legacy window, then aggregates, in steps far enough apart to be told apart.
 */
import { MillraceError } from '../../contract/errors/index.js'
import type { CallAst, ExpressionAst, NameAst } from '../ast/expression.js'
import { bindExpression } from '../expr/bind.js'
import { bindAggregate } from '../expr/bind-aggregate.js'
import type { BoundAggregate, BoundColumn, BoundExpr } from '../expr/bound.js'
import { aggregateKey, expressionKey } from '../expr/expression-key.js'
import type { Scope } from '../expr/scope.js'
import { rewrite } from '../logical/expression.js'
import type { WindowProperty } from '../logical/plan.js'
import { printAggregate, printExpression } from '../logical/print-expression.js'
import { windowPropertiesOf } from '../logical/windows.js'
import { withAttribute, withNullability } from '../types/make.js'
import { fail, notBuilt } from './context.js'
import { asAuxiliary, asGroupWindow, type BoundLegacyWindow, bindGroupWindow } from './legacy-window.js'
import type { Relation } from './relation.js'
import { windowColumns } from './window-function.js'

const FIRST_PROPERTY = 1_000_000
const FIRST_AGGREGATE = 2_000_000
const PROPERTY_ORDER: readonly WindowProperty[] = ['start', 'end', 'rowtime']
/** NULL for no row or for NULLs alone (Calcite: ARG0_NULLABLE_IF_EMPTY). */
const NULL_IF_EMPTY = new Set(['SUM', 'AVG', 'MIN', 'MAX', 'FIRST_VALUE', 'LAST_VALUE'])
const GROUPING_CALLS = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID'])

export class GroupScope implements Scope {
  readonly aggregates: BoundAggregate[] = []
  readonly properties = new Set<WindowProperty>()
  readonly #aggregateIndex = new Map<string, number>()
  readonly #keyIndex = new Map<string, number>()

  /**
   * @param base names of the input, without aggregates
   * @param keys over the input's row
   */
  constructor(
    private readonly relation: Relation,
    private readonly base: Scope,
    private readonly keys: readonly BoundExpr[],
    private readonly legacy: BoundLegacyWindow | undefined,
  ) {
    keys.forEach((key, i) => {
      const text = expressionKey(key)
      if (!this.#keyIndex.has(text)) this.#keyIndex.set(text, i)
    })
  }

  resolve(name: NameAst): BoundExpr {
    return this.overKeys(this.base.resolve(name))
  }

  /** An expression of the input as one over keys. @throws MillraceError E0208 where it reads another column */
  overKeys(input: BoundExpr): BoundExpr {
    return rewrite(input, (node) => {
      const key = this.#key(node)
      if (key !== undefined) return key
      if (node.kind !== 'column') return undefined
      return fail('E0208', `column \`${node.name}\` is neither grouped by nor aggregated`, node.span ?? input.span ?? ZERO, {
        hint: `add it to GROUP BY, or wrap it in an aggregate such as MAX(${node.name})`,
      })
    })
  }

  intercept(ast: ExpressionAst): BoundExpr | undefined {
    if (ast.kind === 'name' || ast.kind.endsWith('-literal') || this.#keyIndex.size === 0) return undefined
    const bound = quietly(() => bindExpression(ast, this.base))
    if (bound === undefined || bound.kind === 'literal') return undefined
    return this.#key(bound)
  }

  aggregate(call: CallAst): BoundExpr {
    const bound = this.#overRows(bindAggregate(call, this.base))
    const text = aggregateKey(bound)
    const index = this.#aggregateIndex.get(text) ?? this.aggregates.push(bound) - 1
    this.#aggregateIndex.set(text, index)
    return { kind: 'column', index: FIRST_AGGREGATE + index, name: printAggregate(bound), type: bound.type, span: call.span }
  }

  /** A group has a row, so that what its arguments cannot be the result cannot be: NULL. Without GROUP BY, and with FILTER, it may have none. */
  #overRows(bound: BoundAggregate): BoundAggregate {
    const isGrouped = this.keys.length > 0 || this.legacy !== undefined
    const keepsNull = !isGrouped || bound.filter !== undefined || bound.args[0]?.type.nullable !== false || !NULL_IF_EMPTY.has(bound.name)
    return keepsNull ? bound : { ...bound, type: withNullability(bound.type, false) }
  }

  special(call: CallAst): BoundExpr | undefined {
    if (GROUPING_CALLS.has(call.name)) return notBuilt(call.name, call.span)
    if (asGroupWindow(call) !== undefined) {
      return fail('E0213', `${call.name} stands in GROUP BY`, call.span, {
        hint: `its bounds are ${call.name}_START(…) and ${call.name}_END(…)`,
      })
    }
    const auxiliary = asAuxiliary(call)
    if (auxiliary === undefined) return undefined
    const { property, window } = auxiliary
    const asked = bindGroupWindow(call, window, this.base)
    if (this.legacy === undefined || JSON.stringify(asked) !== JSON.stringify(this.legacy)) {
      return fail('E0213', `${call.name} needs ${window} with the same arguments in GROUP BY`, call.span)
    }
    this.properties.add(property)
    const index = PROPERTY_ORDER.indexOf(property)
    const { type } = windowColumns(this.relation.plan.schema, this.legacy.timeColumn)[index] as { type: BoundExpr['type'] }
    return { kind: 'column', index: FIRST_PROPERTY + index, name: call.name, type, span: call.span }
  }

  #key(node: BoundExpr): BoundColumn | undefined {
    const index = this.#keyIndex.get(expressionKey(node))
    const key = index === undefined ? undefined : (this.keys[index] as BoundExpr)
    if (index === undefined || key === undefined) return undefined
    const name = key.kind === 'column' ? key.name : printExpression(key)
    const span = node.span === undefined ? {} : { span: node.span }
    return { kind: 'column', index, name, type: this.#keyType(key), ...span }
  }

  /** Only the time of a window that was assigned below stays a time attribute. */
  #keyType(key: BoundExpr): BoundExpr['type'] {
    const isWindowTime = key.kind === 'column' && windowPropertiesOf(this.relation.plan)?.columns.get(key.index) === 'rowtime'
    return isWindowTime && this.#groupsByWindow() ? key.type : withAttribute(key.type, undefined)
  }

  #groupsByWindow(): boolean {
    const columns = windowPropertiesOf(this.relation.plan)?.columns
    const kinds = this.keys.map((key) => (key.kind === 'column' ? columns?.get(key.index) : undefined))
    return kinds.includes('start') && kinds.includes('end')
  }
}

/** Where a provisional position is in the end. */
export interface FinalPositions {
  readonly keyPositions: readonly number[]
  readonly properties: ReadonlyMap<WindowProperty, number>
  readonly firstAggregate: number
}

export function finalPosition(provisional: number, positions: FinalPositions): number {
  if (provisional >= FIRST_AGGREGATE) return positions.firstAggregate + provisional - FIRST_AGGREGATE
  if (provisional >= FIRST_PROPERTY) return positions.properties.get(PROPERTY_ORDER[provisional - FIRST_PROPERTY] as WindowProperty) ?? -1
  return positions.keyPositions[provisional] ?? -1
}

const ZERO = { line: 1, column: 1, endLine: 1, endColumn: 1 }

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof MillraceError) return undefined
    throw error
  }
}
