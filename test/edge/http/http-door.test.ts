import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/edge/config/secret.js'
import { gatewayRoutes } from '../../../src/edge/http/gateway-routes.js'
import { RequestGuard } from '../../../src/edge/http/guard.js'
import { HttpDoor } from '../../../src/edge/http/server.js'
import type { StatusReport, StatusSource } from '../../../src/edge/http/status-report.js'
import type { Clock } from '../../../src/engine-lite/contract/clock.js'

const NO_LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const REPORT: StatusReport = {
  gateway: { id: 'gw<script>', version: '0.1.0', pid: 7, startedAtMs: 0, nowMs: 5_000, rssBytes: 70e6 },
  health: 'ok',
  reasons: [],
  pipelines: [],
  ledger: { in: 10, held: 3, out: 5, dropped: { late: 2 }, results: 1 },
  commits: { lastId: 4, lastAtMs: 4_000, epoch: 1 },
  uplink: { kind: 'none', target: '', state: 'idle', queueRows: 0, queueBytes: 0, oldestAtMs: null, sentRows: 0, error: null },
  doors: [],
  deadLetters: [],
}

class ManualClock implements Clock {
  readonly synchronised = true
  atMs = 0
  nowMs = () => this.atMs
  monotonicMs = () => this.atMs
  schedule = () => () => {}
  soon = () => {}
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

let door: HttpDoor | undefined
afterEach(async () => {
  await door?.close()
  door = undefined
})

async function open(
  options: { token?: string; hosts?: string[]; healthy?: boolean; fails?: boolean; clock?: Clock } = {},
): Promise<HttpDoor> {
  const source: StatusSource = {
    report: async () => {
      if (options.fails) throw new Error('canary stack')
      return REPORT
    },
    healthy: () => options.healthy ?? true,
    metrics: () => '# TYPE millrace_x counter\nmillrace_x 1\n',
  }
  const token = options.token === undefined ? undefined : new Secret(options.token)
  const guard = new RequestGuard({ token, hosts: options.hosts ?? [], clock: options.clock ?? new ManualClock() })
  door = await HttpDoor.listen({ listen: { host: '127.0.0.1', port: 0 }, guard, routes: gatewayRoutes(source), log: NO_LOG })
  return door
}

/** With node:http, since fetch does not let one set the Host header. */
function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const { port } = door!.address
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method: options.method ?? 'GET', headers: options.headers ?? {} }, (reply) => {
      let body = ''
      reply.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      reply.on('end', () => resolve({ status: reply.statusCode!, headers: reply.headers, body }))
    })
    sent.on('error', reject).end()
  })
}

describe('the HTTP door', () => {
  it('shows health, metrics, status and a page without outside parts', async () => {
    await open()
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect(await ask('/metrics')).toMatchObject({ status: 200, body: expect.stringContaining('millrace_x 1') })
    expect(JSON.parse((await ask('/api/status?x=1')).body)).toEqual(REPORT)
    const page = await ask('/')
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).not.toMatch(/https?:\/\/|<style|onclick|<script>/)
    expect((await ask('/page.js')).body).not.toMatch(/innerHTML|insertAdjacent|eval\(/)
    expect((await ask('/page.css')).headers['content-type']).toBe('text/css; charset=utf-8')
  })

  it('says degraded with 503, so that a health check needs no parser', async () => {
    await open({ healthy: false })
    expect(await ask('/healthz')).toMatchObject({ status: 503, body: 'degraded\n' })
  })

  it('changes nothing: only GET and HEAD', async () => {
    await open()
    expect(await ask('/api/status', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    expect((await ask('/etc/passwd')).status).toBe(404)
    expect((await ask(`/${'x'.repeat(3_000)}`)).status).toBe(400)
  })

  it('answers only to its own names, so that a rebound name reads nothing', async () => {
    await open({ hosts: ['gw.local'] })
    const status = async (host: string) => (await ask('/healthz', { headers: { host } })).status
    expect(await status('evil.example')).toBe(421)
    expect(await status('localhost.evil.example:8081')).toBe(421)
    expect(await status('localhost:8081')).toBe(200)
    expect(await status('[::1]:8081')).toBe(200)
    expect(await status('GW.local')).toBe(200)
  })

  it('asks for the token everywhere but at /healthz', async () => {
    await open({ token: 't0ken' })
    expect((await ask('/healthz')).status).toBe(200)
    for (const path of ['/', '/api/status', '/metrics']) expect((await ask(path)).status).toBe(401)
    const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`any:${password}`).toString('base64')}` })
    expect((await ask('/api/status', { headers: basic('t0ken') })).status).toBe(200)
    expect((await ask('/api/status', { headers: basic('wrong') })).status).toBe(401)
    expect((await ask('/api/status', { headers: { authorization: 'Bearer t0ken' } })).status).toBe(200)
    expect((await ask('/api/status', { headers: { authorization: 'Bearer t0ken2' } })).status).toBe(401)
  })

  it('stops looking at tokens after thirty wrong ones in a minute', async () => {
    const clock = new ManualClock()
    await open({ token: 't0ken', clock })
    const status = async (token: string) => (await ask('/metrics', { headers: { authorization: `Bearer ${token}` } })).status
    for (let i = 0; i < 30; i++) expect(await status(`guess-${i}`)).toBe(401)
    expect(await status('t0ken')).toBe(429)
    clock.atMs = 60_001
    expect(await status('t0ken')).toBe(200)
  })

  it('tells a caller nothing of a failure inside', async () => {
    await open({ fails: true })
    expect(await ask('/api/status')).toMatchObject({ status: 500, body: 'internal error\n' })
  })

  it('names the port that is taken', async () => {
    await open()
    const { address } = door!
    const guard = new RequestGuard({ token: undefined, hosts: [], clock: new ManualClock() })
    await expect(HttpDoor.listen({ listen: address, guard, routes: new Map(), log: NO_LOG })).rejects.toMatchObject({
      code: 'C0023',
      message: `http.listen: cannot listen on 127.0.0.1:${address.port}: the port is taken`,
    })
  })
})
