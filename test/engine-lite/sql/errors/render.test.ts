import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../../src/engine-lite/contract/errors/index.js'
import { renderError, renderErrors } from '../../../../src/engine-lite/sql/errors/render.js'
import { parseScript } from '../../../../src/engine-lite/sql/parser/script.js'

const render = (text: string, file?: string) => parseScript(text, file).errors.map((error) => renderError(error))

describe('renderError', () => {
  it('shows code, place, excerpt, label, facts and help', () => {
    const text = 'SELECT device,\n       AVG(tempp) AS avg_temp\nFROM telemetry'
    const error = new MillraceError('E0207', 'unknown column `tempp`', {
      place: { file: 'pipeline.sql', text, span: { line: 2, column: 12, endLine: 2, endColumn: 17 } },
      label: 'not in `telemetry`',
      detail: ['columns: device STRING, temp DOUBLE'],
      hint: 'did you mean `temp`?',
    })
    expect(renderError(error)).toMatchInlineSnapshot(`
      "error[E0207]: unknown column \`tempp\`
        --> pipeline.sql:2:12
         |
       2 |        AVG(tempp) AS avg_temp
         |            ^^^^^ not in \`telemetry\`
         = columns: device STRING, temp DOUBLE
         = help: did you mean \`temp\`?"
    `)
    expect(renderError(error, { color: true })).toContain('\u001b[1;31m^^^^^'.replace('^^^^^', '           ^^^^^'))
  })

  it('shows an error without a place on one line', () => {
    expect(renderError(new MillraceError('E0214', 'unknown setting'))).toBe('error[E0214]: unknown setting')
  })

  it('marks the first line of a span over several lines', () => {
    const place = { text: 'SELECT\n  (a\n  + b)', span: { line: 2, column: 3, endLine: 3, endColumn: 7 } }
    expect(renderError(new MillraceError('E0301', 'x', { place }))).toContain('   |   ^^…')
  })

  it('keeps carets under the text after tabs', () => {
    expect(render('\tSELECT ;')[0]).toContain(' 1 |     SELECT ;\n   |            ^')
  })

  it('counts several errors', () => {
    expect(renderErrors(parseScript('x; y').errors)).toMatch(/2 errors$/)
  })
})

describe('messages of the parser', () => {
  it('each form', () => {
    const scripts = [
      'SELECT a != b FROM t',
      'SELECT value FROM t',
      'CREATE TABLE t (time TIMESTAMP(3))',
      'SELECT a FROM',
      'SELECT "a" FROM t',
      "SELECT 'a FROM t",
      "SELECT X'F' FROM t",
      'SELECT a FROM t WHERE a NOT b',
      'CREATE TABLE t (a INT, WATERMARK FOR a AS a, WATERMARK FOR a AS a)',
      'CREATE TABLE t (a AS (SELECT 1))',
      'CREATE TABLE t (a, b)',
      'SET a = b',
      'SELECT 1 /*+ OPTIONS() */',
      "SELECT INTERVAL '1' DAY TO YEAR",
      'FOO',
      "CREATE TABLE t (a INT) WITH ('connector' 'mqtt')",
    ]
    expect(scripts.flatMap((script) => render(script, 'f.sql')).join('\n\n')).toMatchSnapshot()
  })
})
