/**
 * Texts of one or many statements. Every error of a text is reported: after one, parsing goes on behind the next semicolon.
 *
 * @example
 * const { statements, errors } = parseScript("SET 'a' = 'b'; SELECT 1", 'pipeline.sql')
 */
import { MillraceError, type Span } from '../../contract/errors/index.js'
import type { ExpressionAst, TypeAst } from '../ast/expression.js'
import type { InsertAst, StatementAst } from '../ast/statement.js'
import { tokenize } from '../lexer/lexer.js'
import { parseExpression as expression } from './expression.js'
import { type Grammar, Parser, UnsupportedSyntax } from './parser.js'
import { parseQuery as query } from './query.js'
import { type ParsedStatement, parseStatement as statement } from './statement.js'
import { parseType as type } from './type.js'

const GRAMMAR: Grammar = { expression, query }

export interface Script {
  readonly statements: readonly StatementAst[]
  /** Each with its place: file, text and span. */
  readonly errors: readonly MillraceError[]
}

/** All statements of a text, between semicolons, and all its syntax errors. Never throws a MillraceError. */
export function parseScript(text: string, file?: string): Script {
  return new ScriptParser(text, file).run()
}

/**
 * Exactly one statement, with or without a closing semicolon.
 * @throws MillraceError E0101, E0102 or E0103 at the first error.
 */
export function parseStatement(text: string, file?: string): ParsedStatement {
  const p = new Parser(text, file, tokenize(text), GRAMMAR)
  const parsed = supported(p, () => statement(p))
  p.acceptSymbol(';')
  if (p.peek().kind !== 'end') p.fail('the end of the statement')
  return parsed
}

/**
 * Exactly one expression.
 * @throws MillraceError E0101, E0102 or E0103; E0301 for what parses in Flink and is not represented.
 */
export function parseExpression(text: string, file?: string): ExpressionAst {
  return single(text, file, (p) => p.expression())
}

/**
 * Exactly one type, such as `ROW<a INT, b STRING NOT NULL>`.
 * @throws MillraceError as {@link parseExpression}.
 */
export function parseType(text: string, file?: string): TypeAst {
  return single(text, file, (p) => type(p))
}

function single<T>(text: string, file: string | undefined, parse: (p: Parser) => T): T {
  const p = new Parser(text, file, tokenize(text), GRAMMAR)
  const refuse = (what: string, span: Span): never => {
    throw new MillraceError('E0301', `${what} is valid in Flink and not built yet`, { place: p.place(span) })
  }
  try {
    const parsed = parse(p)
    if (p.peek().kind !== 'end') p.fail('the end')
    return p.unsupported === undefined ? parsed : refuse(p.unsupported.what, p.unsupported.span)
  } catch (error) {
    return error instanceof UnsupportedSyntax ? refuse(error.what, error.span) : rethrow(error)
  }
}

function rethrow(error: unknown): never {
  throw error
}

/** Runs a statement's grammar; what has no meaning here replaces the whole statement by its name. */
function supported(p: Parser, parse: () => ParsedStatement): ParsedStatement {
  p.unsupported = undefined
  p.queriesAllowed = true
  try {
    const parsed = parse()
    return p.unsupported === undefined ? parsed : { kind: 'unsupported', ...(p.unsupported as { what: string; span: Span }) }
  } catch (error) {
    if (!(error instanceof UnsupportedSyntax)) throw error
    while (p.peek().kind !== 'end' && !p.atSymbol(';')) p.at++
    return { kind: 'unsupported', what: error.what, span: error.span }
  }
}

class ScriptParser {
  private readonly p: Parser
  private readonly statements: StatementAst[] = []
  private readonly errors: MillraceError[] = []
  /** Inserts since BEGIN STATEMENT SET. */
  private open: { readonly start: Span; readonly inserts: InsertAst[] } | undefined

  constructor(text: string, file: string | undefined) {
    this.p = new Parser(text, file, tokenize(text), GRAMMAR)
  }

  run(): Script {
    const { p } = this
    while (p.peek().kind !== 'end') {
      if (p.acceptSymbol(';')) continue
      try {
        const errorsBefore = this.errors.length
        const parsed = supported(p, () => statement(p, (error) => this.note(error)))
        if (p.peek().kind !== 'end' && !p.atSymbol(';')) p.fail('`;`')
        if (this.errors.length === errorsBefore) this.add(parsed)
      } catch (error) {
        this.note(error)
        while (p.peek().kind !== 'end' && !p.atSymbol(';')) p.at++
      }
    }
    if (this.open !== undefined) this.note(this.error('BEGIN STATEMENT SET is never closed: END is missing', this.open.start))
    return { statements: this.statements, errors: this.errors }
  }

  private note(error: unknown): void {
    if (!(error instanceof MillraceError)) throw error
    this.errors.push(error)
  }

  private error(message: string, span: Span): MillraceError {
    return new MillraceError('E0101', message, { place: this.p.place(span) })
  }

  private add(parsed: ParsedStatement): void {
    switch (parsed.kind) {
      case 'begin-statement-set':
        this.begin(parsed.span)
        break
      case 'end-statement-set':
        this.end(parsed.span)
        break
      default:
        this.plain(parsed)
    }
  }

  private plain(statement: StatementAst): void {
    if (this.open === undefined) this.statements.push(statement)
    else if (statement.kind === 'insert') this.open.inserts.push(statement)
    else throw this.error('only INSERT stands between BEGIN STATEMENT SET and END', statement.span)
  }

  private begin(span: Span): void {
    if (this.open !== undefined) throw this.error('a statement set is open already', span)
    this.open = { start: span, inserts: [] }
  }

  private end(span: Span): void {
    if (this.open === undefined) throw this.error('END without BEGIN STATEMENT SET', span)
    const { start, inserts } = this.open
    this.open = undefined
    if (inserts.length === 0) throw this.error('a statement set holds at least one INSERT', start)
    this.statements.push({ kind: 'statement-set', inserts, span: { ...start, endLine: span.endLine, endColumn: span.endColumn } })
  }
}
