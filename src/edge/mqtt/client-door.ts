/**
 * An external broker: a kept session under a fixed client id, QoS 1 subscriptions for the tables, acknowledgements after the commit. mqtt.js
 * does the session; each connection is a new client object of it over a lane of ours, and when one ends the next is tried with full jitter.
 */
import { MqttClient } from 'mqtt'
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import { HookAcknowledgement } from './acknowledgement.js'
import { openSocket, parseBrokerUrl, portOf } from './broker-url.js'
import { ClientConnection, type ClientConnectionHost } from './client-connection.js'
import { DoorCore } from './door-core.js'
import type { ClientDoorOptions } from './door-options.js'
import type { Door, DoorAddress, DoorState, DoorStatus } from './doors.js'
import { PubackFlusher } from './fast-lane.js'
import type { IngestBinding, Unbind } from './ingest.js'
import { type ParsedPublish, takeParsed } from './parsed-publish.js'

const KEEP_ALIVE_SECONDS_MAX = 20

/**
 * @throws MillraceError C0011 for a URL that is none
 * @example
 * doors.add('plant', createClientDoor({ url: 'mqtt://broker.local', clientId: 'millrace-gw1', clock, log, random }))
 */
export function createClientDoor(options: ClientDoorOptions): Door {
  return new ClientDoor(options)
}

class ClientDoor implements Door, ClientConnectionHost {
  readonly clock: Clock
  readonly flusher = new PubackFlusher()
  readonly name: string
  readonly packetBytesMax: number
  readonly coalesceMs: number
  readonly #options: ClientDoorOptions
  readonly #url: URL
  readonly #core: DoorCore
  #running = false
  #client: MqttClient | undefined
  #connection: ClientConnection | undefined
  /** The link is up and the tables' subscriptions are acknowledged. */
  #subscribed = false
  /** Filters the broker has acknowledged for this process. */
  readonly #granted = new Map<string, 0 | 1>()
  #attempts = 0
  #cancelRetry: Cancel | undefined
  #trouble: string | undefined
  #firstOutcome: (() => void) | undefined

  constructor(options: ClientDoorOptions) {
    this.#options = options
    this.clock = options.clock
    this.#url = parseBrokerUrl(options.url)
    this.name = options.name ?? options.url
    this.packetBytesMax = options.packetBytesMax ?? 1_048_576
    this.coalesceMs = options.coalesceMs ?? 5
    const door = this
    this.#core = new DoorCore(options.clock, options.metrics, {
      paused: (stopped) => this.#connection?.pause(stopped),
      filtersChanged: () => this.#subscribe(),
      get up() {
        return door.#subscribed
      },
      get running() {
        return door.#running
      },
    })
    options.metrics?.gauge('mqtt_connected', 'whether the link to the external broker is up', () => (this.#subscribed ? 1 : 0))
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
    if (!this.#running) {
      this.#running = true
      const outcome = new Promise<void>((resolve) => {
        this.#firstOutcome = resolve
      })
      this.#connect()
      await outcome
    }
    return { address: this.#options.url, port: portOf(this.#url) }
  }

  #connect(): void {
    this.#attempts++
    const options = this.#options
    const client = new MqttClient(
      () => {
        this.#connection = new ClientConnection(openSocket(this.#url, options.tls), this)
        return this.#connection.duplex
      },
      {
        clientId: options.clientId,
        clean: false,
        protocolVersion: 4,
        keepalive: Math.min(options.keepAliveSeconds ?? 15, KEEP_ALIVE_SECONDS_MAX),
        reconnectPeriod: 0,
        resubscribe: false,
        connectTimeout: options.connectTimeoutMs ?? 10_000,
        ...(options.username !== undefined && { username: options.username }),
        ...(options.password !== undefined && { password: options.password }),
      },
    )
    this.#client = client
    client.on('connect', (connack) => {
      if (this.#client !== client) return
      this.#attempts = 0
      this.#trouble = undefined
      if (!connack.sessionPresent) this.#granted.clear()
      options.log.info({ url: options.url, sessionPresent: connack.sessionPresent }, 'connected to the MQTT broker')
      this.#subscribe()
      this.#settleStart()
    })
    client.on('error', (error) => this.#failed(client, error))
    client.handleMessage = (packet, done) => this.#handleParsed(packet, done)
  }

  /** What mqtt.js sees of publishes: those no table wants, and QoS 2, which only a subscription made elsewhere can bring. */
  #handleParsed(packet: ParsedPublish, done: (error?: Error) => void): void {
    const targets = this.router.targets(packet.topic).filter((target) => !packet.retain || target.binding.retained)
    if (targets.length === 0) {
      this.counters.unrouted.add(1)
      done()
      return
    }
    const hook = new HookAcknowledgement(
      () => done(),
      () => this.#connection?.drop('its readings were not committed', 'dropped'),
    )
    takeParsed(this.#core, packet, targets, this.name, null, this.clock.nowMs(), hook)
    hook.letGo()
  }

  #failed(client: MqttClient, error: Error & { code?: number | string }): void {
    if (this.#client !== client) return
    const refused = error.code === 4 || error.code === 5
    this.#trouble = refused ? `the broker refuses the login (M0103): ${error.message}` : error.message
    this.#options.log.warn(
      { url: this.#options.url, code: refused ? 'M0103' : 'M0102', error: error.message },
      'the MQTT broker is not reachable',
    )
    this.#connection?.close(error.message)
  }

  /** Asks for the filters the broker has not granted yet, and gives back those no table wants any more. */
  #subscribe(): void {
    const client = this.#client
    if (client?.connected !== true) return
    const wanted = new Map(this.#core.filters.map((filter) => [filter, this.#qosOf(filter)]))
    const surplus = [...this.#granted.keys()].filter((filter) => !wanted.has(filter))
    const missing = [...wanted].filter(([filter, qos]) => (this.#granted.get(filter) ?? -1) < qos)
    for (const filter of surplus) this.#granted.delete(filter)
    if (surplus.length > 0) client.unsubscribe(surplus)
    if (missing.length === 0) {
      this.#up()
      return
    }
    const filters = missing.map(([filter]) => filter)
    const request = Object.fromEntries(missing.map(([filter, qos]) => [filter, { qos }]))
    client.subscribe(request, (error, grants) => {
      if (this.#client !== client) return
      const refused = error !== null || (grants ?? []).some((grant) => grant.qos === 128)
      if (refused) {
        this.#trouble = `the broker refuses the subscription to ${filters.join(', ')}`
        this.#options.log.error({ filters }, 'the MQTT broker refuses a subscription')
        this.#connection?.close('subscription refused')
        return
      }
      for (const [filter, qos] of missing) this.#granted.set(filter, qos)
      this.#up()
    })
  }

  /** The highest that a table asks for. */
  #qosOf(filter: string): 0 | 1 {
    for (const binding of this.router.bindings) if (binding.filter === filter && binding.qos === 1) return 1
    return this.#granted.get(filter) ?? 0
  }

  #up(): void {
    if (this.#subscribed) return
    this.#subscribed = true
    this.#core.connected(true)
  }

  closed(connection: ClientConnection, reason: string): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    const client = this.#client
    this.#client = undefined
    // frees its timers; the stream is gone already
    this.clock.soon(() => client?.end(true))
    client?.on('error', () => {})
    if (this.#subscribed) {
      this.#subscribed = false
      this.#core.connected(false)
    }
    this.#trouble ??= reason
    this.#settleStart()
    if (this.#running) this.#retryLater()
  }

  #retryLater(): void {
    const { random, reconnectBaseMs = 500, reconnectMaxMs = 30_000 } = this.#options
    const delayMs = random() * Math.min(reconnectMaxMs, reconnectBaseMs * 2 ** Math.min(this.#attempts, 20))
    this.#cancelRetry = this.clock.schedule(delayMs, () => {
      if (this.#running) this.#connect()
    })
  }

  #settleStart(): void {
    this.#firstOutcome?.()
    this.#firstOutcome = undefined
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#cancelRetry?.()
    this.#core.endGraces()
    const client = this.#client
    const connection = this.#connection
    this.#settleStart()
    if (client === undefined || connection === undefined) return
    // DISCONNECT, if the link still takes it; the session stays
    await new Promise<void>((resolve) => {
      const cancel = this.clock.schedule(STOP_MS_MAX, resolve)
      client.end(false, {}, () => {
        cancel()
        resolve()
      })
    })
    connection.close('the gateway stops')
  }

  status(): DoorStatus {
    return {
      kind: 'client',
      state: this.#state(),
      address: this.#running ? this.#options.url : undefined,
      connections: this.#client?.connected === true ? 1 : 0,
      filters: this.#core.filters,
      paused: this.#core.paused,
      counters: this.#core.totals(),
      trouble: this.#running && !this.#subscribed ? (this.#trouble ?? 'connecting') : undefined,
    }
  }

  #state(): DoorState {
    if (!this.#running) return 'stopped'
    if (this.#client?.connected === true) return 'connected'
    return this.#firstOutcome === undefined ? 'disconnected' : 'starting'
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
}

/** How long a clean goodbye may take. */
const STOP_MS_MAX = 1000
