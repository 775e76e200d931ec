/** Reads `gateway.yaml` and makes the configuration of a gateway of it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MillraceError, MillraceErrors } from '../../engine-lite/contract/errors/index.js'
import { isLoopback } from './address.js'
import { checkSettings, printPath } from './check.js'
import type { ClientTlsConfig, EmbeddedBrokerConfig, ExternalBrokerConfig, GatewayConfig, KafkaUplinkConfig } from './gateway-config.js'
import { PROCESS_REFERENCES, type ReferenceSources } from './reference.js'
import type { GatewaySettings } from './schema.js'
import { type ConfigSource, parseConfigSource, type SettingPath } from './source.js'

/**
 * Relative paths in the file count from the file's directory.
 *
 * @throws MillraceErrors with every C00xx of the file, in order of their places
 *
 * @example
 * const config = loadGatewayConfig('config/gateway.yaml')
 * config.state.commitIdleMs   // 10000
 */
export function loadGatewayConfig(file: string, references: ReferenceSources = PROCESS_REFERENCES): GatewayConfig {
  return parseGatewayConfig(file, readConfigFile(file), references)
}

/** As {@link loadGatewayConfig}, of a text that is at hand. */
export function parseGatewayConfig(file: string, text: string, references: ReferenceSources = PROCESS_REFERENCES): GatewayConfig {
  const source = parseSource(file, text, references)
  const checked = checkSettings(source)
  if ('errors' in checked) throw new MillraceErrors(checked.errors)
  const errors = crossChecks(checked.settings, source)
  if (errors.length > 0) throw new MillraceErrors(source.inOrder(errors))
  return toConfig(resolve(file), checked.settings, literalSecrets(source))
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const reason = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a directory' : `${code}`
    throw new MillraceErrors([
      new MillraceError('C0001', `${file} cannot be read: ${reason}`, {
        place: { file },
        hint: 'name the configuration with --config FILE, or start from the commented config/gateway.yaml',
        cause: error,
      }),
    ])
  }
}

function parseSource(file: string, text: string, references: ReferenceSources): ConfigSource {
  try {
    return parseConfigSource(file, text, references)
  } catch (error) {
    throw error instanceof MillraceError ? new MillraceErrors([error]) : error
  }
}

/** Rules between settings. */
function crossChecks(settings: GatewaySettings, source: ConfigSource): MillraceError[] {
  const errors: MillraceError[] = []
  const refuse = (path: SettingPath, message: string, hint: string): void => {
    errors.push(new MillraceError('C0011', `${printPath(path)} ${message}`, { place: source.placeOfValue(path), hint }))
  }
  const { http, mqtt, uplink } = settings
  if (!isLoopback(http.listen.host) && !http.token) {
    refuse(['http', 'listen'], 'is open to the network, and there is no http.token', 'set http.token, or listen on 127.0.0.1')
  }
  const embedded = mqtt.embedded
  if (embedded && !isLoopback(embedded.listen.host) && embedded.users.length === 0 && !embedded.anonymous) {
    refuse(
      ['mqtt', 'embedded', 'listen'],
      'is open to the network, and there are no users',
      'add mqtt.embedded.users, or allow anybody with anonymous: true',
    )
  }
  if (uplink.kafka && uplink.file !== undefined) {
    refuse(['uplink', 'file'], 'stands beside uplink.kafka: results go to one of them', 'remove one of the two')
  }
  return errors
}

/** Secrets whose text stands in the file: allowed, but anybody who sees the file has them. */
function literalSecrets(source: ConfigSource): string[] {
  const found: string[] = []
  const walk = (value: unknown, path: SettingPath): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key]
      if ((key === 'password' || key === 'token') && source.isLiteral(at)) {
        found.push(`${printPath(at)} stands in the file itself; \${NAME} or \${file:/path} keeps it out of it`)
      }
      walk(child, at)
    }
  }
  walk(source.value, [])
  return found
}

function toConfig(file: string, settings: GatewaySettings, warnings: readonly string[]): GatewayConfig {
  const base = dirname(file)
  const path = (text: string): string => resolve(base, text)
  const { mqtt, state, uplink, http } = settings
  return {
    file,
    gatewayId: settings.gateway.id,
    mqtt: { embedded: embeddedConfig(mqtt.embedded, path), external: externalConfig(mqtt.external, path) },
    state: { dir: path(state.dir), commitMode: state.commit.mode, commitIdleMs: state.commit.idle },
    uplink: {
      kafka: kafkaConfig(uplink.kafka, settings.gateway.id, path),
      file: uplink.file === undefined ? undefined : path(uplink.file),
      queueBytesMax: uplink.queue.maxDisk,
      onFull: uplink.queue.onFull,
    },
    http: { listen: http.listen, token: http.token, hosts: http.hosts ?? [] },
    pipelinesDir: path(settings.pipelines),
    logLevel: settings.log.level,
    warnings,
  }
}

type Resolve = (path: string) => string

function embeddedConfig(settings: GatewaySettings['mqtt']['embedded'], path: Resolve): EmbeddedBrokerConfig | undefined {
  if (!settings) return undefined
  const { listen, tls, users, anonymous, maxConnections } = settings
  return {
    listen,
    anonymous,
    connectionsMax: maxConnections,
    tls: tls && { cert: path(tls.cert), key: path(tls.key), ca: tls.ca === undefined ? undefined : path(tls.ca) },
    users: users.map((user) => ({ ...user, publish: user.publish, subscribe: user.subscribe })),
  }
}

function externalConfig(settings: GatewaySettings['mqtt']['external'], path: Resolve): ExternalBrokerConfig | undefined {
  if (!settings) return undefined
  const { url, clientId, username, password, tls } = settings
  return { url, clientId, username, password, tls: tls && { ...clientTlsConfig(tls, path), insecure: tls.insecure } }
}

function kafkaConfig(settings: GatewaySettings['uplink']['kafka'], gatewayId: string, path: Resolve): KafkaUplinkConfig | undefined {
  if (!settings) return undefined
  const tls = settings.tls === true ? {} : settings.tls
  return {
    brokers: settings.brokers,
    clientId: settings.clientId ?? gatewayId,
    tls: tls ? clientTlsConfig(tls, path) : undefined,
    sasl: settings.sasl,
  }
}

interface ClientTlsSettings {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

function clientTlsConfig(tls: ClientTlsSettings, path: Resolve): ClientTlsConfig {
  const file = (text: string | undefined): string | undefined => (text === undefined ? undefined : path(text))
  return { ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key) }
}
