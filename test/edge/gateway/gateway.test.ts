import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ensureBuilt, millrace } from '../cli/millrace.js'
import { TestGateway } from './gateway-process.js'

/** Limits a process from outside; part of util-linux. */
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
if (!hasPrlimit) process.stderr.write('skipped: 1 test, there is no prlimit\n')

let gateway: TestGateway
beforeAll(ensureBuilt)
beforeEach(async () => {
  gateway = await TestGateway.create()
})
afterEach(() => gateway.clear())

describe('a gateway', () => {
  it('takes readings, ships windows, and tells its balance in every form', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    for (const [atS, n] of [
      [1, 1],
      [9, 2],
      [10, 4],
      [21, 8],
    ] as const)
      device.reading(atS, n)
    await device.settled()
    await gateway.until(async () => Object.keys(gateway.results()).length === 2)
    expect(gateway.results()).toEqual({ 'p1@0': [2, 3], 'p1@10': [1, 4] })

    const report = await gateway.report()
    expect(report).toMatchObject({ health: 'ok', ledger: { in: 4, held: 1, out: 3, dropped: {}, results: 2 } })
    expect(report.pipelines).toMatchObject([{ name: 'windows', state: 'running', watermarkMs: 21_000 }])
    expect(report.doors).toMatchObject([{ name: 'embedded', state: 'listening', connections: 1 }])
    expect(await (await gateway.get('/metrics')).text()).toMatch(/^millrace_uplink_rows_acknowledged\{[^}]*\} 2$/m)

    const { code, stdout } = await millrace(['status', '--config', gateway.config])
    expect(code).toBe(0)
    expect(stdout).toContain('ledger    4 in = 1 held + 3 out + 0 dropped')
    expect(JSON.parse((await millrace(['status', '--config', gateway.config, '--json'])).stdout).gateway.id).toBe('test-gw')
  })

  it('stops cleanly on SIGTERM and goes on where it was: nothing acknowledged is lost', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    device.reading(2, 2)
    await device.settled()
    const { code, log } = await gateway.end('SIGTERM')
    expect({ code, log }).toMatchObject({ code: 0, log: expect.stringContaining('stopping') })
    await gateway.start()
    device.reading(3, 4)
    device.reading(11, 8)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    expect(gateway.results()).toEqual({ 'p1@0': [3, 7] })
    expect((await gateway.report()).ledger).toMatchObject({ in: 4, held: 1, out: 3 })
  })

  it('loses nothing acknowledged when it is killed, and counts nothing twice', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    for (let i = 0; i < 50; i++) device.reading(i / 10, 1)
    await device.settled()
    await gateway.end('SIGKILL')
    await gateway.start()
    device.reading(11, 1)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    expect(gateway.results()).toEqual({ 'p1@0': [50, 50] })
  })
})

describe('bad input', () => {
  it('in payloads becomes a dead letter with its reason; the good ones go on, and all are acknowledged', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    const bad = [
      '',
      '{"n":1,"ts":',
      '{"n":"many","ts":"1970-01-01T00:00:01Z"}',
      '{"n":1,"ts":"yesterday"}',
      Uint8Array.of(0, 255, 128),
      '[1]',
    ]
    for (const payload of bad) device.send(payload)
    device.send('{"n":1}')
    device.reading(1, 1)
    device.reading(30, 1)
    device.reading(2, 1)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    expect(gateway.results()['p1@0']).toEqual([1, 1])
    const { ledger, deadLetters, health } = await gateway.report()
    expect(ledger).toMatchObject({ in: 9, held: 1, out: 1, dropped: { decode: 5, 'null-rowtime': 1, late: 1 } })
    expect(health).toBe('ok')
    expect(deadLetters.reduce((sum, { count }) => sum + count, 0)).toBe(7)
    for (const letter of deadLetters)
      expect(letter).toMatchObject({ origin: expect.stringMatching(/\S/), text: expect.stringMatching(/\S/) })
  })

  it('in packets ends the connection that sent them and nothing else', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    await device.settled()
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(64, 0xff), Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f)]) {
      await new Promise<void>((resolve) => {
        const socket = connect(gateway.mqttPort, '127.0.0.1', () => socket.write(bytes))
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
    }
    device.reading(2, 1)
    await device.settled()
    expect(device.publisher.connections).toBe(1)
    expect(await gateway.report()).toMatchObject({ health: 'ok', ledger: { in: 2 } })
  })

  it('in the configuration ends the start with 78, and opens nothing', async () => {
    gateway.configure('htp: {}')
    gateway.spawn()
    const { code, log } = await gateway.ended()
    expect({ code, log }).toMatchObject({ code: 78, log: expect.stringContaining('error[C0012]: htp is not a setting') })
  })

  it('in SQL ends the start with 78 and its place', async () => {
    gateway.write('pipelines/more/pipeline.sql', 'INSERT INTO sums SELECT 1;')
    gateway.spawn()
    const { code, log } = await gateway.ended()
    expect(code).toBe(78)
    expect(log).toMatch(/error\[E0201\].*sums[\s\S]*more\/pipeline\.sql:1:13/)
  })

  it('in a pipeline that changed under its state ends the start with what to do', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    await device.settled()
    await gateway.end('SIGTERM')
    gateway.write(
      'pipelines/windows/pipeline.sql',
      `CREATE TABLE r (n INT, device STRING METADATA FROM 'topic.device', ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'mqtt', 'topic' = 'r/{device}', 'format' = 'json');
       CREATE TABLE b (m INT) WITH ('connector' = 'blackhole');
       INSERT INTO b SELECT MAX(n) FROM TABLE(TUMBLE(TABLE r, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;`,
    )
    gateway.log = ''
    gateway.spawn()
    const { code, log } = await gateway.ended()
    expect({ code, log }).toMatchObject({ code: 1, log: expect.stringContaining('error[R0201]') })
    expect(log).toContain('help: ')
  })
})

describe('the data directory', () => {
  it('belongs to one process', async () => {
    await gateway.start()
    const second = await millrace(['run', '--config', gateway.config])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('error[S0101]')
    expect((await gateway.report()).health).toBe('ok')
  })

  it('with a damaged database is set aside, said in the log, and the gateway goes on with a higher epoch', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    await device.settled()
    await gateway.end('SIGTERM')
    gateway.write('data/millrace.db', Buffer.alloc(40_000, 'garbage '))
    for (const side of ['-wal', '-shm']) rmSync(join(gateway.dir, `data/millrace.db${side}`), { force: true })
    gateway.log = ''
    await gateway.start()
    expect((await gateway.report()).commits.epoch).toBe(2)
    expect(gateway.log).toMatch(/millrace\.db\.corrupt-1/)
    device.reading(40, 1)
    device.reading(60, 1)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@40'] !== undefined)
  })

  it('that cannot be made ends the start with 1', async () => {
    gateway.write('data', 'a file')
    gateway.spawn()
    expect(await gateway.ended()).toMatchObject({ code: 1, log: expect.stringContaining('error[S0102]') })
  })
})

describe('a pipeline that fails', () => {
  it('goes back to the last commit with the others, is started again, and takes no reading of theirs with it', async () => {
    gateway.write(
      'pipelines/strict/pipeline.sql',
      `SET 'pipeline.on-error' = 'fail';
       CREATE TABLE r (n INT, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts)
       WITH ('connector' = 'mqtt', 'topic' = 'r/+', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601');
       CREATE TABLE b (x INT) WITH ('connector' = 'blackhole');
       INSERT INTO b SELECT 10 / n FROM r;`,
    )
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    await device.settled()
    device.reading(2, 0)
    device.reading(11, 1)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    expect(gateway.results()).toEqual({ 'p1@0': [2, 1] })
    const { pipelines } = await gateway.report()
    expect(pipelines).toMatchObject([
      { name: 'strict', error: 'division by zero' },
      { name: 'windows', state: 'running', error: null, ledger: { in: 3, held: 1, out: 2 } },
    ])
    expect(gateway.log).toContain('pipeline failed, going back to commit')
    expect((await gateway.end('SIGTERM')).code).toBe(0)
  })
})

describe('surroundings that fail', () => {
  it.each([
    ['MQTT', 'M0101'],
    ['HTTP', 'C0023'],
  ])('a taken %s port ends the start with 1 and its name', async (kind, code) => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(kind === 'MQTT' ? gateway.mqttPort : gateway.httpPort, '127.0.0.1', resolve))
    gateway.spawn()
    expect(await gateway.ended()).toMatchObject({ code: 1, log: expect.stringContaining(`error[${code}]`) })
    await new Promise((resolve) => taken.close(resolve))
  })

  it.skipIf(!hasPrlimit)('a disk that fails ends it with 1; what was acknowledged is there, the rest comes again', async () => {
    await gateway.start()
    const device = gateway.device('p1')
    for (let i = 0; i < 20; i++) device.reading(i / 10, 1)
    await device.settled()
    // From here on no file may grow.
    spawnSync('prlimit', ['--pid', String(gateway.pid), '--fsize=20000'])
    for (let i = 20; i < 60; i++) device.reading(i / 10, 1)
    expect(await gateway.ended()).toMatchObject({ code: 1, log: expect.stringContaining('the gateway cannot go on') })
    expect(device.acknowledged).toBeLessThan(60)
    await gateway.start()
    device.reading(11, 1)
    await device.settled()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    expect(gateway.results()).toEqual({ 'p1@0': [60, 60] })
  })

  it('an uplink that is away keeps results on disk; they are shipped when it is back', async () => {
    gateway.write('cloud', 'in the way')
    await gateway.start()
    const device = gateway.device('p1')
    device.reading(1, 1)
    device.reading(11, 1)
    await device.settled()
    await gateway.until(async () => (await gateway.report()).uplink.error !== null)
    expect(await gateway.report()).toMatchObject({ health: 'ok', uplink: { state: 'held', queueRows: 1 } })
    expect((await gateway.get('/healthz')).status).toBe(200)
    await gateway.end('SIGTERM')
    rmSync(join(gateway.dir, 'cloud'))
    mkdirSync(join(gateway.dir, 'cloud'))
    await gateway.start()
    await gateway.until(async () => gateway.results()['p1@0'] !== undefined)
    await gateway.until(async () => (await gateway.report()).uplink.queueRows === 0)
  })
})

describe('secrets', () => {
  it('are in no log, page, metric or error', async () => {
    const canaries = ['canary-token', 'canary-user-password', 'canary-kafka']
    gateway.configure(`
mqtt: { embedded: { listen: 127.0.0.1:${gateway.mqttPort}, users: [{ name: p1, password: "\${P1}" }] } }
uplink: { kafka: { brokers: [127.0.0.1:1], sasl: { mechanism: plain, username: u, password: canary-kafka } } }
http: { listen: 127.0.0.1:${gateway.httpPort}, token: \${TOKEN} }
log: { level: debug }`)
    const authorization = 'Bearer canary-token'
    gateway.spawn({ P1: 'canary-user-password', TOKEN: 'canary-token' })
    await gateway.until(async () => (await gateway.get('/healthz')).ok)
    expect((await gateway.get('/api/status')).status).toBe(401)
    const shown = [
      await (await gateway.get('/api/status', { authorization })).text(),
      await (await gateway.get('/metrics', { authorization })).text(),
      JSON.stringify(
        await millrace(['status', '--config', gateway.config], { env: { P1: 'canary-user-password', TOKEN: 'canary-token' } }),
      ),
      JSON.stringify(
        await millrace(['validate', '--config', gateway.config], { env: { P1: 'canary-user-password', TOKEN: 'canary-token' } }),
      ),
      (await gateway.end('SIGTERM')).log,
    ].join('\n')
    expect(shown).toContain('uplink.kafka.sasl.password stands in the file itself')
    for (const canary of canaries) expect(shown).not.toContain(canary)
  })
})
