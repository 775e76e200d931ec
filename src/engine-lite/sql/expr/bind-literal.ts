/** Literals with Flink's types: `1.5` is DECIMAL(2, 1), `1e3` DOUBLE, `'abc'` CHAR(3), all NOT NULL. */
import { MillraceError } from '../../contract/errors/index.js'
import type { LogicalType } from '../../contract/type.js'
import type { LiteralAst } from '../ast/expression.js'
import {
  BIGINT,
  BOOLEAN,
  binary,
  char,
  DATE,
  DECIMAL_PRECISION_MAX,
  DOUBLE,
  decimal,
  INT,
  NULL,
  nullable,
  time,
  timestamp,
} from '../types/make.js'
import { parseExact } from '../values/decimal.js'
import { fromBigInt } from '../values/integral.js'
import { parseDateLiteral, parseTimeLiteral, parseTimestampLiteral } from '../values/temporal-parse.js'
import { bindInterval } from './bind-interval.js'
import type { BoundLiteral } from './bound.js'

/** The literal as a value with its type. Throws E0103 for text that has no value. */
export function bindLiteral(ast: LiteralAst): BoundLiteral {
  switch (ast.kind) {
    case 'null-literal':
      return { kind: 'literal', value: null, type: NULL, span: ast.span }
    case 'boolean-literal':
      return { kind: 'literal', value: ast.value, type: ast.value === null ? nullable(BOOLEAN) : BOOLEAN, span: ast.span }
    case 'number-literal':
      return bindNumber(ast.text, false, ast)
    case 'string-literal':
      // The length of the type counts UTF-16 units, as in Java.
      return { kind: 'literal', value: ast.value, type: char(ast.value.length), span: ast.span }
    case 'binary-literal':
      return bindBinary(ast.hex, ast)
    case 'temporal-literal':
      return bindTemporal(ast)
    case 'interval-literal':
      return bindInterval(ast)
  }
}

/** A number with its sign, since −9223372036854775808 has a value and 9223372036854775808 has none. */
export function bindNumber(text: string, negative: boolean, ast: LiteralAst): BoundLiteral {
  if (/[eE]/.test(text)) {
    const value = Number(text)
    return { kind: 'literal', value: negative ? -value : value, type: DOUBLE, span: ast.span }
  }
  const exact = parseExact(text)
  if (exact === undefined) throw badLiteral(ast, `\`${text}\` is not a number`)
  const unscaled = negative ? -exact.unscaled : exact.unscaled
  if (exact.scale > 0 || text.includes('.')) {
    const precision = Math.max(text.length - 1, 1)
    if (precision > DECIMAL_PRECISION_MAX) throw badLiteral(ast, `\`${text}\` has more than ${DECIMAL_PRECISION_MAX} digits`)
    return { kind: 'literal', value: fromBigInt(unscaled), type: decimal(precision, exact.scale), span: ast.span }
  }
  if (unscaled !== BigInt.asIntN(64, unscaled)) throw badLiteral(ast, `\`${text}\` is out of the range of BIGINT`)
  const type: LogicalType = unscaled === BigInt.asIntN(32, unscaled) ? INT : BIGINT
  return { kind: 'literal', value: fromBigInt(unscaled), type, span: ast.span }
}

function bindBinary(hex: string, ast: LiteralAst): BoundLiteral {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) throw badLiteral(ast, 'a binary literal takes pairs of hexadecimal digits')
  return { kind: 'literal', value: Uint8Array.from(Buffer.from(hex, 'hex')), type: binary(hex.length / 2), span: ast.span }
}

function bindTemporal(ast: Extract<LiteralAst, { kind: 'temporal-literal' }>): BoundLiteral {
  const { span, text } = ast
  if (ast.type === 'DATE') {
    const value = parseDateLiteral(text)
    if (value !== undefined) return { kind: 'literal', value, type: DATE, span }
  } else if (ast.type === 'TIME') {
    const parsed = parseTimeLiteral(text)
    if (parsed !== undefined) return { kind: 'literal', value: parsed.timeMs, type: time(Math.min(parsed.precision, 3)), span }
  } else {
    const parsed = parseTimestampLiteral(text)
    if (parsed !== undefined) return { kind: 'literal', value: parsed.value, type: timestamp(parsed.precision), span }
  }
  const form = { DATE: 'yyyy-MM-dd', TIME: 'HH:mm:ss', TIMESTAMP: 'yyyy-MM-dd HH:mm:ss' }[ast.type]
  throw badLiteral(ast, `'${text}' is not a ${ast.type}`, `the form is '${form}', and the date must exist`)
}

/** E0103 at the literal. */
export function badLiteral(ast: LiteralAst, message: string, hint?: string): MillraceError {
  return new MillraceError('E0103', message, { place: { span: ast.span }, ...(hint === undefined ? {} : { hint }) })
}
