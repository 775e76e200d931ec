/**
 * What `gateway.yaml` may say: the one place where settings, their values and their defaults stand. Keys are camelCase, values
 * kebab-case. Unknown keys are found by walking the file beside this schema (check.ts).
 */
import * as v from 'valibot'
import { count, duration, flag, gatewayId, listen, mqttUrl, name, oneOf, secret, size, text, textList } from './fields.js'

const section = <const E extends v.ObjectEntries>(entries: E) => v.object(entries, 'takes settings below it, not a single value')

/** PEM files. */
const serverTls = section({ cert: text, key: text, ca: v.optional(text) })
const clientTls = { ca: v.optional(text), cert: v.optional(text), key: v.optional(text) }

const mqttUser = section({
  name,
  password: secret,
  publish: v.optional(textList),
  subscribe: v.optional(textList),
})

const embedded = section({
  listen: v.optional(listen, '127.0.0.1:1883'),
  tls: v.optional(serverTls),
  users: v.optional(v.array(mqttUser, 'takes a list of users'), []),
  anonymous: v.optional(flag, false),
  maxConnections: v.optional(count, 200),
})

const external = section({
  url: mqttUrl,
  clientId: name,
  username: v.optional(name),
  password: v.optional(secret),
  tls: v.optional(section({ ...clientTls, insecure: v.optional(flag, false) })),
})

const sasl = section({ mechanism: oneOf('plain', 'scram-sha-256', 'scram-sha-512'), username: name, password: secret })

const kafka = section({
  brokers: textList,
  clientId: v.optional(name),
  tls: v.optional(v.union([flag, section(clientTls)], 'takes true, false or the settings ca, cert, key')),
  sasl: v.optional(sasl),
})

const queue = section({
  maxDisk: v.optional(size, '500MB'),
  onFull: v.optional(oneOf('drop-oldest', 'drop-newest', 'block'), 'drop-oldest'),
})

const commit = section({
  mode: v.optional(oneOf('balanced', 'latency'), 'balanced'),
  idle: v.optional(duration, '10s'),
})

export const GATEWAY_SCHEMA = section({
  gateway: section({ id: gatewayId }),
  mqtt: v.optional(section({ embedded: v.optional(embedded), external: v.optional(external) }), {}),
  state: v.optional(section({ dir: v.optional(text, './millrace-data'), commit: v.optional(commit, {}) }), {}),
  uplink: v.optional(section({ kafka: v.optional(kafka), file: v.optional(text), queue: v.optional(queue, {}) }), {}),
  http: v.optional(section({ listen: v.optional(listen, '127.0.0.1:8081'), token: v.optional(secret), hosts: v.optional(textList) }), {}),
  pipelines: v.optional(text, './pipelines'),
  log: v.optional(section({ level: v.optional(oneOf('debug', 'info', 'warn', 'error'), 'info') }), {}),
})

/** The settings as the file gives them, defaults filled in, units converted: durations in ms, sizes in bytes. */
export type GatewaySettings = v.InferOutput<typeof GATEWAY_SCHEMA>
