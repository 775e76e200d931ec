import { describe, expect, it } from 'vitest'
import { parseExpression } from '../../../../src/engine-lite/sql/parser/script.js'
import { print } from './print.js'

describe('parseExpression', () => {
  it.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['a - b - c', '((a - b) - c)'],
    ["'a' || b + 1", "(('a' || b) + 1)"],
    ['-a * b', '((- a) * b)'],
    ['- a.b[1]', '(- a.b[1])'],
    ['NOT a = b AND c OR d', '(((NOT (a = b)) AND c) OR d)'],
    ['NOT a IS NULL', '(NOT (a IS NULL))'],
    ['a = b IS NOT TRUE', '((a = b) IS NOT TRUE)'],
    ['a + 1 BETWEEN b AND c + 2 AND d', '(((a + 1) BETWEEN b AND (c + 2)) AND d)'],
    ['a NOT BETWEEN SYMMETRIC 1 AND 2', '(a NOT BETWEEN SYMMETRIC 1 AND 2)'],
    ['a NOT IN (1, 2)', '(a NOT IN (1, 2))'],
    ['a IN (SELECT b FROM t)', '(a IN <query>)'],
    ["a LIKE 'x%' ESCAPE '!' = b", "((a LIKE 'x%' ESCAPE '!') = b)"],
    ["a SIMILAR TO 'x'", "(a SIMILAR 'x')"],
    ['a IS NOT DISTINCT FROM b AND c', '((a IS NOT DISTINCT FROM b) AND c)'],
    ['j IS NOT JSON OBJECT', '(j IS NOT JSON OBJECT)'],
    ['(a, b)', 'ROW(a, b)'],
    ['ROW(1)', 'ROW(1)'],
    ['((a))', 'a'],
    ['(SELECT 1) + 1', '(<query> + 1)'],
    ['((SELECT 1) + 1)', '(<query> + 1)'],
    ['ARRAY[1, ARRAY[2]][1]', '[1, [2]][1]'],
    ["MAP['a', 1]['a']", "MAP['a', 1]['a']"],
    ['f(x).y.z', 'f(x).y.z'.replace('f', 'F')],
    ['CASE a WHEN 1, 2 THEN b END', 'CASE a WHEN 1 THEN b WHEN 2 THEN b END'],
    ['CASE WHEN a THEN b ELSE c END', 'CASE WHEN a THEN b ELSE c END'],
    ['TRY_CAST(a AS ROW<x INT, y ARRAY<STRING>>)', 'TRY_CAST(a AS ROW)'],
    ['CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP()'],
    ["INTERVAL -'1:30' HOUR(2) TO SECOND(3)", "INTERVAL -'1:30' HOUR2 TO SECOND3"],
    ["INTERVAL '10' MINUTES", "INTERVAL '10' MINUTE"],
    ['(a - b) DAY', 'MINUS_DATE(a, b)'],
    ['count(*)', 'COUNT(*)'],
    ['`Count`(DISTINCT a)', 'Count(DISTINCT a)'],
    ['(a, b) OVERLAPS (c, d)', '(a, b) OVERLAPS (c, d)'],
    ['EXISTS (SELECT 1)', 'EXISTS <query>'],
    ["'a'\n'b'", "'ab'"],
  ])('%s', (text, expected) => {
    expect(print(parseExpression(text))).toBe(expected)
  })

  it.each([
    ['EXTRACT(HOUR FROM t)', 'EXTRACT(t)', { unit: 'HOUR' }],
    ['FLOOR(t TO DAY)', 'FLOOR(t)', { unit: 'DAY' }],
    ['TIMESTAMPDIFF(SECOND, a, b)', 'TIMESTAMPDIFF(a, b)', { unit: 'SECOND' }],
    ["TRIM(LEADING 'x' FROM s)", "TRIM(s, 'x')", { trim: 'LEADING' }],
    ['TRIM(s)', 'TRIM(s)', { trim: 'BOTH' }],
    ['SUBSTRING(s FROM 1 FOR 2)', 'SUBSTRING(s, 1, 2)', {}],
    ["POSITION('a' IN s)", "POSITION('a', s)", {}],
    ["OVERLAY(s PLACING 'x' FROM 1 FOR 2)", "OVERLAY(s, 'x', 1, 2)", {}],
    ['FIRST_VALUE(a IGNORE NULLS)', 'FIRST_VALUE(a)', { ignoreNulls: true }],
    [
      "JSON_VALUE(j, '$.a' NULL ON EMPTY ERROR ON ERROR)",
      "JSON_VALUE(j, '$.a')",
      { json: { onEmpty: { kind: 'NULL' }, onError: { kind: 'ERROR' } } },
    ],
    [
      "JSON_QUERY(j, '$.a' WITH CONDITIONAL ARRAY WRAPPER EMPTY OBJECT ON EMPTY)",
      "JSON_QUERY(j, '$.a')",
      { json: { wrapper: 'CONDITIONAL', onEmpty: { kind: 'EMPTY OBJECT' } } },
    ],
    ["JSON_OBJECT(KEY 'a' VALUE 1, 'b' : 2 ABSENT ON NULL)", "JSON_OBJECT('a', 1, 'b', 2)", { json: { onNull: 'ABSENT' } }],
    ['JSON_ARRAYAGG(x NULL ON NULL)', 'JSON_ARRAYAGG(x)', { json: { onNull: 'NULL' } }],
    ['f(a => 1, 2)', 'F(1, 2)', { argNames: ['a', undefined] }],
  ])('%s keeps its keywords as modifiers', (text, call, modifiers) => {
    const ast = parseExpression(text)
    expect(print(ast)).toBe(call)
    expect(ast.kind === 'call' && ast.modifiers).toEqual(modifiers)
  })

  it('keeps OVER with its frame', () => {
    const ast = parseExpression(
      "SUM(a) FILTER (WHERE b) OVER (PARTITION BY c ORDER BY d DESC RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW)",
    )
    const over = ast.kind === 'call' ? ast.modifiers.over : undefined
    expect(over?.frame?.unit).toBe('RANGE')
    expect(over?.frame?.start.kind).toBe('PRECEDING')
    expect(over?.frame?.end).toEqual({ kind: 'CURRENT ROW' })
    expect(over?.orderBy[0]?.descending).toBe(true)
  })

  it.each([
    ['a != b', 'unexpected `!=`', 1, 3],
    ['value + 1', 'unexpected `value`', 1, 1],
    ['a.time', 'unexpected `time`', 1, 3],
    ['model', 'unexpected `model`', 1, 1],
    ['per', 'unexpected `per`', 1, 1],
    ['prev', 'unexpected `prev`', 1, 1],
    ['second', 'unexpected `second`', 1, 1],
    ['at', 'unexpected `at`', 1, 1],
    ['floor + 1', 'unexpected `floor`', 1, 1],
    ['f(1', 'the statement ends too early', 1, 3],
    ['CASE WHEN a, b THEN 1 END', 'a searched CASE takes one condition in each WHEN', 1, 11],
    ['MAP[1]', 'MAP needs an even number of values: key, value, key, value', 1, 1],
    ['CAST(a AS VARCHAR(0))', 'the length must be between 1 and 2147483647, not 0', 1, 19],
  ])('refuses %s', (text, message, line, column) => {
    expect(() => parseExpression(text)).toThrowError(
      expect.objectContaining({ message, place: expect.objectContaining({ span: expect.objectContaining({ line, column }) }) }),
    )
  })

  it('takes words that Flink does not reserve as names', () => {
    for (const word of ['level', 'name', 'type', 'data', 'state', 'version', 'source', 'quarter', 'week', 'map', 'key']) {
      expect(print(parseExpression(`${word} + 1`))).toBe(`(${word} + 1)`)
    }
  })
})
