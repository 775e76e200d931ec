import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadGatewayConfig, parseGatewayConfig } from '../../../src/edge/config/load.js'
import type { ReferenceSources } from '../../../src/edge/config/reference.js'
import { Secret } from '../../../src/edge/config/secret.js'
import { type MillraceError, MillraceErrors } from '../../../src/engine-lite/contract/errors/index.js'

const FILE = '/etc/millrace/gateway.yaml'

function references(env: Record<string, string>, files: Record<string, string> = {}): ReferenceSources {
  return {
    env,
    readFile: (path) => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return text
    },
  }
}

const parse = (text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) =>
  parseGatewayConfig(FILE, text, references(env, files))

function errorsOf(text: string, env: Record<string, string> = {}): MillraceError[] {
  try {
    parse(text, env)
  } catch (error) {
    if (error instanceof MillraceErrors) return error.errors
    throw error
  }
  throw new Error('no error was raised')
}

const summary = (errors: MillraceError[]): string[] =>
  errors.map((error) => `${error.code} ${error.place?.span?.line}:${error.place?.span?.column} ${error.message}`)

describe('a configuration file', () => {
  it('needs no more than the name of the gateway', () => {
    const config = parse('gateway: { id: gw1 }')
    expect(config).toMatchObject({
      file: FILE,
      gatewayId: 'gw1',
      mqtt: { embedded: undefined, external: undefined },
      state: { dir: '/etc/millrace/millrace-data', commitMode: 'balanced', commitIdleMs: 10_000 },
      uplink: { kafka: undefined, file: undefined, queueBytesMax: 524_288_000, onFull: 'drop-oldest' },
      http: { listen: { host: '127.0.0.1', port: 8081 }, token: undefined, hosts: [] },
      pipelinesDir: '/etc/millrace/pipelines',
      logLevel: 'info',
      warnings: [],
    })
  })

  it('takes units, references and lists', () => {
    const config = parse(
      `
gateway: { id: plant-a-gw1 }
mqtt:
  embedded: { listen: ':1883', users: [{ name: pump, password: \${PUMP}, publish: ['plant/#'] }] }
  external: { url: mqtts://broker.example:8883, clientId: plant-a-gw1, tls: { ca: ca.pem } }
state: { dir: /var/lib/millrace, commit: { mode: latency, idle: 250ms } }
uplink:
  kafka: { brokers: [\${KAFKA_BROKERS}], tls: true, sasl: { mechanism: scram-sha-512, username: gw1, password: \${file:/run/secrets/kafka} } }
  queue: { maxDisk: 1GB, onFull: block }
http: { listen: '0.0.0.0:8081', token: \${TOKEN:-t0ken} }
`,
      { KAFKA_BROKERS: 'a:9092, b:9092', PUMP: 'pw' },
      { '/run/secrets/kafka': 'canary-1\n' },
    )
    expect(config.mqtt.embedded).toMatchObject({ listen: { host: '0.0.0.0', port: 1883 }, users: [{ name: 'pump', publish: ['plant/#'] }] })
    expect(config.mqtt.external).toMatchObject({ url: 'mqtts://broker.example:8883', tls: { ca: '/etc/millrace/ca.pem', insecure: false } })
    expect(config.state).toEqual({ dir: '/var/lib/millrace', commitMode: 'latency', commitIdleMs: 250 })
    expect(config.uplink).toMatchObject({
      kafka: { brokers: ['a:9092', 'b:9092'], clientId: 'plant-a-gw1' },
      queueBytesMax: 2 ** 30,
      onFull: 'block',
    })
    expect(config.uplink.kafka?.sasl?.password.reveal()).toBe('canary-1')
    expect(config.http.token?.reveal()).toBe('t0ken')
    expect(config.warnings).toEqual([])
  })

  it('says every error at once, each with its place', () => {
    const errors = errorsOf(`gateway: { id: gw1 }
mqtt:
  embeded: { listen: 127.0.0.1:1883 }
  external: { url: http://broker, qoss: 1 }
state: { commit: { mode: fast, idle: 10 } }
uplink: { queue: { maxDisk: lots, onFull: drop-odest } }
htp: {}
`)
    expect(summary(errors)).toEqual([
      'C0012 3:3 mqtt.embeded is not a setting',
      'C0013 4:3 mqtt.external.clientId is missing',
      'C0011 4:20 mqtt.external.url takes a URL such as mqtt://192.168.1.10:1883 or mqtts://broker.example:8883',
      'C0012 4:35 mqtt.external.qoss is not a setting',
      'C0011 5:26 state.commit.mode takes one of: balanced, latency',
      'C0011 5:38 state.commit.idle takes a duration such as 250ms, 10s, 5m, 2h',
      'C0011 6:29 uplink.queue.maxDisk takes a size such as 800KB, 500MB, 2GB',
      'C0011 6:43 uplink.queue.onFull takes one of: drop-oldest, drop-newest, block',
      'C0012 7:1 htp is not a setting',
    ])
    expect(errors.map((error) => error.hint)).toEqual(expect.arrayContaining(['did you mean `embedded`?', 'did you mean `http`?']))
    expect(errors[0]?.detail).toEqual(['settings here: embedded, external'])
  })

  it('finds a setting that stands one level too high', () => {
    expect(errorsOf('gateway: { id: gw1 }\nmqtt: { clientId: x }')[0]?.message).toBe('mqtt.clientId is not a setting')
    expect(errorsOf('gateway: { id: gw1 }\ndir: ./data')[0]?.hint).toBe('did you mean `state.dir`?')
  })

  it.each([
    ['gateway: { id: gw1 }\ngateway: { id: gw2 }', 'C0002 2:1 Map keys must be unique'],
    ['gateway: { id: [gw1 }', 'C0002 1:21'],
    ['', 'C0013 undefined:undefined gateway is missing'],
    ['just a text', 'C0001 1:1 a configuration file holds settings, as `gateway: { id: … }`'],
    ['gateway: 5', 'C0011 1:10 gateway takes settings below it, not a single value'],
    ['gateway: { id: a b }', 'C0011 1:16 gateway.id takes up to 64 letters, digits, dots, dashes and underscores'],
    [`gateway: { id: "\${GW}" }`, `C0014 1:16 \${GW}: environment variable GW is not set`],
    [`gateway: { id: \${file:/none} }`, `C0014 1:16 \${file:/none}: file /none cannot be read (ENOENT)`],
  ])('refuses %j', (text, expected) => {
    expect(summary(errorsOf(text))[0]).toContain(expected)
  })

  it('opens nothing to the network without a secret', () => {
    const errors = errorsOf('gateway: { id: g }\nhttp: { listen: "0.0.0.0:80" }\nmqtt: { embedded: { listen: ":1883" } }')
    expect(summary(errors)).toEqual([
      'C0011 2:17 http.listen is open to the network, and there is no http.token',
      'C0011 3:29 mqtt.embedded.listen is open to the network, and there are no users',
    ])
    expect(parse('gateway: { id: g }\nmqtt: { embedded: { listen: ":1883", anonymous: true } }').mqtt.embedded?.users).toEqual([])
  })

  it('warns of a secret that stands in the file', () => {
    expect(parse('gateway: { id: g }\nhttp: { token: abc }').warnings).toEqual([
      `http.token stands in the file itself; \${NAME} or \${file:/path} keeps it out of it`,
    ])
  })

  it('resolves paths from its own directory and reads secrets from files', () => {
    const dir = mkdtempSync(join(tmpdir(), 'millrace-config-'))
    writeFileSync(join(dir, 'token'), 'abc\r\n')
    writeFileSync(
      join(dir, 'gateway.yaml'),
      `gateway: { id: g }\nhttp: { token: \${file:${join(dir, 'token')}} }\nuplink: { file: out.jsonl }\n`,
    )
    const config = loadGatewayConfig(join(dir, 'gateway.yaml'))
    expect(config.http.token?.reveal()).toBe('abc')
    expect(config.uplink.file).toBe(join(dir, 'out.jsonl'))
  })

  it('that is missing is named with what to do', () => {
    expect(() => loadGatewayConfig('/nowhere/gateway.yaml')).toThrow('/nowhere/gateway.yaml cannot be read: it does not exist')
  })
})

describe('a secret', () => {
  it('prints as *** in every way', () => {
    const secret = new Secret('canary-2')
    const printed = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { showHidden: true }),
      String(secret),
    ]
    for (const text of printed) expect(text).toContain('***')
    expect(printed.join()).not.toContain('canary')
  })
})
