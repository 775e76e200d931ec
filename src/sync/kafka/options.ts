/** Settings of the way to a Kafka cluster, and how the `properties.*` options of a table's DDL become them. */
import { readFileSync } from 'node:fs'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'

export interface KafkaTlsOptions {
  /** PEM. Missing: the authorities Node trusts. */
  readonly ca?: string
  /** PEM certificate and key of the client, for mutual TLS. */
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  /** Name the broker's certificate must carry, where it is not the host's. */
  readonly servername?: string
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

export interface KafkaSaslOptions {
  readonly mechanism: SaslMechanism
  readonly username: string
  readonly password: string
}

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly tls?: KafkaTlsOptions
  readonly sasl?: KafkaSaslOptions
  /** Read before each connect, so that changed credentials are picked up without a restart. Wins over `sasl`. */
  readonly readSasl?: () => KafkaSaslOptions
  /** Gzip level 1 (default), or none. */
  readonly compression?: 'gzip' | 'none'
  /** TCP, TLS and login of one broker; default 15,000. */
  readonly connectTimeoutMs?: number
  /** One request and its answer; default 30,000. */
  readonly requestTimeoutMs?: number
  /** A whole send, the library's own retries included; after it the producer is thrown away. Default 60,000. */
  readonly sendTimeoutMs?: number
  /** Without a send for this long the connections are closed: an idle producer costs 2–3 % of a core. Default 30,000. */
  readonly idleDisconnectMs?: number
}

/** Keys of `properties.*` that are understood. Others a Java client may need (serializers, buffers) are accepted and have no effect. */
const TLS_KEYS = ['ssl.truststore.location', 'ssl.truststore.certificates', 'ssl.keystore.certificate.chain', 'ssl.keystore.key'] as const

/**
 * Kafka's own client properties (the part after `properties.`) as options.
 *
 * Understood: `bootstrap.servers`, `client.id`, `security.protocol`, `sasl.mechanism`, `sasl.jaas.config` (PLAIN and SCRAM login modules),
 * PEM trust and key stores, `compression.type` (`none`, `gzip`), `request.timeout.ms`, `delivery.timeout.ms`, `connections.max.idle.ms`.
 * @throws MillraceError E0210 where a value cannot be served
 */
export function kafkaOptionsFrom(properties: ReadonlyMap<string, string>, clientId: string): KafkaOptions {
  const servers = properties.get('bootstrap.servers')
  if (servers === undefined) throw new MillraceError('E0210', 'missing option `properties.bootstrap.servers`')
  const protocol = (properties.get('security.protocol') ?? 'PLAINTEXT').toUpperCase()
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    throw new MillraceError('E0210', `unknown value \`${protocol}\` of \`properties.security.protocol\``, {
      hint: 'use PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL',
    })
  }
  const timeout = milliseconds(properties, 'request.timeout.ms')
  const delivery = milliseconds(properties, 'delivery.timeout.ms')
  const idle = milliseconds(properties, 'connections.max.idle.ms')
  return {
    brokers: servers
      .split(',')
      .map((server) => server.trim())
      .filter((server) => server !== ''),
    clientId: properties.get('client.id') ?? clientId,
    ...(protocol.endsWith('SSL') ? { tls: tlsFrom(properties) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: saslFrom(properties) } : {}),
    compression: compressionFrom(properties),
    ...(timeout === undefined ? {} : { requestTimeoutMs: timeout }),
    ...(delivery === undefined ? {} : { sendTimeoutMs: delivery }),
    ...(idle === undefined ? {} : { idleDisconnectMs: idle }),
  }
}

function milliseconds(properties: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = properties.get(key)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) {
    throw new MillraceError('E0210', `\`properties.${key}\` takes whole milliseconds above 0, not \`${text}\``)
  }
  return value
}

function compressionFrom(properties: ReadonlyMap<string, string>): 'gzip' | 'none' {
  const type = properties.get('compression.type') ?? 'gzip'
  if (type === 'gzip' || type === 'none') return type
  throw new MillraceError('E0210', `compression \`${type}\` is not built`, { hint: 'use gzip or none' })
}

function tlsFrom(properties: ReadonlyMap<string, string>): KafkaTlsOptions {
  for (const store of ['ssl.truststore.type', 'ssl.keystore.type']) {
    const type = properties.get(store)
    if (type !== undefined && type.toUpperCase() !== 'PEM') {
      throw new MillraceError('E0210', `\`properties.${store}\` = \`${type}\` is a format of Java`, { hint: 'use PEM' })
    }
  }
  const [caFile, ca, cert, key] = TLS_KEYS.map((name) => properties.get(name))
  const passphrase = properties.get('ssl.key.password')
  return {
    ...(ca !== undefined ? { ca } : caFile === undefined ? {} : { ca: readPem(caFile) }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new MillraceError('E0210', `\`properties.ssl.truststore.location\` = \`${path}\` cannot be read`, { cause })
  }
}

const MECHANISMS: Readonly<Record<string, SaslMechanism>> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}

function saslFrom(properties: ReadonlyMap<string, string>): KafkaSaslOptions {
  const name = properties.get('sasl.mechanism') ?? 'GSSAPI'
  const mechanism = MECHANISMS[name.toUpperCase()]
  if (mechanism === undefined) {
    throw new MillraceError('E0210', `SASL mechanism \`${name}\` is not built`, { hint: `use ${Object.keys(MECHANISMS).join(', ')}` })
  }
  const jaas = properties.get('sasl.jaas.config') ?? ''
  const username = jaasValue(jaas, 'username')
  const password = jaasValue(jaas, 'password')
  if (username === undefined || password === undefined) {
    throw new MillraceError('E0210', '`properties.sasl.jaas.config` names no username and password', {
      hint: 'write org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";',
    })
  }
  return { mechanism, username, password }
}

/** `name="value"` of a JAAS line; a backslash takes the next character as it is. */
function jaasValue(jaas: string, name: string): string | undefined {
  const quoted = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^'\\\\]|\\\\.)*)')`).exec(jaas)
  const text = quoted?.[1] ?? quoted?.[2]
  return text?.replace(/\\(.)/g, '$1')
}
