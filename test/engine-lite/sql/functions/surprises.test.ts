import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../../src/engine-lite/contract/errors/index.js'
import { compileExpression } from '../../../../src/engine-lite/sql/compile/calc.js'
import { bindExpression } from '../../../../src/engine-lite/sql/expr/bind.js'
import { castTo } from '../../../../src/engine-lite/sql/expr/cast-to.js'
import { NO_COLUMNS } from '../../../../src/engine-lite/sql/expr/scope.js'
import { parseExpression } from '../../../../src/engine-lite/sql/parser/script.js'
import { nullable, STRING } from '../../../../src/engine-lite/sql/types/make.js'
import { TEST_CONTEXT } from '../context.js'

/** What the expression gives as text, NULL, or the code of its error. */
function textOf(sql: string, timeZone = 'UTC'): string {
  try {
    const text = castTo(bindExpression(parseExpression(sql), NO_COLUMNS), nullable(STRING))
    const value = compileExpression(text, { ...TEST_CONTEXT, timeZone })([])
    return value === null ? 'NULL' : String(value)
  } catch (error) {
    if (error instanceof MillraceError) return error.code
    throw error
  }
}

describe('what surprises in Flink, and holds here too', () => {
  it.each<[string, string]>([
    ['2147483647 + 1', '-2147483648'],
    ['ABS(-2147483648)', '-2147483648'],
    ['CAST(127 AS TINYINT) + CAST(1 AS TINYINT)', '-128'],
    ['7 / 2.0', '3.500000'],
    ['1.0 / 3.0 * 3.0', '0.9999990'],
    ['1e0 / 0', 'E0204'],
    ['CAST(NULL AS DOUBLE) / 0', 'NULL'],
    ["GREATEST(1e0, CAST('NaN' AS DOUBLE))", 'NaN'],
    ["ROUND(CAST('NaN' AS DOUBLE), 1)", 'R0101'],
    ["CAST(CAST('NaN' AS DOUBLE) AS DECIMAL(10, 2))", 'R0101'],
    ['ROUND(2147483647, -1)', '-2147483646'],
    ['ROUND(CAST(1.55 AS FLOAT), 1)', '1.5'],
    ['CAST(300 AS TINYINT)', '44'],
    ['CAST(1e10 AS INT)', '2147483647'],
    ['CAST(1e10 AS TINYINT)', '-1'],
    ["CAST('1.5' AS INT)", '1'],
    ["CAST('1e2' AS INT)", 'R0101'],
    ["CAST('1e2' AS DECIMAL(10, 2))", '100.00'],
    ["CAST('1L' AS DECIMAL(10, 2))", '1.00'],
    ["CAST(' 12 ' AS INT)", '12'],
    ["CAST(' true ' AS BOOLEAN)", 'R0101'],
    ['CAST(12345 AS DECIMAL(5, 2))', 'R0101'],
    ['CAST(1e7 AS STRING)', '1.0E7'],
    ["CAST(X'48' AS STRING)", 'H'],
    ["CAST(ROW(1, 'a', NULLIF(1, 1)) AS STRING)", '(1, a, NULL)'],
    ["'1' = 1", 'E0204'],
    ["TRUE = 'true'", 'E0301'],
    ["CAST('abc' AS CHAR(5)) || '|'", 'abc  |'],
    ["CAST('abc' AS CHAR(5)) = 'abc'", 'FALSE'],
    ["SUBSTRING('hello', 0)", 'hello'],
    ["SUBSTRING('hello', -10)", ''],
    ["SUBSTRING('hello', 3, -1)", 'NULL'],
    ["OVERLAY('hello' PLACING 'X' FROM 3 FOR 0)", 'heX'],
    ["LPAD('😀', 3, 'x')", 'x😀'],
    ["CHAR_LENGTH('😀')", '1'],
    ["REGEXP_REPLACE('foobar', '(o+)', '[$1]')", 'f[$1]bar'],
    ["SPLIT_INDEX('', ',', 0)", 'NULL'],
    ["ASCII('é')", '-61'],
    ['HEX(CAST(255 AS TINYINT))', 'FFFFFFFFFFFFFFFF'],
    ["JSON_VALUE('{\"n\":null}', 'lax $.n' DEFAULT 'r' ON ERROR)", 'NULL'],
    ["JSON_VALUE('{}', '$.a' RETURNING INT DEFAULT 5 ON EMPTY)", 'NULL'],
    ["JSON_VALUE('{\"a\":42}', '$.a' RETURNING DOUBLE)", 'R0101'],
    ["JSON_EXISTS('{\"n\":null}', '$.n')", 'FALSE'],
    ['\'{"a":1} x\' IS JSON', 'TRUE'],
    ["UNIX_TIMESTAMP('bad')", '-9223372036854775808'],
    ["TO_TIMESTAMP('2023-02-29 00:00:00')", '2023-02-28 00:00:00.000'],
    ["TRY_CAST('2023-02-29' AS DATE)", 'NULL'],
    ["TO_DATE('2024-13', 'yyyy-MM')", '2025-01-01'],
    ["TO_TIMESTAMP('2024-02-29T10:11:12')", 'NULL'],
    ["TRY_CAST(' 2024-02-29 10:11:12 ' AS TIMESTAMP)", 'NULL'],
    ["TRY_CAST(' 2024-02-29 ' AS DATE)", '2024-02-29'],
    ["FLOOR(TIMESTAMP '2024-02-29 10:11:12' TO WEEK)", '2024-02-25 00:00:00'],
    ["HOUR(TIMESTAMP '1969-12-31 23:59:59.999')", '0'],
    ["YEAR(TIMESTAMP '1969-12-31 23:59:59.999')", '1970'],
    ["TIME '23:30:00' + INTERVAL '1' HOUR", '00:30:00'],
    ["DATE '2024-01-01' + INTERVAL '25' HOUR", '2024-01-02'],
    ["DATE_FORMAT('2024-01-01 15:04:05.678', 'HH:mm:ss.SSS')", '15:04:05.000'],
    ["TIMESTAMP '2024-01-31 00:00:00' + INTERVAL '1' MONTH", '2024-02-29 00:00:00'],
    ['0.1 + 0.2', '0.3'],
    ['CAST(2.5 AS INT)', '2'],
    ["CAST('2024-02-29T10:11:12' AS TIMESTAMP)", 'R0101'],
    ["NULLIF('a', 'a') || 'b'", 'NULL'],
    ["CONCAT_WS(',', 'a', NULLIF('b', 'b'), 'c')", 'a,c'],
  ])('%s is %s', (sql, text) => expect(textOf(sql)).toBe(text))

  it.each<[string, string]>([
    ["CAST(CAST('2024-03-31 02:30:00' AS TIMESTAMP_LTZ(0)) AS STRING)", '2024-03-31 03:30:00'],
    ["UNIX_TIMESTAMP('2024-10-27 02:30:00')", '1729992600'],
    ["FLOOR(CAST('2024-03-31 12:00:00' AS TIMESTAMP_LTZ(3)) TO DAY)", '2024-03-30 23:00:00.000'],
    ["CAST('2024-03-30 12:00:00' AS TIMESTAMP_LTZ(0)) + INTERVAL '1' DAY", '2024-03-31 13:00:00'],
    ['EXTRACT(EPOCH FROM TO_TIMESTAMP_LTZ(0, 3))', '3600'],
  ])('in Berlin %s is %s', (sql, text) => expect(textOf(sql, 'Europe/Berlin')).toBe(text))
})
