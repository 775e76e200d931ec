/** Window table functions in FROM: `TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))`. */
import { closestName } from '../../base/closest-name.js'
import type { Span } from '../../contract/errors/index.js'
import type { Column, Schema } from '../../contract/type.js'
import type { WindowSpec } from '../../contract/window.js'
import type { ExpressionAst } from '../ast/expression.js'
import type { TableAst, TableFunctionArgAst } from '../ast/query.js'
import { isAppend } from '../logical/changelog.js'
import { inputsOf, type LogicalPlan, type WindowTvfPlan } from '../logical/plan.js'
import { notNull, timestamp, withAttribute } from '../types/make.js'
import { printType } from '../types/print.js'
import { fail, notBuilt } from './context.js'
import { intervalMs } from './interval.js'
import { hop, tumble } from './window-spec.js'

type FunctionAst = Extract<TableAst, { kind: 'table-function' }>

/** Parameters in the order of positional arguments; those after the star may be left out. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', '*', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', '*', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', '*', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
}

/** True for the name of a window table function. */
export function isWindowFunction(name: string): boolean {
  return name in PARAMETERS
}

/** @param bindInput binds the DATA argument */
export function bindWindowFunction(ast: FunctionAst, bindInput: (table: TableAst) => LogicalPlan): WindowTvfPlan {
  const args = argumentsOf(ast)
  const data = args.get('DATA')
  const descriptor = args.get('TIMECOL')
  if (data?.kind !== 'table') return fail('E0213', `${ast.name} needs a table: TABLE name`, data?.span ?? ast.span)
  if (descriptor?.kind !== 'descriptor')
    return fail('E0213', `${ast.name} needs a time column: DESCRIPTOR(column)`, descriptor?.span ?? ast.span)
  const input = bindInput(data.table)
  if (!readsTable(input)) return notBuilt('a window over constant rows', ast.span)
  if (!isAppend(input)) return notBuilt('a window over a changelog', ast.span)
  const timeColumn = timeColumnOf(input.schema, descriptor)
  if (ast.name === 'CUMULATE' || ast.name === 'SESSION') return notBuilt(`the window function ${ast.name}`, ast.span)
  if (data.partitionBy.length > 0 || data.orderBy.length > 0)
    return fail('E0213', `${ast.name} takes no PARTITION BY or ORDER BY`, data.span)
  const window = specOf(ast, args)
  return {
    kind: 'window-tvf',
    input,
    window,
    timeColumn,
    schema: [...input.schema, ...windowColumns(input.schema, timeColumn)],
    span: ast.span,
  }
}

/** `window_start`, `window_end`, `window_time` as a window adds them to rows with this time column. */
export function windowColumns(schema: Schema, timeColumn: number): Column[] {
  const { type } = schema[timeColumn] as Column
  return [
    { name: 'window_start', type: timestamp(3) },
    { name: 'window_end', type: timestamp(3) },
    { name: 'window_time', type: withAttribute(notNull({ ...type, precision: 3 } as Column['type']), 'rowtime') },
  ]
}

function argumentsOf(ast: FunctionAst): ReadonlyMap<string, TableFunctionArgAst> {
  const parameters = (PARAMETERS[ast.name] ?? []).filter((name) => name !== '*')
  const args = new Map<string, TableFunctionArgAst>()
  ast.args.forEach((arg, i) => {
    const name = arg.name === undefined ? parameters[i] : arg.name.toUpperCase()
    if (name === undefined) fail('E0213', `${ast.name} takes at most ${parameters.length} arguments`, arg.span)
    if (!parameters.includes(name)) {
      const close = closestName(name, parameters)
      fail('E0213', `${ast.name} has no argument ${name}`, arg.span, {
        detail: [`arguments: ${parameters.join(', ')}`],
        ...(close === undefined ? {} : { hint: `did you mean ${close}?` }),
      })
    }
    if (args.has(name)) fail('E0213', `argument ${name} is given twice`, arg.span)
    args.set(name, arg)
  })
  for (const name of requiredOf(ast.name)) if (!args.has(name)) fail('E0213', `${ast.name} needs the argument ${name}`, ast.span)
  return args
}

function readsTable(plan: LogicalPlan): boolean {
  return plan.kind === 'scan' || inputsOf(plan).some(readsTable)
}

function requiredOf(name: string): readonly string[] {
  const parameters = PARAMETERS[name] ?? []
  const star = parameters.indexOf('*')
  return star < 0 ? parameters : parameters.slice(0, star)
}

function specOf(ast: FunctionAst, args: ReadonlyMap<string, TableFunctionArgAst>): WindowSpec {
  const ms = (name: string) => intervalMs(expressionOf(args.get(name), name, ast.span), `the ${name.toLowerCase()} of ${ast.name}`)
  const offsetMs = args.has('OFFSET') ? ms('OFFSET') : 0
  const sizeMs = ms('SIZE')
  return ast.name === 'TUMBLE' ? tumble(sizeMs, offsetMs, ast.span) : hop(sizeMs, ms('SLIDE'), offsetMs, true, ast.span)
}

function expressionOf(arg: TableFunctionArgAst | undefined, name: string, span: Span): ExpressionAst {
  if (arg?.kind === 'expression') return arg.expression
  return fail('E0213', `${name} is an interval`, arg?.span ?? span)
}

function timeColumnOf(schema: Schema, descriptor: Extract<TableFunctionArgAst, { kind: 'descriptor' }>): number {
  const [name, more] = descriptor.columns
  if (name === undefined || more !== undefined) return fail('E0213', 'a window has one time column', descriptor.span)
  const index = schema.findIndex((column) => column.name === name)
  if (index < 0) {
    const names = schema.map((column) => column.name)
    const close = closestName(name, names)
    return fail('E0207', `unknown column \`${name}\``, descriptor.span, {
      detail: [`columns here: ${names.join(', ')}`],
      ...(close === undefined ? {} : { hint: `did you mean \`${close}\`?` }),
    })
  }
  requireRowtime(schema[index] as Column, descriptor.span)
  return index
}

/** A window needs event time. @throws MillraceError E0213, E0301 for processing time */
export function requireRowtime(column: Column, span: Span): void {
  const { type } = column
  const attribute = type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ' ? type.attribute : undefined
  if (attribute === 'proctime') notBuilt('a window over processing time', span)
  if (attribute === 'rowtime') return
  fail('E0213', `a window needs a time attribute, and \`${column.name}\` is a plain ${printType(type)}`, span, {
    hint: 'declare WATERMARK FOR it in its table, and pass it on unchanged: functions, CAST and GROUP BY without a window make it a plain value',
  })
}
