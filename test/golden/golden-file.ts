/**
 * A golden file is SQL that runs as it stands, with its input and output as comments:
 *
 * - `--> readings {"device":"a","ts":"2024-01-01 00:00:01"}`: the next row of table `readings`, as its json format reads it;
 * - `--= results +I[a, 1]`: a row that ends up in table `results`, in any order (Flink's printed form);
 *
 * `UPDATE=1` rewrites the expectations from what came out.
 */
import { readFileSync, writeFileSync } from 'node:fs'

export interface GoldenFile {
  readonly path: string
  readonly sql: string
  readonly inputs: readonly { readonly table: string; readonly json: string }[]
  readonly expected: readonly string[]
}

export function readGolden(path: string): GoldenFile {
  const sql = readFileSync(path, 'utf8')
  const lines = sql.split('\n')
  const inputs = lines.flatMap((line) => {
    const match = /^--> (\S+) (.*)$/.exec(line)
    return match === null ? [] : [{ table: match[1]!, json: match[2]! }]
  })
  return { path, sql, inputs, expected: lines.filter((line) => line.startsWith('--= ')).map((line) => line.slice(4)) }
}

export function updateGolden(file: GoldenFile, rows: readonly string[]): void {
  const kept = file.sql.split('\n').filter((line) => !line.startsWith('--= '))
  while (kept.at(-1) === '') kept.pop()
  writeFileSync(file.path, `${[...kept, ...rows.map((row) => `--= ${row}`)].join('\n')}\n`)
}
