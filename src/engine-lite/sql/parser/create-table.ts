/** CREATE TABLE with LIKE and AS, and the clauses it shares with other statements. */
import type { Span } from '../../contract/errors/index.js'
import type { CreateTableAst, OptionAst } from '../ast/statement.js'
import { type TableElements, tableElement } from './column.js'
import { type Parser, spanOf } from './parser.js'

export interface CreateHead {
  /** The CREATE or REPLACE token. */
  readonly start: Span
  readonly temporary: boolean
  /** CREATE OR REPLACE, or REPLACE. */
  readonly replace: boolean
  readonly connectionAllowed: boolean
}

/** After TABLE. */
export function createTable(p: Parser, head: CreateHead): CreateTableAst {
  const ifNotExists = p.accept('IF', 'NOT', 'EXISTS')
  const name = p.objectName('a table name')
  const { elements, namesOnly } = columns(p)
  const comment = p.accept('COMMENT') ? p.expectString('a comment') : undefined
  if (p.atWord('DISTRIBUTED')) distributed(p)
  const partitionedBy = p.accept('PARTITIONED', 'BY') ? p.identifierList('a column name') : []
  const connection = head.connectionAllowed && usingConnection(p)
  const options = p.accept('WITH') ? optionList(p) : []
  const like = p.atWord('LIKE') ? likeClause(p) : undefined
  const query = like === undefined && p.accept('AS') ? p.query() : undefined
  if (connection && query !== undefined) p.refuse('USING CONNECTION does not go with AS query', head.start)
  if (namesOnly !== undefined && query === undefined) p.refuse('columns without types stand only before AS query', namesOnly)
  if (namesOnly !== undefined) p.noteUnsupported('a column list without types in CREATE TABLE AS', namesOnly)
  if (head.replace) {
    if (query === undefined) p.fail('AS query')
    p.noteUnsupported('REPLACE TABLE', spanOf(head.start))
  }
  return {
    kind: 'create-table',
    name,
    temporary: head.temporary,
    ifNotExists,
    ...elements,
    ...(comment === undefined ? {} : { comment }),
    partitionedBy,
    options,
    ...(like === undefined ? {} : { like }),
    ...(query === undefined ? {} : { query }),
    span: p.spanFrom(head.start),
  }
}

/** The parenthesised elements; a list of bare names is returned as its span. */
function columns(p: Parser): { elements: TableElements; namesOnly?: Span } {
  const elements: TableElements = { columns: [] }
  if (!p.atSymbol('(')) return { elements }
  const start = p.next()
  if (p.atIdentifier() && (p.atSymbol(',', 1) || p.atSymbol(')', 1))) {
    p.list(() => p.identifier('a column name'))
    p.expectSymbol(')')
    return { elements, namesOnly: p.spanFrom(start) }
  }
  if (!p.atSymbol(')')) p.list(() => tableElement(p, elements, false))
  p.expectSymbol(')')
  return { elements }
}

/** `DISTRIBUTED BY HASH(a) INTO 6 BUCKETS`: valid, and without meaning for one process. */
function distributed(p: Parser): void {
  const start = p.next()
  if (p.accept('INTO')) bucketCount(p)
  else {
    p.expect('BY')
    distribution(p)
  }
  p.noteUnsupported('DISTRIBUTED BY', p.spanFrom(start))
}

/** `[HASH | RANGE] (a, b) [INTO n BUCKETS]`. */
export function distribution(p: Parser): void {
  p.acceptOneOf('HASH', 'RANGE')
  if (!p.atSymbol('(')) p.fail('HASH, RANGE or `(`')
  p.identifierList('a column name')
  if (p.accept('INTO')) bucketCount(p)
}

function bucketCount(p: Parser): void {
  p.expectInteger('a number of buckets')
  p.expect('BUCKETS')
}

function usingConnection(p: Parser): boolean {
  const start = p.peek()
  if (!p.accept('USING')) return false
  p.expect('CONNECTION')
  p.objectName('a connection name')
  p.noteUnsupported('USING CONNECTION', p.spanFrom(start))
  return true
}

/** `('key' = 'value', …)`. */
export function optionList(p: Parser): OptionAst[] {
  p.expectSymbol('(')
  if (p.acceptSymbol(')')) return []
  const options = p.list((): OptionAst => {
    const start = p.peek()
    const key = p.expectString('an option key')
    p.expectSymbol('=')
    const valueStart = p.peek()
    const value = p.expectString('an option value')
    return { key, value, valueSpan: p.spanFrom(valueStart), span: p.spanFrom(start) }
  })
  p.expectSymbol(')')
  return options
}

const LIKE_FEATURES = ['ALL', 'CONSTRAINTS', 'DISTRIBUTION', 'GENERATED', 'METADATA', 'OPTIONS', 'PARTITIONS', 'WATERMARKS'] as const

function likeClause(p: Parser): NonNullable<CreateTableAst['like']> {
  const start = p.next()
  const source = p.objectName('a table name')
  const options: string[] = []
  if (p.acceptSymbol('(')) {
    do {
      const strategy = p.expectOneOf('INCLUDING', 'EXCLUDING', 'OVERWRITING')
      options.push(`${strategy} ${p.expectOneOf(...LIKE_FEATURES)}`)
    } while (!p.acceptSymbol(')'))
  }
  return { source, options, span: p.spanFrom(start) }
}
