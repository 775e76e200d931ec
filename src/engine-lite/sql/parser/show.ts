/** SHOW, DESCRIBE, USE, SET, RESET, DROP and EXPLAIN. */
import type { ShowAst, StatementAst } from '../ast/statement.js'
import type { Parser } from './parser.js'
import { partitionSpec } from './partition.js'

/** What may be listed with `FROM database` and LIKE. */
const LISTS = ['DATABASES', 'FUNCTIONS', 'PROCEDURES', 'TABLES', 'VIEWS', 'MODELS', 'CONNECTIONS'] as const
const CREATES = ['TABLE', 'VIEW', 'MODEL', 'CATALOG', 'CONNECTION', 'FUNCTION'] as const

export function show(p: Parser): StatementAst {
  const start = p.next()
  const details = showDetails(p)
  return { kind: 'show', ...details, span: p.spanFrom(start) }
}

type Details = Pick<ShowAst, 'what' | 'name' | 'from' | 'like'>

function showDetails(p: Parser): Details {
  if (p.accept('CURRENT')) return { what: `CURRENT ${p.expectOneOf('CATALOG', 'DATABASE')}` }
  if (p.accept('CREATE')) {
    const materialized = p.accept('MATERIALIZED') ? 'MATERIALIZED ' : ''
    const what = materialized === '' ? p.expectOneOf(...CREATES) : p.expectOneOf('TABLE')
    return { what: `CREATE ${materialized}${what}`, name: p.objectName('a name') }
  }
  if (p.accept('CATALOGS')) return { what: 'CATALOGS', ...like(p) }
  if (p.accept('COLUMNS')) {
    p.expectOneOf('FROM', 'IN')
    return { what: 'COLUMNS', name: p.objectName('a table name'), ...like(p) }
  }
  if (p.accept('PARTITIONS')) {
    const name = p.objectName('a table name')
    if (p.accept('PARTITION')) partitionSpec(p, true)
    return { what: 'PARTITIONS', name }
  }
  if (p.accept('MATERIALIZED')) {
    p.expect('TABLES')
    return { what: 'MATERIALIZED TABLES', ...fromAndLike(p) }
  }
  if (p.accept('FULL')) {
    p.expect('MODULES')
    return { what: 'FULL MODULES' }
  }
  const single = p.acceptOneOf('MODULES', 'JARS', 'JOBS')
  if (single !== undefined) return { what: single }
  if (p.accept('USER')) {
    p.expect('FUNCTIONS')
    return { what: 'USER FUNCTIONS', ...fromAndLike(p) }
  }
  const what = p.acceptOneOf(...LISTS)
  if (what === undefined) p.fail('TABLES, VIEWS, COLUMNS, FUNCTIONS, CATALOGS, DATABASES, CREATE, CURRENT, JOBS, JARS or MODULES')
  return { what: what as string, ...fromAndLike(p) }
}

function fromAndLike(p: Parser): Pick<Details, 'from' | 'like'> {
  const from = p.acceptOneOf('FROM', 'IN') === undefined ? undefined : p.objectName('a database name')
  return { ...(from === undefined ? {} : { from }), ...like(p) }
}

function like(p: Parser): Pick<Details, 'like'> {
  const negated = p.accept('NOT')
  const word = negated ? p.expectOneOf('LIKE', 'ILIKE') : p.acceptOneOf('LIKE', 'ILIKE')
  if (word === undefined) return {}
  return { like: { pattern: p.expectString('a pattern'), negated, caseInsensitive: word === 'ILIKE' } }
}

export function describe(p: Parser): StatementAst {
  const start = p.next()
  const object =
    p.atIdentifier(1) || p.atWord('EXTENDED', 1) ? p.acceptOneOf('CATALOG', 'DATABASE', 'FUNCTION', 'MODEL', 'CONNECTION') : undefined
  if (object === undefined && p.accept('JOB')) {
    p.expectString('a job id')
    return { kind: 'unsupported', what: 'DESCRIBE JOB', span: p.spanFrom(start) }
  }
  p.accept('EXTENDED')
  const name = p.objectName('a name')
  if (object !== undefined) return { kind: 'unsupported', what: `DESCRIBE ${object}`, span: p.spanFrom(start) }
  return { kind: 'describe', name, span: p.spanFrom(start) }
}

export function use(p: Parser): StatementAst {
  const start = p.next()
  if (p.accept('MODULES')) {
    const names = p.list(() => p.identifier('a module name').name)
    return { kind: 'use', what: 'MODULES', name: { parts: names, span: p.spanFrom(start) }, span: p.spanFrom(start) }
  }
  const catalog = p.atIdentifier(1) && p.accept('CATALOG')
  const name = p.objectName(catalog ? 'a catalog name' : 'a database name')
  return { kind: 'use', what: catalog ? 'CATALOG' : 'DATABASE', name, span: p.spanFrom(start) }
}

export function set(p: Parser): StatementAst {
  const start = p.next()
  if (p.peek().kind === 'end' || p.atSymbol(';')) return { kind: 'set', span: p.spanFrom(start) }
  const key = p.expectString("a key, as in SET 'key' = 'value',")
  p.expectSymbol('=')
  const value = p.expectString('a value')
  return { kind: 'set', key, value, span: p.spanFrom(start) }
}

export function reset(p: Parser): StatementAst {
  const start = p.next()
  if (p.peek().kind === 'end' || p.atSymbol(';')) return { kind: 'reset', span: p.spanFrom(start) }
  const key = p.expectString('a key')
  return { kind: 'reset', key, span: p.spanFrom(start) }
}

export function drop(p: Parser): StatementAst {
  const start = p.next()
  const temporary = p.accept('TEMPORARY')
  const system = p.atWord('SYSTEM') ? p.next() : undefined
  if (system !== undefined && !temporary) p.refuse('a system object is always temporary', system, 'write DROP TEMPORARY SYSTEM …')
  const materialized = p.accept('MATERIALIZED')
  const object =
    system !== undefined
      ? p.expectOneOf('FUNCTION', 'CONNECTION')
      : materialized
        ? p.expectOneOf('TABLE')
        : p.expectOneOf('TABLE', 'VIEW', 'FUNCTION', 'CATALOG', 'DATABASE', 'MODEL', 'CONNECTION')
  const ifExists = p.accept('IF', 'EXISTS')
  const name = p.objectName('a name')
  if (object === 'DATABASE') p.acceptOneOf('RESTRICT', 'CASCADE')
  const span = p.spanFrom(start)
  if (object === 'TABLE' || object === 'VIEW' || object === 'FUNCTION' || object === 'CATALOG' || object === 'DATABASE') {
    if (!materialized) return { kind: 'drop', object, name, temporary, ifExists, span }
  }
  return { kind: 'unsupported', what: `DROP ${materialized ? 'MATERIALIZED ' : ''}${object}`, span }
}
