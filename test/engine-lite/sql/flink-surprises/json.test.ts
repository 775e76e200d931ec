import { describe, expect, it } from 'vitest'
import { columnValue, constantValue } from './run-sql.js'

/** `js` is an object with a, b (fractions), n (null), o (an object), t (text), i (an integer), big. */
const ON_COLUMNS: readonly (readonly [string, string])[] = [
  // Without a mode the path is strict: what is missing is an error, not empty.
  ["JSON_VALUE(js, '$.q' DEFAULT 'x' ON EMPTY)", 'null STRING'],
  ["JSON_VALUE(js, 'lax $.q' DEFAULT 'x' ON EMPTY)", 'x STRING'],
  ["JSON_VALUE(js, '$.q' RETURNING INT DEFAULT 5 ON EMPTY)", 'null INT'],
  ["JSON_VALUE(js, 'strict $.o' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)", 'r STRING'],
  // In lax mode objects and JSON null are empty.
  ["JSON_VALUE(js, 'lax $.o' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)", 'e STRING'],
  ["JSON_VALUE(js, 'lax $.n' DEFAULT 'e' ON EMPTY DEFAULT 'r' ON ERROR)", 'e STRING'],
  ["JSON_EXISTS(js, '$.n')", 'false BOOLEAN'],
  ["JSON_EXISTS(js, '$.a')", 'true BOOLEAN'],
  // No conversion: another type fails the row, whatever ON ERROR says.
  ["JSON_VALUE(js, '$.i' RETURNING INT)", '42 INT'],
  ["JSON_VALUE(js, '$.t' RETURNING INT NULL ON ERROR)", 'R0101'],
  ["JSON_VALUE(js, '$.a' RETURNING INT NULL ON ERROR)", 'R0101'],
  ["JSON_VALUE(js, '$.i' RETURNING DOUBLE)", 'R0101'],
  ["JSON_VALUE(js, '$.i' RETURNING BIGINT)", 'E0204'],
  ["JSON_VALUE(js, '$.i' RETURNING DECIMAL(10, 2))", 'E0204'],
  // Fractions are doubles, integers of any size exact.
  ["JSON_VALUE(js, '$.a')", '1.1 STRING'],
  ["JSON_VALUE(js, '$.b')", '1000.0 STRING'],
  ["JSON_VALUE(js, '$.big')", '123456789012345678901234567890 STRING'],
  ["JSON_QUERY(js, '$.q' EMPTY ARRAY ON EMPTY)", 'null STRING'],
  ["JSON_QUERY(js, 'lax $.q' EMPTY ARRAY ON EMPTY)", '[] STRING'],
  ["JSON_QUERY(js, '$.o')", '{"z":1,"b":2.5} STRING'],
  // Constructors: keys sorted, NULL ON NULL for objects, ABSENT for arrays.
  ["JSON_OBJECT('z' VALUE i, 'a' VALUE nn)", '{"a":null,"z":2147483647} STRING NOT NULL'],
  ['JSON_ARRAY(i, nn)', '[2147483647] STRING NOT NULL'],
  ['JSON_ARRAY(i, nn NULL ON NULL)', '[2147483647,null] STRING NOT NULL'],
  ["JSON_OBJECT('d' VALUE dt)", 'E0204'],
  ["JSON_OBJECT('d' VALUE tm)", 'E0204'],
  ["JSON_OBJECT('d' VALUE CAST(ts AS TIMESTAMP(1)))", '{"d":"2024-02-29T10:11:12.3"} STRING NOT NULL'],
  // IS JSON is NOT NULL.
  ['js IS JSON', 'true BOOLEAN NOT NULL'],
  ['ns IS JSON', 'false BOOLEAN NOT NULL'],
  ['sj IS NOT JSON', 'true BOOLEAN NOT NULL'],
  ['ns IS NOT JSON', 'E0301'],
  ['NOT (b AND ns IS JSON)', 'E0301'],
  ["COALESCE(ns, '') IS NOT JSON", 'true BOOLEAN NOT NULL'],
]

const OF_CONSTANTS: readonly (readonly [string, string])[] = [
  ["JSON_VALUE('{\"f\":1.10}', '$.f')", '1.1 STRING'],
  ["JSON_VALUE('{\"f\":1e3}', '$.f')", '1000.0 STRING'],
  ["JSON_VALUE('{}', '$.a' RETURNING INT DEFAULT 5 ON EMPTY)", 'null INT'],
  ["JSON_QUERY('{}', '$.missing' EMPTY ARRAY ON EMPTY)", 'null STRING'],
  ["JSON_EXISTS('{\"n\":null}', '$.n')", 'false BOOLEAN NOT NULL'],
  ['\'{"a":1} x\' IS JSON', 'true BOOLEAN NOT NULL'],
  ['CAST(NULL AS STRING) IS JSON', 'false BOOLEAN NOT NULL'],
]

describe('JSON functions, as Flink has them', () => {
  it.each(ON_COLUMNS)('%s is %s', async (expression, expected) => expect(await columnValue(expression)).toBe(expected))
  it.each(OF_CONSTANTS)('constant %s is %s', async (expression, expected) => expect(await constantValue(expression)).toBe(expected))
})
