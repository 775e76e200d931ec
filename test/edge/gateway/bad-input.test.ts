import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ensureBuilt, millrace } from '../cli/millrace.js'
import { TestGateway } from './gateway-process.js'

const READINGS = `CREATE TABLE readings (
  device STRING METADATA FROM 'topic.device' VIRTUAL, n INT NOT NULL, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts
) WITH ('connector' = 'mqtt', 'topic' = 'r/{device}', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'`
const SUM = `CREATE TABLE b (n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO b SELECT SUM(n) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;`

let gateway: TestGateway
beforeAll(ensureBuilt)
beforeEach(async () => {
  gateway = await TestGateway.create()
})
afterEach(() => gateway.clear())

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)

describe('the ledger', () => {
  it('balances at every moment, and calls the rows of an open window held', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    const balances = async (): Promise<{ held: number; out: number }> => {
      const { ledger } = await gateway.report()
      expect(ledger.in).toBe(ledger.held + ledger.out + sum(ledger.dropped))
      expect(ledger.out).toBeGreaterThanOrEqual(0)
      return ledger
    }
    for (let i = 0; i < 200; i++) {
      device.reading(i / 50, 1)
      if (i % 20 === 0) device.send('no JSON')
      if (i % 50 === 0) await balances()
    }
    await device.settled()
    expect(await balances()).toMatchObject({ in: 210, held: 200, out: 0, dropped: { decode: 10 } })
    device.reading(11, 1)
    await device.settled()
    expect(await balances()).toMatchObject({ in: 211, held: 1, out: 200, results: 1 })
  })
})

describe('a payload', () => {
  it.each([
    ['a bare number', '42', 'it is no JSON object'],
    ['garbage', 'garbage', 'it is no JSON object'],
    ['a number too large for its type', '{"n":99999999999,"ts":"2026-01-01T00:00:00Z"}', 'n'],
    ['a text that drives a terminal', '{"n":"\u001b[31mred","ts":"2026-01-01T00:00:00Z"}', 'n'],
    ['no UTF-8', Uint8Array.of(0x7b, 0x22, 0x6e, 0x22, 0x3a, 0xff, 0xfe, 0x7d), ''],
    ['deep nesting', `{"n":${'['.repeat(20_000)}`, ''],
  ])('that is %s becomes a dead letter with its reason, and is shown without its control characters', async (_, payload, text) => {
    await gateway.start()
    const device = gateway.device('p1')
    device.send(payload)
    await device.settled()
    const { ledger, deadLetters } = await gateway.report()
    expect(ledger).toMatchObject({ in: 1, held: 0, out: 0, dropped: { decode: 1 } })
    expect(deadLetters).toMatchObject([{ reason: 'decode', origin: 'r/p1', count: 1, text: expect.stringContaining(text) }])
    const { stdout } = await millrace(['status', '--config', gateway.config])
    expect(stdout).toContain('decode (R0102)  1×')
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it('of a clock in 2099 is set aside where the table says how far ahead is too far, and moves no watermark', async () => {
    gateway.write('pipelines/windows/pipeline.sql', `${READINGS}, 'future.max-skew' = '1 h');\n${SUM}`)
    await gateway.start()
    const device = gateway.device('p1')
    const nowS = Date.now() / 1_000
    device.reading(nowS, 1)
    device.reading(4_070_908_800, 1)
    device.reading(nowS, 1)
    await device.settled()
    const { ledger, pipelines } = await gateway.report()
    expect(ledger).toMatchObject({ in: 3, held: 2, dropped: { future: 1 } })
    expect(pipelines[0]!.watermarkMs).toBeLessThan(nowS * 1_000 + 3_600_000)
  })

  it('that is empty gives no row and is counted as such', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.send('')
    await device.settled()
    expect((await gateway.report()).ledger).toMatchObject({ in: 0 })
    expect(await (await gateway.get('/metrics')).text()).toMatch(/^millrace_payloads_without_row_total\{[^}]*\} 1$/m)
  })
})

describe('a packet', () => {
  it('that is too large ends its connection, which the log and a counter say', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    await device.settled()
    device.send(Buffer.alloc(300_000, 'x'))
    await gateway.until(async () => gateway.log.includes('MQTT connection ended'))
    expect(gateway.log).toMatch(/"clientId":"p1".*"reason":"a packet of 3\d{5} bytes, more than 262144"/)
    expect(await (await gateway.get('/metrics')).text()).toMatch(/^millrace_mqtt_refused_total [1-9]/m)
    expect(await gateway.report()).toMatchObject({ health: 'ok', ledger: { in: 1 } })
  })
})

describe('run with a bad configuration ends with 78 and a place, not a stack:', () => {
  it.each([
    ['broken YAML', 'state: { dir: data', 'C0002'],
    ['a misspelled key', 'mqtt: { embeded: { listen: 127.0.0.1:1 } }', 'C0012'],
    ['a wrong duration', 'state: { dir: data, commit: { idle: 10 parsecs } }', 'C0011'],
    ['a variable that is not set', `http: { token: "\${MILLRACE_NOT_SET}" }`, 'C0014'],
    ['a file that is not there', `http: { token: "\${file:/nowhere/token}" }`, 'C0014'],
    ['a folder of pipelines that is not there', 'pipelines: nowhere', 'C0001'],
    ['a certificate that is not there', 'mqtt: { embedded: { listen: 127.0.0.1:1, tls: { cert: a.pem, key: b.pem } } }', 'C0001'],
  ])('%s', async (_, more, code) => {
    gateway.configure(more)
    gateway.spawn()
    const ended = await gateway.ended()
    expect(ended.code).toBe(78)
    expect(ended.log).toContain(`error[${code}]`)
    expect(ended.log).toMatch(/--> \S/)
    expect(ended.log).not.toMatch(/^ +at /m)
  })
})

describe('a folder that cannot be made', () => {
  it.runIf(existsSync('/proc/self'))('for the state ends the start with 1, where making it would never return as well', async () => {
    gateway.configure('state: { dir: /proc/millrace/data }')
    gateway.spawn()
    expect(await gateway.ended()).toMatchObject({
      code: 1,
      log: expect.stringContaining('error[S0102]: data directory /proc/millrace/data'),
    })
  })

  it.runIf(existsSync('/proc/self'))('for a table of files ends the statement with an error', async () => {
    const text =
      "CREATE TABLE t (a INT) WITH ('connector'='filesystem', 'path'='/proc/millrace/t', 'format'='json'); INSERT INTO t VALUES (1)"
    const { code, stderr } = await millrace(['sql', '-e', text])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/^error\[[A-Z]\d{4}\]: .*\/proc\/millrace\/t/)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it.runIf(existsSync('/proc/self'))('for the uplink is said in the status, and results wait', async () => {
    gateway.configure('uplink: { file: /proc/millrace/cloud }')
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    device.reading(11, 1)
    await device.settled()
    await gateway.until(async () => (await gateway.report()).uplink.error !== null)
    const { uplink, health } = await gateway.report()
    expect({ health, rows: uplink.queueRows, state: uplink.state }).toEqual({
      health: 'ok',
      rows: 1,
      state: expect.not.stringMatching(/^up$/),
    })
    expect(uplink.error).toContain('/proc/millrace')
  })
})

describe('status', () => {
  it.each(['<html>hello</html>', '{"hello":1}', 'null'])('says that somebody else answers (%s)', async (text) => {
    const other = createServer((_, reply) => reply.end(text))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const { code, stderr } = await millrace(['status', '--url', `http://127.0.0.1:${port}`])
    other.close()
    expect(code).toBe(1)
    expect(stderr).toContain('error[C0022]')
    expect(stderr).not.toMatch(/^ +at /m)
  })
})

describe('a table that nothing uses yet', () => {
  it.each([
    ["'qos' = '3'", "option 'qos' takes '0' or '1', not '3'"],
    ["'frmat' = 'json'", "connector 'mqtt' has no option 'frmat'"],
    ["'future.max-skew' = 'soon'", "option 'future.max-skew' takes a duration"],
  ])('is checked all the same: %s', async (option, message) => {
    gateway.write('tables.sql', `${READINGS}, ${option});`)
    const { code, stderr } = await millrace(['validate', `${gateway.dir}/tables.sql`])
    expect(code).toBe(78)
    expect(stderr).toContain(`error[E0210]: ${message}`)
    expect(stderr).toContain(`--> ${gateway.dir}/tables.sql:`)
  })

  it.each([
    ["'connector' = 'mqtt'", "'connector' = 'mqt'", "unknown connector 'mqt'"],
    ["'format' = 'json'", "'format' = 'avro'", "format 'avro' is not built yet"],
    ['topic.device', 'topc.device', "connector 'mqtt' has no metadata 'topc.device'"],
  ])('is checked all the same: %s as %s', async (right, wrong, message) => {
    gateway.write('tables.sql', `${READINGS});`.replace(right, wrong))
    const { code, stderr } = await millrace(['validate', `${gateway.dir}/tables.sql`])
    expect(code).toBe(78)
    expect(stderr).toContain(`: ${message}`)
  })
})

describe('files named on the command line', () => {
  it.each([
    ['a folder', 'folder', 'it is a directory'],
    ['nothing', 'nothing.sql', 'it does not exist'],
  ])('that are %s end every command with 78 and their name', async (_, name, reason) => {
    mkdirSync(`${gateway.dir}/folder`)
    const path = `${gateway.dir}/${name}`
    for (const args of [
      ['validate', path],
      ['explain', path],
      ['sql', '-f', path],
      ['sql', '-i', path, '-e', 'SELECT 1'],
      ['run', '-c', path],
    ]) {
      const { code, stdout, stderr } = await millrace(args)
      expect({ args, code, stdout }).toEqual({ args, code: 78, stdout: '' })
      expect(stderr).toContain(`error[C0001]: ${path} cannot be read: ${reason}`)
      expect(stderr).toContain('help: ')
    }
  })

  it('that hold no SQL end with 78, without driving the terminal', async () => {
    gateway.write(
      'bytes.sql',
      Uint8Array.from({ length: 256 }, (_, i) => i),
    )
    const { code, stderr } = await millrace(['sql', '-f', `${gateway.dir}/bytes.sql`])
    expect(code).toBe(78)
    expect(stderr).toContain('error[E0101]')
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it('that hold no statement are said to', async () => {
    gateway.write('empty.sql', '-- nothing\n')
    expect(await millrace(['explain', `${gateway.dir}/empty.sql`])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'note: no query and no INSERT: nothing has a plan\n',
    })
  })
})
