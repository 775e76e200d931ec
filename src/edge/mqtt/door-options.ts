/** What the two kinds of doors are made from. Every limit has a default; see each member. */
import type { Clock, Random } from '../../engine-lite/contract/clock.js'
import type { Logger, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { AccessRules } from './access.js'

export interface DoorSurroundings {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: MetricGroup
}

/** PEM texts. */
export interface ServerTls {
  readonly key: string
  readonly cert: string
  /** With it, clients must show a certificate signed by it; its common name is the user. */
  readonly ca?: string
}

export interface BrokerUser {
  readonly name: string
  /** `scrypt$…` as `hashPassword` makes it. */
  readonly passwordHash: string
}

export interface BrokerDoorOptions extends DoorSurroundings {
  /** Default 127.0.0.1. Another address is refused without users (or client certificates) unless `anonymous` says so. */
  readonly host?: string
  /** Default 1883; 0 takes any free port. */
  readonly port?: number
  readonly tls?: ServerTls
  readonly users?: readonly BrokerUser[]
  /** Lets anyone in. Default: true on loopback without users, else false. */
  readonly anonymous?: boolean
  /** `bound` (default): a logged-in client's id is its user name or starts with it and one of `-_.:/`. */
  readonly clientIds?: 'bound' | 'any'
  /** Default: everyone publishes and subscribes anywhere but under `$`. */
  readonly access?: AccessRules
  /** Default 1000. */
  readonly connectionsMax?: number
  /** Largest packet of a client that is logged in. Default 262144. */
  readonly packetBytesMax?: number
  /** Largest CONNECT. Default 1024. */
  readonly connectBytesMax?: number
  /** Default 5000. */
  readonly connectTimeoutMs?: number
  /** New connections per second and address after a burst of ten times that. Default 10; loopback is exempt. */
  readonly connectsPerSecondMax?: number
  /** Longest silence granted, as a keep-alive; longer ones and 0 count as this. Default 300. */
  readonly keepAliveSecondsMax?: number
  /** Acknowledgements and packets waiting for a client that does not read. Default 1048576. */
  readonly unreadBytesMax?: number
  /** Retained messages kept in memory; further topics are refused. Default 1000. */
  readonly retainedMax?: number
  /** Lets kept sessions subscribe with QoS 1 and 2: their messages then queue in memory, without limit, while the client is away. Default false: refused. */
  readonly offlineQueues?: boolean
}

export interface ClientTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** Does not check the broker's certificate. */
  readonly insecure?: boolean
}

export interface ClientDoorOptions extends DoorSurroundings {
  /** Names the session in the redelivery register; default `url`. */
  readonly name?: string
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string
  /** Fixed, so that the broker keeps the session: `millrace-<gateway id>`. */
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  readonly tls?: ClientTls
  /** Default 15; at most 20, so that a dead link is found within 30 s. */
  readonly keepAliveSeconds?: number
  /** Longest time reads are gathered. Default 5; 0 turns it off. */
  readonly coalesceMs?: number
  /** Default 10000. */
  readonly connectTimeoutMs?: number
  /** Waits between attempts: uniform in [0, min(max, base × 2^n)]. Defaults 500 and 30000. */
  readonly reconnectBaseMs?: number
  readonly reconnectMaxMs?: number
  /** Largest packet. Default 1048576. */
  readonly packetBytesMax?: number
  readonly random: Random
}
