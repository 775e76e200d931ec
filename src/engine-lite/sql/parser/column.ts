/** The inside of a table's parentheses: columns, constraints, watermark. Shared by CREATE TABLE and ALTER TABLE. */
import type { Span } from '../../contract/errors/index.js'
import type { ColumnAst, CreateTableAst } from '../ast/statement.js'
import { type Parser, spanOf } from './parser.js'
import { parseType } from './type.js'

export type WatermarkAst = NonNullable<CreateTableAst['watermark']>
export type PrimaryKeyAst = NonNullable<CreateTableAst['primaryKey']>

export interface TableElements {
  columns: ColumnAst[]
  watermark?: WatermarkAst
  primaryKey?: PrimaryKeyAst
}

/** One element; `altering` allows what only ALTER TABLE has: nested names, FIRST and AFTER. */
export function tableElement(p: Parser, into: TableElements, altering: boolean): void {
  if (p.atWord('WATERMARK')) watermark(p, into)
  else if (p.atWord('CONSTRAINT') || p.atWord('PRIMARY') || p.atWord('UNIQUE')) tableConstraint(p, into)
  else column(p, into, altering)
}

function watermark(p: Parser, into: TableElements): void {
  const start = p.next()
  if (into.watermark !== undefined) p.refuse('a table has one WATERMARK at most', start)
  p.expect('FOR')
  const { parts } = p.objectName('a column name')
  p.expect('AS')
  const expression = ddlExpression(p)
  into.watermark = { column: parts, expression, span: p.spanFrom(start) }
}

/** Computed columns and watermarks take no sub-query. */
function ddlExpression(p: Parser): ReturnType<Parser['expression']> {
  p.queriesAllowed = false
  const expression = p.expression()
  p.queriesAllowed = true
  return expression
}

function tableConstraint(p: Parser, into: TableElements): void {
  const start = p.peek()
  if (p.accept('CONSTRAINT')) p.identifier('a constraint name')
  const unique = p.expectOneOf('PRIMARY', 'UNIQUE') === 'UNIQUE'
  if (!unique) p.expect('KEY')
  const columns = p.identifierList('a column name')
  const enforced = enforcement(p)
  constraint(p, into, { unique, columns, enforced }, p.spanFrom(start))
}

function enforcement(p: Parser): boolean {
  if (p.accept('NOT', 'ENFORCED')) return false
  p.accept('ENFORCED')
  return true
}

interface Constraint {
  readonly unique: boolean
  readonly columns: readonly string[]
  readonly enforced: boolean
}

function constraint(p: Parser, into: TableElements, { unique, columns, enforced }: Constraint, span: Span): void {
  if (unique) p.noteUnsupported('a UNIQUE constraint', span)
  else if (into.primaryKey !== undefined) p.refuse('a table has one PRIMARY KEY at most', span)
  else into.primaryKey = { columns, enforced, span }
}

function column(p: Parser, into: TableElements, altering: boolean): void {
  const start = p.peek()
  const { name, span: nameSpan } = p.identifier('a column name')
  if (altering) while (p.acceptSymbol('.')) p.identifier('a field name')
  const end = <T extends object>(rest: T) => ({ ...rest, ...comment(p), name, nameSpan, span: p.spanFrom(start) })
  if (p.accept('AS')) {
    const expression = ddlExpression(p)
    into.columns.push(end({ kind: 'computed', expression } as const))
  } else {
    const { type } = parseType(p)
    if (p.accept('METADATA')) {
      const key = p.accept('FROM') ? p.expectString('the metadata key') : name
      const virtual = p.accept('VIRTUAL')
      into.columns.push(end({ kind: 'metadata', type, key, virtual } as const))
    } else {
      columnConstraint(p, into, name)
      into.columns.push(end({ kind: 'physical', type } as const))
    }
  }
  if (altering) position(p)
}

/** `PRIMARY KEY` or `UNIQUE` behind a column. */
function columnConstraint(p: Parser, into: TableElements, name: string): void {
  const start = p.peek()
  if (p.accept('CONSTRAINT')) p.identifier('a constraint name')
  const word = p.acceptOneOf('PRIMARY', 'UNIQUE')
  if (word === undefined) {
    if (spanOf(start).column !== spanOf(p.peek()).column) p.fail('PRIMARY KEY or UNIQUE')
    return
  }
  if (word === 'PRIMARY') p.expect('KEY')
  const enforced = enforcement(p)
  constraint(p, into, { unique: word === 'UNIQUE', columns: [name], enforced }, p.spanFrom(start))
}

function comment(p: Parser): { comment?: string } {
  return p.accept('COMMENT') ? { comment: p.expectString('a comment') } : {}
}

function position(p: Parser): void {
  if (p.accept('FIRST')) return
  if (p.accept('AFTER')) p.objectName('a column name')
}
