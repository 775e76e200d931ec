/** The configuration of a gateway, ready to use: paths absolute, units in names, secrets wrapped. */
import type { ListenAddress } from './address.js'
import type { Secret } from './secret.js'

export interface GatewayConfig {
  /** The file it was read from, absolute. */
  readonly file: string
  readonly gatewayId: string
  readonly mqtt: { readonly embedded: EmbeddedBrokerConfig | undefined; readonly external: ExternalBrokerConfig | undefined }
  readonly state: {
    /** Holds the database, its lock and savepoints. */
    readonly dir: string
    readonly commitMode: 'balanced' | 'latency'
    /** Longest time between commits while nothing waits for one. */
    readonly commitIdleMs: number
  }
  readonly uplink: {
    readonly kafka: KafkaUplinkConfig | undefined
    /** A JSON-lines file in the place of Kafka. */
    readonly file: string | undefined
    readonly queueBytesMax: number
    readonly onFull: 'drop-oldest' | 'drop-newest' | 'block'
  }
  readonly http: { readonly listen: ListenAddress; readonly token: Secret | undefined; readonly hosts: readonly string[] }
  /** Directory with one directory per pipeline. */
  readonly pipelinesDir: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** What is allowed but should not stay: one line each. */
  readonly warnings: readonly string[]
}

/** Paths of PEM files. */
export interface ServerTlsConfig {
  readonly cert: string
  readonly key: string
  /** Given: clients must present a certificate signed by it. */
  readonly ca: string | undefined
}

export interface ClientTlsConfig {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

export interface MqttUserConfig {
  readonly name: string
  readonly password: Secret
  /** Topic filters; undefined allows every topic but `$SYS`. */
  readonly publish: readonly string[] | undefined
  readonly subscribe: readonly string[] | undefined
}

export interface EmbeddedBrokerConfig {
  readonly listen: ListenAddress
  readonly tls: ServerTlsConfig | undefined
  /** Empty: anybody may connect, which only a loopback address or `anonymous: true` allows. */
  readonly users: readonly MqttUserConfig[]
  readonly anonymous: boolean
  /** Further clients are refused. */
  readonly connectionsMax: number
}

export interface ExternalBrokerConfig {
  readonly url: string
  /** Fixed: the broker keeps the session, and with it what was not acknowledged, under this name. */
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Secret | undefined
  readonly tls:
    | (ClientTlsConfig & {
        /** Accepts any server certificate. */
        readonly insecure: boolean
      })
    | undefined
}

export interface KafkaUplinkConfig {
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Undefined: plain text. */
  readonly tls: ClientTlsConfig | undefined
  readonly sasl:
    | { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: Secret }
    | undefined
}
