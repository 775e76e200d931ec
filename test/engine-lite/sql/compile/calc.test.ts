import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../../src/engine-lite/contract/errors/index.js'
import type { Row } from '../../../../src/engine-lite/contract/row.js'
import type { LogicalType, Schema } from '../../../../src/engine-lite/contract/type.js'
import {
  compileCalc,
  compileCondition,
  compileExpression,
  compileProjection,
  explainCode,
} from '../../../../src/engine-lite/sql/compile/calc.js'
import { interpret } from '../../../../src/engine-lite/sql/compile/interpret.js'
import { bindCondition, bindExpression } from '../../../../src/engine-lite/sql/expr/bind.js'
import { tableScope } from '../../../../src/engine-lite/sql/expr/scope.js'
import { parseExpression } from '../../../../src/engine-lite/sql/parser/script.js'
import { BIGINT, BOOLEAN, DOUBLE, decimal, FLOAT, INT, nullable, STRING, timestamp } from '../../../../src/engine-lite/sql/types/make.js'
import { printType } from '../../../../src/engine-lite/sql/types/print.js'
import { fromBigInt } from '../../../../src/engine-lite/sql/values/integral.js'
import { TEST_CONTEXT } from '../context.js'

const schema: Schema = [
  { name: 'i', type: nullable(INT) },
  { name: 'l', type: nullable(BIGINT) },
  { name: 'd', type: nullable(DOUBLE) },
  { name: 's', type: nullable(STRING) },
  { name: 'm', type: decimal(10, 2, true) },
  { name: 'b', type: nullable(BOOLEAN) },
  { name: 'f', type: nullable(FLOAT) },
  { name: 'ts', type: timestamp(3, true) },
  { name: 'n', type: INT },
]
const scope = tableScope(schema, ['t'])

const bind = (sql: string) => bindExpression(parseExpression(sql), scope)
const evaluate = (sql: string, row: Row) => compileExpression(bind(sql), TEST_CONTEXT)(row)
const row: Row = [7, 9007199254740993n, 2.5, 'abc', 150, true, Math.fround(1.1), Date.UTC(2024, 1, 29, 10, 11, 12, 345), 3]

describe('compiled expressions', () => {
  it.each<[string, unknown, string]>([
    ['i + 1', 8, 'INT'],
    ['2147483647 + n', -2147483646, 'INT NOT NULL'],
    ['l + 1', 9007199254740994n, 'BIGINT'],
    ['l - l', 0, 'BIGINT'],
    ['i / 2', 3, 'INT'],
    ['-i / 2', -3, 'INT'],
    ['i % 4', 3, 'INT'],
    ['l % n', 0, 'INT'],
    ['f * 1.8e0', Math.fround(Math.fround(1.1) * Math.fround(1.8)), 'FLOAT'],
    ['f * 1.8', Math.fround(1.1) * 1.8, 'DOUBLE'],
    ['m * 2', 300, 'DECIMAL(21, 2)'],
    ['m / 3', 5000000000000, 'DECIMAL(21, 13)'],
    ["CASE WHEN d > 2 THEN 'hot' WHEN d > 1 THEN 'warm' ELSE 'cold' END", 'hot', 'VARCHAR(4) NOT NULL'],
    ["s || '-' || s", 'abc-abc', 'STRING'],
    ['d > 2 AND b', true, 'BOOLEAN'],
    ['COALESCE(NULLIF(i, 7), n)', 3, 'INT NOT NULL'],
    ["ts + INTERVAL '1' HOUR", Date.UTC(2024, 1, 29, 11, 11, 12, 345), 'TIMESTAMP(3)'],
    ['CAST(d AS STRING)', '2.5', 'STRING'],
    ['i IN (1, 3, 5, 7)', true, 'BOOLEAN'],
    ['i BETWEEN 8 AND 9', false, 'BOOLEAN'],
    ["s LIKE 'a%'", true, 'BOOLEAN'],
  ])('%s', (sql, expected, type) => {
    expect(evaluate(sql, row)).toBe(expected)
    expect(printType(bind(sql).type)).toBe(type)
  })

  it('follow three-valued logic', () => {
    const nothing: Row = [null, null, null, null, null, null, null, null, 3]
    expect(evaluate('b AND n > 5', nothing)).toBe(false)
    expect(evaluate('b AND n < 5', nothing)).toBe(null)
    expect(evaluate('b OR n < 5', nothing)).toBe(true)
    expect(evaluate('NOT b', nothing)).toBe(null)
    expect(evaluate('b IS NOT TRUE', nothing)).toBe(true)
    expect(evaluate('i IS NOT DISTINCT FROM NULLIF(n, 3)', nothing)).toBe(true)
    expect(evaluate('i NOT IN (1, 2)', nothing)).toBe(null)
  })

  it('evaluate only the branch that is taken', () => {
    expect(evaluate('CASE WHEN n = 3 THEN 1 ELSE n / (n - 3) END', row)).toBe(1)
    expect(evaluate('n <> 3 AND n / (n - 3) > 0', row)).toBe(false)
    expect(evaluate('COALESCE(n, n / (n - 3))', row)).toBe(3)
  })

  it('fail a row with R0101, not with a JavaScript error', () => {
    const code = (sql: string) => {
      try {
        evaluate(sql, row)
      } catch (error) {
        return error instanceof MillraceError ? error.code : error
      }
      return undefined
    }
    expect(code('i / 0')).toBe('R0101')
    expect(code('CAST(s AS INT)')).toBe('R0101')
    expect(code('CAST(12345 AS DECIMAL(5, 2))')).toBe('R0101')
    expect(evaluate('TRY_CAST(s AS INT)', row)).toBe(null)
  })

  it('fail a row with NULL in a NOT NULL column only where it is computed with', () => {
    const broken: Row = [7, 1, 1, 'a', 1, true, 1, 0, null]
    expect(() => evaluate('n + 1', broken)).toThrow('column `n` is NOT NULL and holds NULL')
    expect(compileProjection([bind('n'), bind('i')], TEST_CONTEXT)(broken)).toEqual([null, 7])
  })

  it('never become text: constants are parameters', () => {
    const hostile = `'"); process.exit(1); //'`
    const source = explainCode({ projections: [bind(`s || ${hostile}`)] }, TEST_CONTEXT)
    expect(source).not.toContain('process')
    expect(evaluate(`s || ${hostile}`, row)).toBe(`abc"); process.exit(1); //`)
  })
})

describe('a fused calc', () => {
  const calc = compileCalc(
    { condition: bindCondition(parseExpression('d > 2'), scope), projections: [bind('i'), bind('d * 2')] },
    TEST_CONTEXT,
  )

  it('gives a new row where the condition is TRUE', () => {
    expect(calc(row)).toEqual([7, 5])
    expect(row).toHaveLength(9)
  })

  it('gives null where it is FALSE or NULL', () => {
    expect(calc([7, 1, 1, null, null, null, null, null, 3])).toBe(null)
    expect(calc([7, 1, null, null, null, null, null, null, 3])).toBe(null)
  })

  it('is the same as condition and projection apart', () => {
    const condition = compileCondition(bindCondition(parseExpression('d > 2'), scope), TEST_CONTEXT)
    const projection = compileProjection([bind('i'), bind('d * 2')], TEST_CONTEXT)
    expect(condition(row)).toBe(true)
    expect(projection(row)).toEqual([7, 5])
  })
})

/** SQL expressions of a type, over the columns above. */
const expressions = fc.letrec<{ number: string; truth: string; text: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('i', 'n', 'l', 'd', 'f', 'm', '1', '2.5', '3e0', '-7'),
    fc.tuple(tie('number'), fc.constantFrom('+', '-', '*'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('truth'), tie('number'), tie('number')).map(([c, a, b]) => `CASE WHEN ${c} THEN ${a} ELSE ${b} END`),
    fc.tuple(tie('number'), tie('number')).map(([a, b]) => `COALESCE(${a}, ${b})`),
    tie('number').map((a) => `CAST(${a} AS DOUBLE)`),
    tie('text').map((a) => `CHAR_LENGTH(${a})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('b', 'TRUE', 'b IS NULL'),
    fc.tuple(tie('number'), fc.constantFrom('<', '>=', '=', '<>'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('truth'), fc.constantFrom('AND', 'OR'), tie('truth')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('truth').map((a) => `(NOT ${a})`),
    tie('truth').map((a) => `(${a} IS NOT FALSE)`),
  ),
  text: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('s', "'x'", 'CAST(i AS STRING)', 'CAST(d AS STRING)'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} || ${b})`),
    tie('text').map((a) => `UPPER(${a})`),
  ),
}))

const rows = fc.tuple(
  fc.option(fc.integer()),
  fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(fromBigInt)),
  fc.option(fc.double()),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 6 })),
  fc.option(fc.integer({ min: -999_999_999, max: 999_999_999 })),
  fc.option(fc.boolean()),
  fc.option(fc.float()),
  fc.option(fc.integer({ min: -1_000_000, max: 2_000_000_000_000 })),
  fc.integer(),
)

/** Value or error, in a comparable form. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof MillraceError ? error.code : error
  }
}

/** A value of a type as contract/row.ts wants it. */
function isNormal(value: unknown, type: LogicalType): boolean {
  if (value === null || value === 'R0101') return type.nullable || value === 'R0101'
  if (type.kind === 'INTEGER') return Number.isInteger(value) && ((value as number) | 0) === value && !Object.is(value, -0)
  if (type.kind === 'BIGINT' || type.kind === 'DECIMAL') {
    return typeof value === 'bigint'
      ? !Number.isSafeInteger(Number(value)) || BigInt(Number(value)) !== value
      : Number.isSafeInteger(value) && !Object.is(value, -0)
  }
  if (type.kind === 'FLOAT') return Object.is(Math.fround(value as number), value)
  return true
}

describe('generated code', () => {
  it('agrees with the interpreter and keeps values in their normal form', () => {
    fc.assert(
      fc.property(fc.oneof(expressions.number, expressions.truth, expressions.text), rows, (sql, values) => {
        let bound: ReturnType<typeof bind>
        try {
          bound = bind(sql)
        } catch (error) {
          // Some mixtures are refused while binding; that is another test.
          if (error instanceof MillraceError) return
          throw error
        }
        const compiled = outcome(() => compileExpression(bound, TEST_CONTEXT)([...values]))
        expect(outcome(() => interpret(bound, [...values], TEST_CONTEXT))).toEqual(compiled)
        expect(isNormal(compiled, bound.type), `${sql} gave ${String(compiled)} for ${printType(bound.type)}`).toBe(true)
      }),
      { numRuns: 1500 },
    )
  })
})
