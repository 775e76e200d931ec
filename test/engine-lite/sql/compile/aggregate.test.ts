import { describe, expect, it } from 'vitest'
import type { AggregateProgram } from '../../../../src/engine-lite/contract/aggregate.js'
import type { Row } from '../../../../src/engine-lite/contract/row.js'
import type { Columns } from '../../../../src/engine-lite/contract/state.js'
import type { LogicalType, Schema } from '../../../../src/engine-lite/contract/type.js'
import { compileAggregates } from '../../../../src/engine-lite/sql/compile/aggregate.js'
import { bindAggregate } from '../../../../src/engine-lite/sql/expr/bind-aggregate.js'
import { tableScope } from '../../../../src/engine-lite/sql/expr/scope.js'
import { parseExpression } from '../../../../src/engine-lite/sql/parser/script.js'
import { BIGINT, DOUBLE, decimal, INT, nullable, STRING } from '../../../../src/engine-lite/sql/types/make.js'
import { TEST_CONTEXT } from '../context.js'

const schema: Schema = [
  { name: 'i', type: nullable(INT) },
  { name: 'l', type: nullable(BIGINT) },
  { name: 'd', type: nullable(DOUBLE) },
  { name: 's', type: nullable(STRING) },
  { name: 'm', type: decimal(10, 2, true) },
]

function program(calls: readonly string[], retract = false): AggregateProgram {
  const scope = tableScope(schema, ['t'])
  const aggregates = calls.map((text) => {
    const ast = parseExpression(text)
    if (ast.kind !== 'call') throw new Error(`${text} is no call`)
    return bindAggregate(ast, scope)
  })
  return compileAggregates(aggregates, TEST_CONTEXT, { retract })
}

/** Columns of a few slots, as a state table would hand them out. */
function fresh({ layout }: AggregateProgram, slots = 3): Columns {
  return layout.map((field) =>
    field.storage === 'f64' ? new Float64Array(slots).fill(field.initial as number) : new Array(slots).fill(field.initial),
  )
}

function resultOf(p: AggregateProgram, columns: Columns, slot = 0): Row {
  const into: Row = []
  p.result(columns, slot, into, 0)
  return into
}

function over(calls: readonly string[], rows: readonly Row[]): Row {
  const p = program(calls)
  const columns = fresh(p)
  for (const row of rows) p.add(columns, 0, row)
  return resultOf(p, columns)
}

const int = (i: number | null): Row => [i, null, null, null, null]
const long = (l: number | bigint | null): Row => [null, l, null, null, null]
const double = (d: number | null): Row => [null, null, d, null, null]
const text = (s: string | null): Row => [null, null, null, s, null]
const money = (m: number | bigint | null): Row => [null, null, null, null, m]

describe('compiled aggregates', () => {
  it('gives 0 for COUNT and NULL for the others over nothing', () => {
    expect(over(['COUNT(*)', 'COUNT(i)', 'SUM(i)', 'AVG(d)', 'MIN(s)', 'MAX(l)', 'STDDEV_POP(d)', 'FIRST_VALUE(i)'], [])).toEqual([
      0,
      0,
      null,
      null,
      null,
      null,
      null,
      null,
    ])
  })

  it('skips NULL everywhere but in COUNT(*)', () => {
    expect(over(['COUNT(*)', 'COUNT(i)', 'SUM(i)', 'AVG(i)', 'MIN(i)', 'MAX(i)', 'LAST_VALUE(i)'], [int(3), int(null), int(4)])).toEqual([
      3, 2, 7, 3, 3, 4, 4,
    ])
  })

  it('wraps SUM(INT) and truncates AVG(INT) of the exact sum', () => {
    expect(over(['SUM(i)', 'AVG(i)'], [int(2147483647), int(1)])).toEqual([-2147483648, 1073741824])
    expect(over(['AVG(i)'], [int(-3), int(-4)])).toEqual([-3])
  })

  it('sums BIGINT exactly beyond 2^53 and wraps at 64 bits', () => {
    expect(over(['SUM(l)'], [long(Number.MAX_SAFE_INTEGER), long(2)])).toEqual([9007199254740993n])
    expect(over(['SUM(l)'], [long(9223372036854775807n), long(1)])).toEqual([-9223372036854775808n])
    expect(over(['AVG(l)'], [long(9007199254740993n), long(9007199254740995n)])).toEqual([9007199254740994n])
  })

  it('sums and averages DECIMAL on unscaled values', () => {
    expect(over(['SUM(m)', 'AVG(m)'], [money(100), money(101)])).toEqual([201, 1005000])
  })

  it('follows the integer arithmetic of Flink 1.20 in STDDEV and VAR of INT', () => {
    expect(over(['STDDEV_POP(i)'], [int(50), int(55)])).toEqual([2])
    expect(over(['VAR_SAMP(i)'], [int(40), int(41)])).toEqual([1])
    expect(over(['VAR_SAMP(i)', 'VAR_POP(i)'], [int(7)])).toEqual([null, 0])
  })

  it('computes STDDEV of DOUBLE without cancellation', () => {
    const rows = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16].map(double)
    expect(over(['VAR_SAMP(d)', 'VAR_POP(d)'], rows)).toEqual([30, 22.5])
  })

  it('keeps DISTINCT apart from the rest and honours FILTER', () => {
    const rows = [int(1), int(1), int(2), int(5)]
    expect(
      over(['COUNT(i)', 'COUNT(DISTINCT i)', 'SUM(DISTINCT i)', 'COUNT(*) FILTER (WHERE i > 1)', 'SUM(i) FILTER (WHERE i > 1)'], rows),
    ).toEqual([4, 3, 8, 2, 7])
  })

  it('joins LISTAGG with its separator', () => {
    expect(over(['LISTAGG(s)', "LISTAGG(s, '; ')"], [text('a'), text(null), text('b')])).toEqual(['a,b', 'a; b'])
  })

  it('changes nothing when an argument fails', () => {
    const p = program(['COUNT(*)', 'SUM(10 / i)'])
    const columns = fresh(p)
    p.add(columns, 0, int(5))
    expect(() => p.add(columns, 0, int(0))).toThrow('division by zero')
    expect(resultOf(p, columns)).toEqual([1, 2])
  })

  it('merges slots into what adding all rows to one gives', () => {
    const calls = ['COUNT(*)', 'SUM(i)', 'AVG(d)', 'MIN(i)', 'MAX(d)', 'STDDEV_SAMP(d)', 'COUNT(DISTINCT i)', 'SUM(l)', 'LISTAGG(s)']
    const rows: Row[] = [
      [1, 5, 1.5, 'a', null],
      [null, 9007199254740991, 2.5, 'b', null],
      [1, 7, -3, null, null],
      [4, null, 8, 'c', null],
    ]
    const p = program(calls)
    const columns = fresh(p)
    for (const row of rows) p.add(columns, 0, row)
    p.add(columns, 1, rows[0]!)
    p.add(columns, 1, rows[1]!)
    p.add(columns, 2, rows[2]!)
    p.add(columns, 2, rows[3]!)
    p.merge?.(columns, 1, columns, 2)
    const [all, merged] = [resultOf(p, columns, 0), resultOf(p, columns, 1)]
    expect(merged.map((value) => (typeof value === 'number' ? value.toFixed(12) : value))).toEqual(
      all.map((value) => (typeof value === 'number' ? value.toFixed(12) : value)),
    )
  })

  it('does not share state between slots after a merge', () => {
    const p = program(['COUNT(DISTINCT i)'])
    const columns = fresh(p)
    p.add(columns, 1, int(1))
    p.merge?.(columns, 0, columns, 1)
    p.add(columns, 0, int(2))
    expect([resultOf(p, columns, 0), resultOf(p, columns, 1)]).toEqual([[2], [1]])
  })

  it('cannot merge FIRST_VALUE, as Flink cannot', () => {
    expect(program(['FIRST_VALUE(i)']).merge).toBeUndefined()
  })

  it('takes rows back, with the row count in field 0', () => {
    const calls = [
      'COUNT(*)',
      'SUM(i)',
      'AVG(d)',
      'MIN(i)',
      'MAX(i)',
      'FIRST_VALUE(s)',
      'LAST_VALUE(s)',
      'COUNT(DISTINCT s)',
      'LISTAGG(s)',
      'STDDEV_POP(d)',
    ]
    const p = program(calls, true)
    const columns = fresh(p)
    const [a, b, c]: Row[] = [
      [3, null, 1, 'x', null],
      [9, null, 2, 'y', null],
      [1, null, 6, 'x', null],
    ]
    for (const row of [a!, b!, c!]) p.add(columns, 0, row)
    p.retract?.(columns, 0, c!)
    expect(columns[0]?.[0]).toBe(2)
    const direct = fresh(p)
    p.add(direct, 0, b!)
    p.add(direct, 0, a!)
    const result = resultOf(p, columns)
    expect(result.slice(0, 5)).toEqual([2, 12, 1.5, 3, 9])
    expect(result.slice(5)).toEqual(['y', 'x', 2, 'y,x', 0.5])
    p.retract?.(columns, 0, a!)
    p.retract?.(columns, 0, b!)
    expect(resultOf(p, columns)).toEqual([0, null, null, null, null, null, null, 0, null, null])
  })

  it('shares the count of one argument between functions', () => {
    const layout = program(['COUNT(d)', 'SUM(d)', 'AVG(d)', 'MIN(d)']).layout.map(({ name }) => name.replace(/\d+$/, ''))
    expect(layout.filter((name) => name === 'count')).toHaveLength(1)
  })
})

describe('aggregate types', () => {
  const typeOf = (call: string): LogicalType => {
    const ast = parseExpression(call)
    if (ast.kind !== 'call') throw new Error(call)
    return bindAggregate(ast, tableScope(schema)).type
  }

  it('are those of Flink', () => {
    expect(typeOf('COUNT(*)')).toEqual(BIGINT)
    expect(typeOf('SUM(i)')).toEqual(nullable(INT))
    expect(typeOf('SUM(m)')).toEqual(decimal(38, 2, true))
    expect(typeOf('AVG(m)')).toEqual(decimal(38, 6, true))
    expect(typeOf('STDDEV_POP(i)')).toEqual(nullable(INT))
  })

  it('refuses aggregates that do not fit', () => {
    expect(() => typeOf('SUM(s)')).toThrow('SUM takes a number')
    expect(() => typeOf('COUNT(i, l)')).toThrow('COUNT takes 0 to 1 argument')
    expect(() => typeOf('SUM(MAX(i))')).toThrow('aggregate MAX cannot stand here')
    expect(() => typeOf('LISTAGG(i)')).toThrow('LISTAGG takes text')
  })
})
