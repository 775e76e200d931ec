import { describe, expect, it } from 'vitest'
import type { ConnectorSpec } from '../../../../src/engine-lite/contract/connector.js'
import { type MillraceError, MillraceErrors } from '../../../../src/engine-lite/contract/errors/index.js'
import type { SourceColumn } from '../../../../src/engine-lite/contract/source.js'
import { FORMATS } from '../../../../src/engine-lite/format/registry.js'
import { SqlSession } from '../../../../src/engine-lite/sql/session/session.js'
import { SimulatedClock } from '../../../../src/engine-lite/testing/simulated-clock.js'

const asked: Record<string, readonly SourceColumn[]> = {}

const IN: ConnectorSpec = {
  name: 'in',
  options: ['watermark.per', 'watermark.device'].map((name) => ({ name, help: name })),
  metadata: { topic: 'STRING', 'topic.*': 'STRING' },
  createSource(table) {
    asked[table.name] = table.columns
    return () => ({ async start() {}, pause() {}, resume() {}, async close() {} })
  },
}
const OUT: ConnectorSpec = {
  name: 'out',
  options: [{ name: 'retries', help: 'how often', type: 'int' }],
  format: 'required',
  sinkMode: 'append',
  createSink: () => () => ({ write() {}, async close() {} }),
}

const TABLES = `
CREATE TABLE t (k STRING, v INT, unread STRING, ts TIMESTAMP(3), line STRING METADATA FROM 'topic.line', WATERMARK FOR ts AS ts) WITH ('connector' = 'in');
CREATE TABLE a (k STRING, n BIGINT) WITH ('connector' = 'out', 'format' = 'json');
CREATE TABLE b (k STRING, n BIGINT NOT NULL) WITH ('connector' = 'out', 'format' = 'json');
`

function plan(script: string) {
  const session = new SqlSession({
    connectors: new Map([IN, OUT].map((spec) => [spec.name, spec])),
    formats: FORMATS,
    gatewayId: 'gw',
    clock: new SimulatedClock(),
    random: () => 0.5,
  })
  const { results, errors } = session.execute(script)
  if (errors.length > 0) throw new MillraceErrors(errors)
  return session.insertGraph(
    'pipeline',
    results.filter((result) => result.kind === 'insert'),
  )
}

function problems(script: string): string[] {
  try {
    plan(script)
    return []
  } catch (error) {
    const all = error instanceof MillraceErrors ? error.errors : [error as MillraceError]
    return all.map((one) => `${one.code} ${one.message}`)
  }
}

const COUNTS = (sink: string, size: number) =>
  `INSERT INTO ${sink} SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '${size}' SECOND)) GROUP BY k, window_start, window_end;`

describe('the graph of a pipeline', () => {
  it('reads, decodes and times a table once for all INSERTs, and names state by table and sink', () => {
    const { nodes } = plan(`${TABLES} EXECUTE STATEMENT SET BEGIN ${COUNTS('a', 5)} ${COUNTS('b', 10)} END;`)
    expect(nodes.map(({ id }) => id)).toEqual([
      't:source',
      't:watermark',
      'a:window-aggregate',
      'a:calc',
      'a:sink',
      'b:window-aggregate',
      'b:calc',
      'b:sink',
    ])
  })

  it('keeps the ids of a sink when another INSERT comes before it', () => {
    const ids = (script: string) =>
      plan(script)
        .nodes.map(({ id }) => id)
        .filter((id) => id.startsWith('b:'))
    expect(ids(`${TABLES} ${COUNTS('a', 7)} ${COUNTS('b', 10)}`)).toEqual(ids(`${TABLES} ${COUNTS('b', 10)}`))
  })

  it('asks a source only for the columns that some query reads', () => {
    plan(`${TABLES} INSERT INTO a SELECT k, CAST(v AS BIGINT) FROM t;`)
    expect(asked.t!.map(({ name, used, metadataKey }) => [name, used, metadataKey])).toEqual([
      ['k', true, undefined],
      ['v', true, undefined],
      ['unread', false, undefined],
      ['ts', true, undefined],
      ['line', false, 'topic.line'],
    ])
  })

  it('guards the NOT NULL columns of a sink where the query may bring NULL', () => {
    const nullable = plan(`${TABLES} INSERT INTO b SELECT k, CAST(v AS BIGINT) FROM t;`)
    expect(nullable.nodes.map(({ name }) => name)).toContain('constraint enforcer')
    expect(plan(`${TABLES} ${COUNTS('b', 5)}`).nodes.map(({ name }) => name)).not.toContain('constraint enforcer')
  })

  it('makes a union several edges into one node', () => {
    const { nodes } = plan(
      `${TABLES} INSERT INTO a SELECT k, CAST(v AS BIGINT) FROM t UNION ALL SELECT line, CAST(v + 1 AS BIGINT) FROM t;`,
    )
    const sink = nodes.at(-1)!
    expect(sink.kind === 'sink' && sink.inputs.length).toBe(2)
  })
})

describe('a table that does not fit its connector', () => {
  const sink = (options: string) => `CREATE TABLE a (k STRING) WITH (${options}); INSERT INTO a SELECT 'x';`
  it.each([
    [sink("'format' = 'json'"), 'E0210 table `a` has no connector'],
    [sink("'connector' = 'ou'"), "E0210 unknown connector 'ou'"],
    [sink("'connector' = 'out'"), 'E0210 table `a` has no format'],
    [sink("'connector' = 'out', 'format' = 'xml'"), "E0210 unknown format 'xml'"],
    [sink("'connector' = 'out', 'format' = 'json', 'retrys' = '1'"), "E0210 connector 'out' has no option 'retrys'"],
    [sink("'connector' = 'out', 'format' = 'json', 'retries' = 'often'"), "E0210 option 'retries' takes a whole number, not 'often'"],
    [sink("'connector' = 'out', 'format' = 'json', 'json.depth' = '1'"), "E0210 connector 'out' has no option 'json.depth'"],
    [sink("'connector' = 'in'"), "E0209 connector 'in' cannot be written to"],
    [
      "CREATE TABLE m (x STRING METADATA FROM 'nothing') WITH ('connector' = 'in'); CREATE TABLE a (k STRING) WITH ('connector' = 'out', 'format' = 'json'); INSERT INTO a SELECT x FROM m;",
      "E0209 connector 'in' has no metadata 'nothing'",
    ],
  ])('%s', (script, problem) => {
    expect(problems(script)).toContain(problem)
  })
})

describe('a SET between two INSERTs', () => {
  const between = (set: string) => problems(`${TABLES} ${COUNTS('a', 5)} ${set} ${COUNTS('b', 5)}`)

  it('is refused where it would give one graph two meanings', () => {
    expect(between("SET 'table.local-time-zone' = 'Europe/Berlin';")).toEqual([
      "E0214 'table.local-time-zone' differs between the INSERTs of one pipeline",
    ])
  })

  it('is fine where it has no effect on a plan', () => {
    expect(between("SET 'parallelism.default' = '1';")).toEqual([])
  })
})

describe('time per device', () => {
  const device = (options: string) =>
    TABLES.replace("WITH ('connector' = 'in')", `WITH ('connector' = 'in', 'watermark.per' = 'device'${options})`)

  it('is planned where the window groups by the device', () => {
    expect(problems(`${device(", 'watermark.device' = 'k'")} ${COUNTS('a', 5)}`)).toEqual([])
  })

  it('is refused where the window does not group by the device', () => {
    expect(problems(`${device(", 'watermark.device' = 'line'")} ${COUNTS('a', 5)}`)).toEqual([
      'E0213 this window does not group by the device column `line`',
    ])
  })

  it('is refused where no column is named', () => {
    expect(problems(`${device('')} ${COUNTS('a', 5)}`)).toEqual(["E0210 'watermark.device' names no column of `t`"])
  })
})
