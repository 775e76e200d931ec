import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../../src/edge/cli/version.js'
import { ensureBuilt, millrace } from './millrace.js'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
  await ensureBuilt()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

describe('millrace', () => {
  it('explains itself on stdout, every command with two examples', async () => {
    const help = await millrace(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['demo', 'run', 'validate', 'explain', 'status', 'sql']) {
      expect(help.stdout).toContain(`  ${command}`)
      const own = await millrace([command, '--help'])
      expect(own.code).toBe(0)
      expect(own.stdout.match(/^ {2}\$ millrace /gm)).toHaveLength(2)
    }
  })

  it('knows the version of its package', async () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(VERSION)
    expect(await millrace(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  })

  it('says what it needs to a Node that is too old', async () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })"
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}` }
    expect(await millrace(['--version'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: millrace needs Node.js 20.19 or newer; this is 18.20.4\n',
    })
  })

  it.each([
    [['frob'], "unknown command 'frob'"],
    [['stat'], 'Did you mean status?'],
    [['run', '--confg', 'x'], "unknown option '--confg'"],
    [['explain'], "missing required argument 'files'"],
    [['sql'], 'takes either --file FILE or --execute TEXT'],
    [['sql', '-e', 'SELECT 1', '-o', 'xml'], 'Allowed choices are tableau, changelog, json, csv'],
    [['demo', '--seed', 'abc'], 'It takes a whole number'],
    [['status', '--url', 'not a url'], 'is not a URL'],
  ])('ends %j with 2: wrong usage', async (args, text) => {
    const { code, stdout, stderr } = await millrace(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(text)
  })
})

describe('millrace sql', () => {
  const rows = "SELECT * FROM (VALUES (1, 'a,\"b\"', CAST(NULL AS STRING), ''), (2, 'x', 'y', 'z')) AS t(n, a, b, c)"

  it('draws a table by default', async () => {
    const { code, stdout } = await millrace(['sql', '-e', 'SELECT 1 + 1 AS two'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[1]).toMatch(/^\| op \| +two \|$/)
    expect(stdout).toContain('| +I |           2 |')
    expect(stdout).toContain('1 row in set')
  })

  it('writes CSV that tells NULL from the empty text', async () => {
    expect(await millrace(['sql', '-e', rows, '-o', 'csv'])).toEqual({
      code: 0,
      stdout: 'op,n,a,b,c\n+I,1,"a,""b""",,""\n+I,2,x,y,z\n',
      stderr: '',
    })
  })

  it('writes one JSON object per change, without loss', async () => {
    const query =
      "SELECT k, SUM(v) AS s FROM (VALUES ('a', CAST(9007199254740993 AS BIGINT)), ('a', CAST(1 AS BIGINT))) AS t(k, v) GROUP BY k"
    const { stdout } = await millrace(['sql', '-e', query, '-o', 'json'])
    expect(stdout.trim().split('\n')).toEqual([
      '{"op":"+I","row":{"k":"a","s":"9007199254740993"}}',
      '{"op":"-U","row":{"k":"a","s":"9007199254740993"}}',
      '{"op":"+U","row":{"k":"a","s":"9007199254740994"}}',
    ])
  })

  it('prints changelogs as Flink does', async () => {
    expect((await millrace(['sql', '-e', rows, '-o', 'changelog'])).stdout).toBe('+I[1, a,"b", null, ]\n+I[2, x, y, z]\n')
  })

  it('runs files, windows and INSERTs over files', async () => {
    const input = file(
      'in.jsonl',
      '{"d":"p1","v":1,"ts":"2026-01-01 00:00:01"}\n{"d":"p1","v":3,"ts":"2026-01-01 00:00:04"}\n{"d":"p1","v":9,"ts":"2026-01-01 00:00:05"}\n',
    )
    const init = file(
      'init.sql',
      `CREATE TABLE readings (d STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '${input}', 'format' = 'json');`,
    )
    const script = file(
      'windows.sql',
      "SELECT d, SUM(v) AS s, window_end FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY d, window_start, window_end;",
    )
    expect((await millrace(['sql', '-i', init, '-f', script, '-o', 'json'])).stdout).toBe(
      '{"op":"+I","row":{"d":"p1","s":4,"window_end":"2026-01-01T00:00:05.000"}}\n{"op":"+I","row":{"d":"p1","s":9,"window_end":"2026-01-01T00:00:10.000"}}\n',
    )
  })

  it('says every error of a text at its place, runs nothing of it, and ends with 78', async () => {
    const { code, stdout, stderr } = await millrace(['sql', '-e', 'SELECT 1;\nSELECT a FROM nope;\nSELECT 1 +'])
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toContain('error[E0201]: unknown table `nope`\n  --> (command line):2:15')
    expect(stderr).toContain('error[E0101]')
    expect(stderr).not.toContain('\u001b')
    expect(stderr).not.toContain('.mjs')
  })

  it('ends with 1 when a statement fails while it runs', async () => {
    const { code, stderr } = await millrace(['sql', '-e', "SELECT CAST('x' AS INT)"])
    expect(code).toBe(1)
    expect(stderr).toContain("error[R0101]: cannot cast 'x' to INT")
  })
})

describe('millrace validate', () => {
  it('accepts the examples that ship with it', async () => {
    expect(await millrace(['validate'])).toMatchObject({ code: 0, stdout: '', stderr: 'ok: config/gateway.yaml, 3 pipelines\n' })
  })

  it('accepts what the examples run on Flink, apart from reading Kafka, which it names as not built', async () => {
    for (const name of ['device_windows', 'line_overview', 'pump_vibration']) {
      const { code, stderr } = await millrace([
        'validate',
        `config/pipelines/${name}/tables.flink.sql`,
        `config/pipelines/${name}/pipeline.sql`,
      ])
      expect(code).toBe(78)
      expect(stderr.match(/^error\[/gm)).toHaveLength(1)
      expect(stderr).toContain('error[E0301]: table `telemetry`: reading from Kafka is not built yet')
    }
  })

  it('lists every error of configuration as JSON and ends with 78', async () => {
    const config = file('bad.yaml', 'gateway: { id: g }\nmqtt: { embeded: {} }\nhttp: { listen: 0 }\n')
    const { code, stdout } = await millrace(['validate', '--config', config, '--json'])
    expect(code).toBe(78)
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      errors: [
        { code: 'C0012', message: 'mqtt.embeded is not a setting', line: 2, column: 9, hint: 'did you mean `embedded`?' },
        { code: 'C0011', line: 3, column: 17 },
      ],
    })
  })

  it('shows a wrong setting in its line', async () => {
    const config = file('typo.yaml', 'gateway: { id: g }\nstate:\n  comit: { mode: latency }\n')
    const { code, stderr } = await millrace(['validate', '--config', config])
    expect(code).toBe(78)
    expect(stderr).toContain(`error[C0012]: state.comit is not a setting\n  --> ${config}:3:3`)
    expect(stderr).toContain('help: did you mean `commit`?')
  })

  it('finds errors of all pipelines, a pipeline without INSERT, and a table without its door', async () => {
    const { mkdirSync } = await import('node:fs')
    for (const name of ['one', 'two', 'three']) mkdirSync(join(dir, 'pipelines', name), { recursive: true })
    file('pipelines/one/pipeline.sql', 'INSERT INTO nowhere SELECT 1;')
    file('pipelines/two/pipeline.sql', "CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');")
    file(
      'pipelines/three/pipeline.sql',
      "CREATE TABLE m (a INT) WITH ('connector' = 'mqtt', 'topic' = 'x', 'format' = 'json');\nCREATE TABLE b (a INT) WITH ('connector' = 'blackhole');\nINSERT INTO b SELECT a FROM m;",
    )
    const config = file('gateway.yaml', 'gateway: { id: g }\npipelines: pipelines\n')
    const { code, stdout } = await millrace(['validate', '--config', config, '--json'])
    expect(code).toBe(78)
    const messages = JSON.parse(stdout).errors.map((error: { message: string }) => error.message)
    expect(messages).toEqual([expect.stringContaining('nowhere'), 'table `m` needs an MQTT door', 'pipeline two has no INSERT'])
  })
})

describe('millrace explain', () => {
  it('shows the operators of the examples with their state', async () => {
    const { code, stdout } = await millrace([
      'explain',
      'config/pipelines/device_windows/tables.gateway.sql',
      'config/pipelines/device_windows/pipeline.sql',
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('WindowAggregate(keys=[gateway, device]')
    expect(stdout).toContain('state: ')
  })

  it('refuses what does not bind, with 78', async () => {
    const { code, stdout, stderr } = await millrace(['explain', file('bad.sql', 'SELECT nope FROM nowhere;')])
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toContain('error[E0201]')
  })
})

describe('millrace status', () => {
  it('says that nobody answers, with 1', async () => {
    const { code, stderr } = await millrace(['status', '--url', 'http://127.0.0.1:1'])
    expect(code).toBe(1)
    expect(stderr).toContain('error[C0022]: no gateway answers at http://127.0.0.1:1')
  })
})
