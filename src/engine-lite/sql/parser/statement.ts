/** One statement, chosen by its first words. */
import type { StatementAst } from '../ast/statement.js'
import { alter } from './alter.js'
import { create } from './create.js'
import { insert, statementSetBody } from './dml.js'
import { otherStatement } from './other-statement.js'
import { type Parser, spanOf } from './parser.js'
import { describe, drop, reset, set, show, use } from './show.js'

const EXPLAIN_DETAILS = ['ESTIMATED_COST', 'CHANGELOG_MODE', 'JSON_EXECUTION_PLAN', 'PLAN_ADVICE', 'CODE', 'WATERMARK'] as const

/** `BEGIN STATEMENT SET` and `END` are statements of their own in a script; the script parser makes one set of what lies between. */
export type ParsedStatement =
  | StatementAst
  | { readonly kind: 'begin-statement-set' | 'end-statement-set'; readonly span: StatementAst['span'] }

/** Errors inside a statement set, whose body goes on after the next semicolon. */
export type OnError = (error: unknown) => void

export function parseStatement(p: Parser, onError?: OnError): ParsedStatement {
  const start = p.peek()
  if (p.atWords('BEGIN', 'STATEMENT', 'SET')) {
    p.at += 3
    return { kind: 'begin-statement-set', span: p.spanFrom(start) }
  }
  if (p.accept('END')) return { kind: 'end-statement-set', span: spanOf(start) }
  return plainStatement(p, onError)
}

function plainStatement(p: Parser, onError?: OnError): StatementAst {
  const token = p.peek()
  const keyword = token.kind === 'word' ? token.value : ''
  switch (keyword) {
    case 'CREATE':
    case 'REPLACE':
      if (keyword === 'REPLACE' && !p.atWord('TABLE', 1)) p.fail('TABLE', p.peek(1))
      return create(p)
    case 'DROP':
      return drop(p)
    case 'ALTER':
      return alter(p)
    case 'INSERT':
    case 'UPSERT':
      return insert(p)
    case 'EXECUTE':
      return execute(p, onError)
    case 'EXPLAIN':
      return explain(p, onError)
    case 'DESCRIBE':
    case 'DESC':
      return describe(p)
    case 'SHOW':
      return show(p)
    case 'USE':
      return use(p)
    case 'SET':
      return set(p)
    case 'RESET':
      return reset(p)
    case 'SELECT':
    case 'WITH':
    case 'VALUES':
    case 'TABLE':
      return query(p)
    default:
      if (p.atSymbol('(')) return query(p)
      return otherStatement(p, planned) ?? p.fail('a statement')
  }
}

function query(p: Parser): StatementAst {
  const start = p.peek()
  const ast = p.query()
  return { kind: 'query', query: ast, span: p.spanFrom(start) }
}

/** A query, an INSERT or a statement set: what has a plan. */
function planned(p: Parser, onError?: OnError): StatementAst {
  const start = p.peek()
  if (p.accept('STATEMENT', 'SET')) return statementSetBody(p, start, onError)
  if (p.atWord('INSERT') || p.atWord('UPSERT')) return insert(p)
  return query(p)
}

function execute(p: Parser, onError?: OnError): StatementAst {
  const start = p.next()
  if (p.accept('PLAN')) {
    p.expectString('a path')
    return { kind: 'unsupported', what: 'EXECUTE PLAN', span: p.spanFrom(start) }
  }
  return { ...planned(p, onError), span: p.spanFrom(start) }
}

function explain(p: Parser, onError?: OnError): StatementAst {
  const start = p.next()
  const details: string[] = []
  if (p.accept('PLAN', 'FOR') || p.accept('EXECUTE'))
    return { kind: 'explain', details, statement: planned(p, onError), span: p.spanFrom(start) }
  if (EXPLAIN_DETAILS.some((detail) => p.atWord(detail))) {
    p.list(() => {
      const detail = p.peek()
      const name = p.expectOneOf(...EXPLAIN_DETAILS)
      if (details.includes(name)) p.refuse(`${name} is given twice`, detail)
      details.push(name)
    })
  }
  return { kind: 'explain', details, statement: planned(p, onError), span: p.spanFrom(start) }
}
