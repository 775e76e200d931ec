/**
 * The embedded broker: a listener, the frame guard and fast lane on every socket, aedes behind. Readings for tables are taken and
 * acknowledged by the lane; sessions, subscriptions, retained messages, QoS 2 and fan-out are aedes' business.
 */
import type { Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { Logger } from '../../engine-lite/contract/metric.js'
import { type AccessRules, type ClientIdentity, createAccessRules } from './access.js'
import { BrokerConnection, type ConnectionHost, type ConnectionLimits } from './broker-connection.js'
import { BrokerHooks } from './broker-hooks.js'
import { isLoopback } from './connect-limiter.js'
import { DoorCore } from './door-core.js'
import type { BrokerDoorOptions } from './door-options.js'
import type { Door, DoorAddress, DoorStatus } from './doors.js'
import { type LocalPublish, PubackFlusher } from './fast-lane.js'
import type { IngestBinding, Unbind } from './ingest.js'
import { Listener } from './listener.js'
import { LocalSubscriptions } from './local-subscriptions.js'
import { Login } from './login.js'
import { RefusalLog } from './refusal-log.js'
import { TOPIC_LEVELS_MAX } from './topic-filter.js'

const SWEEP_MS = 1000
/** A subscriber that does not read for this long is dropped by aedes. */
const DRAIN_TIMEOUT_MS = 15_000

/**
 * @throws MillraceError C0011 when it would listen beyond loopback and let anyone in
 * @example
 * const door = createBrokerDoor({ port: 1883, clock, log })
 * doors.add('local', door)
 */
export function createBrokerDoor(options: BrokerDoorOptions): Door {
  return new BrokerDoor(options)
}

class BrokerDoor implements Door, ConnectionHost {
  readonly clock: Clock
  readonly limits: ConnectionLimits
  readonly flusher = new PubackFlusher()
  readonly #options: BrokerDoorOptions
  readonly #log: Logger
  readonly #refusals: RefusalLog
  readonly #core: DoorCore
  readonly #access: AccessRules
  readonly #subscriptions = new LocalSubscriptions()
  readonly #hooks: BrokerHooks
  readonly #connections = new Set<BrokerConnection>()
  readonly #byConn = new WeakMap<object, BrokerConnection>()
  #aedes: Aedes | undefined
  #listener: Listener | undefined
  #address: DoorAddress | undefined
  #cancelSweep: Cancel | undefined

  constructor(options: BrokerDoorOptions) {
    this.#options = options
    this.clock = options.clock
    this.#log = options.log
    this.#refusals = new RefusalLog(options.log, options.clock)
    this.limits = {
      connectBytesMax: options.connectBytesMax ?? 1024,
      packetBytesMax: options.packetBytesMax ?? 262_144,
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      unreadBytesMax: options.unreadBytesMax ?? 1_048_576,
    }
    const door = this
    this.#core = new DoorCore(options.clock, options.metrics, {
      paused: (stopped) => {
        for (const connection of this.#connections) connection.pause(stopped)
      },
      filtersChanged: () => {},
      get up() {
        return door.#address !== undefined
      },
      get running() {
        return door.#address !== undefined
      },
    })
    this.#access = options.access ?? createAccessRules([])
    this.#hooks = new BrokerHooks({
      core: this.#core,
      clock: options.clock,
      access: this.#access,
      login: new Login(options, mayBeAnonymous(options)),
      subscriptions: this.#subscriptions,
      keepAliveSecondsMax: options.keepAliveSecondsMax ?? 300,
      retainedMax: options.retainedMax ?? 1000,
      offlineQueues: options.offlineQueues ?? false,
      connectionOf: (client) => this.#byConn.get(client.conn),
    })
    options.metrics?.gauge('mqtt_connections', 'clients connected to the embedded broker', () => this.#readyCount())
  }

  get router() {
    return this.#core.router
  }

  get counters() {
    return this.#core.counters
  }

  get paused(): boolean {
    return this.#core.paused
  }

  async start(): Promise<DoorAddress> {
    if (this.#address !== undefined) return this.#address
    const aedes = new Aedes({
      ...this.#hooks.options(),
      connectTimeout: this.limits.connectTimeoutMs,
      drainTimeout: DRAIN_TIMEOUT_MS,
      maxTopicLevels: TOPIC_LEVELS_MAX,
    })
    aedes.on('clientReady', (client) => this.#byConn.get(client.conn)?.admit(client))
    aedes.on('client', (client) => this.#hooks.sessionBegins(client))
    aedes.on('unsubscribe', (filters, client) => this.#subscriptions.remove(client, filters))
    aedes.on('clientDisconnect', (client) => this.#hooks.sessionPauses(client))
    aedes.on('clientError', (client, error) => this.#log.debug({ clientId: client.id, error: error.message }, 'MQTT client failed'))
    aedes.on('connectionError', (_client, error) => this.#log.debug({ error: error.message }, 'MQTT connection refused'))
    const emitter: NodeJS.EventEmitter = aedes
    emitter.on('error', (error: Error) => this.#log.error({ error: error.message }, 'the embedded MQTT broker reports an error'))
    await aedes.listen()
    this.#aedes = aedes
    this.#listener = new Listener({
      host: this.#options.host ?? '127.0.0.1',
      port: this.#options.port ?? 1883,
      tls: this.#options.tls,
      connectionsMax: this.#options.connectionsMax ?? 1000,
      connectTimeoutMs: this.limits.connectTimeoutMs,
      connectsPerSecondMax: this.#options.connectsPerSecondMax ?? 10,
      clock: this.clock,
      accepted: (socket) => this.#accept(socket),
      refused: () => this.counters.refused.add(1),
    })
    try {
      this.#address = await this.#listener.listen()
    } catch (error) {
      this.#aedes = undefined
      aedes.close()
      throw error
    }
    this.#sweepLater()
    this.#core.connected(true)
    this.#log.info({ address: this.#address.address }, 'listening for MQTT')
    return this.#address
  }

  #accept(socket: Socket): void {
    const aedes = this.#aedes
    if (aedes === undefined) {
      socket.destroy()
      return
    }
    const connection = new BrokerConnection(socket, this)
    this.#connections.add(connection)
    this.#byConn.set(connection.duplex, connection)
    aedes.handle(connection.duplex)
  }

  #sweepLater(): void {
    this.#cancelSweep = this.clock.schedule(SWEEP_MS, () => {
      const nowMs = this.clock.monotonicMs()
      for (const connection of [...this.#connections]) connection.sweep(nowMs)
      this.#sweepLater()
    })
  }

  async stop(): Promise<void> {
    const aedes = this.#aedes
    const listener = this.#listener
    this.#aedes = undefined
    this.#listener = undefined
    this.#address = undefined
    this.#cancelSweep?.()
    this.#core.connected(false)
    this.#core.endGraces()
    for (const connection of [...this.#connections]) connection.close('the gateway stops')
    await listener?.close()
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(() => resolve()))
  }

  status(): DoorStatus {
    return {
      kind: 'broker',
      state: this.#address === undefined ? 'stopped' : 'listening',
      address: this.#address?.address,
      connections: this.#readyCount(),
      filters: this.#core.filters,
      paused: this.#core.paused,
      counters: this.#core.totals(),
      trouble: undefined,
    }
  }

  #readyCount(): number {
    let count = 0
    for (const connection of this.#connections) if (connection.ready) count++
    return count
  }

  bind(binding: IngestBinding): Unbind {
    return this.#core.bind(binding)
  }

  pause(): void {
    this.#core.pause()
  }

  resume(): void {
    this.#core.resume()
  }

  mayPublish(who: ClientIdentity, topic: string): boolean {
    const allowed = this.#access.mayPublish(who, topic)
    if (!allowed) this.counters.denied.add(1)
    return allowed
  }

  wantedLocally(topic: string): boolean {
    return this.#subscriptions.wants(topic)
  }

  publishLocally(publish: LocalPublish, clientId: string): void {
    const retain = this.#hooks.keepRetained(publish.topic, publish.payload.length, publish.retain)
    this.#aedes?.publish({ cmd: 'publish', dup: false, ...publish, retain }, (error) => {
      if (error) this.#log.warn({ clientId, topic: publish.topic, error: error.message }, 'a publish did not reach local subscribers')
    })
  }

  packetIdReleased(clientId: string, packetId: number): void {
    this.#hooks.handshakes.end(clientId, packetId)
  }

  dropped(connection: BrokerConnection, reason: string): void {
    this.#refusals.say(connection.clientId, connection.socket.remoteAddress, reason)
  }

  closed(connection: BrokerConnection, reason: string): void {
    this.#connections.delete(connection)
    this.#log.debug({ clientId: connection.clientId, reason }, 'MQTT connection closed')
  }
}

/** @throws MillraceError C0011 */
function mayBeAnonymous(options: BrokerDoorOptions): boolean {
  const guarded = (options.users?.length ?? 0) > 0 || options.tls?.ca !== undefined
  const host = options.host ?? '127.0.0.1'
  if (!guarded && !isLoopback(host) && options.anonymous !== true) {
    throw new MillraceError('C0011', `an MQTT broker on ${host} without users would let anyone in`, {
      hint: 'declare users or client certificates, listen on 127.0.0.1, or set anonymous: true',
    })
  }
  return options.anonymous ?? !guarded
}
