import { describe, expect, it } from 'vitest'
import { columnValue, constantValue, runSql } from './run-sql.js'

const ON_COLUMNS: readonly (readonly [string, string])[] = [
  // How values print.
  ['CAST(d * 1e7 AS STRING)', '1.8E7 STRING'],
  ['CAST(d * 1e6 AS STRING)', '1800000.0 STRING'],
  ['CAST(b AS STRING)', 'TRUE STRING'],
  ['CAST(arr AS STRING)', '[1, 2, NULL] STRING'],
  ['CAST(r AS STRING)', '(1, a) STRING'],
  ["CAST(MAP['k', nn] AS STRING)", '{k=NULL} STRING NOT NULL'],
  ["CAST(ENCODE(s, 'UTF-8') AS STRING)", 'hello STRING'],
  // Text beside other types.
  ["i = '7'", 'E0204'],
  ['i = num', 'E0204'],
  ["i IN ('1', '2')", 'E0301'],
  ["i BETWEEN '0' AND '9'", 'E0301'],
  ['i > s', 'E0301'],
  ["b = 'true'", 'E0301'],
  ['dt = s', 'null BOOLEAN'],
  ['ts = s', 'null BOOLEAN'],
  ["dt = '2024-03-03'", 'true BOOLEAN'],
  ['s || i', 'E0204'],
  ['CONCAT(s, i)', 'E0204'],
  // CHAR keeps its blanks.
  ['CAST(s AS CHAR(7)) = s', 'false BOOLEAN'],
  ["CAST(s AS CHAR(7)) || '|'", 'hello  | CHAR(8)'],
  // NULL and what is not there.
  ['CONCAT(s, ns)', 'null STRING'],
  ["CONCAT_WS(',', s, ns, sj)", 'hello,abc STRING'],
  ['CONCAT_WS(ns, s, sj)', 'null STRING'],
  ["LPAD(s, -1, 'x')", 'null STRING'],
  ["LPAD(sj, -1, 'x')", 'R0101'],
  ["REGEXP_EXTRACT(s, '(q+)', 1)", 'null STRING'],
  ["REGEXP_REPLACE(s, REPLACE('[', 'q', ''), '')", 'null STRING'],
  ["REGEXP_REPLACE(sj, REPLACE('[', 'q', ''), '')", 'R0101'],
  ["SPLIT_INDEX(TRIM(LEADING 'a' FROM 'aaa'), ',', 0)", 'null STRING'],
  // Positions.
  ['SUBSTRING(s, 0)', 'hello STRING'],
  ['SUBSTRING(s, -3)', 'llo STRING'],
  ['SUBSTRING(s, -10)', ' STRING'],
  ['SUBSTRING(s, 10)', ' STRING'],
  ['SUBSTRING(s, 3, -1)', 'null STRING'],
  ["OVERLAY(s PLACING 'X' FROM 3 FOR 0)", 'heX STRING'],
  ["OVERLAY(s PLACING 'X' FROM 0)", 'hello STRING'],
  ['CHAR_LENGTH(emoji)', '1 INT'],
  ["LPAD(emoji, 3, 'x')", 'x😀 STRING'],
  ['UPPER(straw)', 'STRASSE STRING'],
  ["REGEXP_REPLACE(s, '(l+)', '[$1]')", 'he[$1]o STRING'],
  ["s LIKE 'hel\\%'", 'false BOOLEAN'],
  ['HEX(ti - ti - CAST(1 AS TINYINT))', 'FFFFFFFFFFFFFFFF STRING'],
  // Collections: items that are not there.
  ['arr[3]', 'null INT'],
  ['arr[10]', 'null INT'],
  ['arr[0]', 'E0204'],
  ['arr[z]', 'R0101'],
  ['arr[ti]', 'E0204'],
  ['arrnn[2]', '2 INT'],
  ['arrnn[4]', 'R0101'],
  ["m['k']", '1 INT'],
  ["m['q']", 'null INT'],
  ['ARRAY_CONTAINS(arrnn, NULL)', 'false BOOLEAN'],
  // Fails in 1.20 and works from 2.3 on.
  ['ARRAY_CONTAINS(arr, 1)', 'true BOOLEAN'],
  ['r > r', 'E0204'],
  ['arr > arr', 'E0204'],
]

const OF_CONSTANTS: readonly (readonly [string, string])[] = [
  ["'1' = 1", 'E0204'],
  ["1 IN ('1', '2')", 'E0301'],
  ["TRUE = 'true'", 'E0301'],
  ["DATE '2024-01-01' = 'bad'", 'null BOOLEAN'],
  ["'a' || 1", 'E0204'],
  ['1 != 2', 'E0101'],
  ['1 // 2', '1 INT NOT NULL'],
  ["CAST('abc' AS CHAR(5)) = 'abc'", 'false BOOLEAN NOT NULL'],
  ["CAST('a' AS CHAR(3))", 'a   CHAR(3) NOT NULL'],
  ["SUBSTRING('hello', 0)", 'hello VARCHAR(5)'],
  ["SUBSTRING('hello', 3, -1)", 'null VARCHAR(5)'],
  ["LEFT('hello', 2)", 'he VARCHAR(5)'],
  ["LPAD('hi', -1, 'x')", 'R0101'],
  ["REGEXP_REPLACE('x', '[', '')", 'E0204'],
  ["'😀'", '😀 CHAR(2) NOT NULL'],
  // Flink cuts constants to the type that was derived for them, and computes on columns without cutting.
  ["UPPER('straße')", 'E0301'],
  // BINARY(1), and cut when constant, in 1.20; repaired in 2.3.
  ["ENCODE('hi', 'UTF-8')", '[104, 105] BYTES NOT NULL'],
  ["ASCII('é')", '-61 INT NOT NULL'],
  ['HEX(CAST(255 AS TINYINT))', 'FFFFFFFFFFFFFFFF STRING NOT NULL'],
  ["MD5('a')", '0cc175b9c0f1b6a831c399e269772661 CHAR(32) NOT NULL'],
  ['CAST(1e7 AS STRING)', '1.0E7 STRING NOT NULL'],
  ['CAST(1e308 AS STRING)', '1.0E308 STRING NOT NULL'],
  ["CAST(X'48' AS STRING)", 'H STRING NOT NULL'],
  ["CAST(ROW(1, 'a', CAST(NULL AS INT)) AS STRING)", '(1, a, NULL) STRING NOT NULL'],
  ['ARRAY[1, 2, 3][2]', '2 INT'],
  ['ARRAY[1, 2, 3][4]', 'R0101'],
  ['ARRAY[1, 2, 3][0]', 'E0204'],
  ["MAP['a', 1]['b']", 'R0101'],
  ['ARRAY_CONTAINS(ARRAY[1, 2], NULL)', 'false BOOLEAN NOT NULL'],
  ["'a\\%c' LIKE 'a\\%c'", 'true BOOLEAN NOT NULL'],
  ["'a%c' LIKE 'a\\%c'", 'false BOOLEAN NOT NULL'],
]

const ROWS: readonly (readonly [string, string])[] = [
  ["SELECT a FROM (VALUES ('a'), ('abc')) AS t(a)", 'VARCHAR(3) NOT NULL'],
  ['SELECT a FROM (VALUES (1), (2.50)) AS t(a)', 'DECIMAL(12, 2) NOT NULL'],
  ['SELECT 1 UNION ALL SELECT 2.50', 'DECIMAL(12, 2) NOT NULL'],
]

describe('text and collections, as Flink has them', () => {
  it.each(ON_COLUMNS)('%s is %s', async (expression, expected) => expect(await columnValue(expression)).toBe(expected))
  it.each(OF_CONSTANTS)('constant %s is %s', async (expression, expected) => expect(await constantValue(expression)).toBe(expected))
  it.each(ROWS)('%s is of type %s', async (query, type) => expect((await runSql(query)).types).toEqual([type]))
})
