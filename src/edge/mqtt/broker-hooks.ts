/**
 * The hooks of the broker library: login, keep-alive, who may publish and subscribe, and the tables' share of what does not take the fast
 * lane (QoS 2, wills): there the hook answers after the commit, because the library acknowledges right behind it.
 */
import type { AedesOptions, AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes'
import type { Clock } from '../../engine-lite/contract/clock.js'
import type { AccessRules, ClientIdentity } from './access.js'
import { HookAcknowledgement } from './acknowledgement.js'
import type { BrokerConnection } from './broker-connection.js'
import type { DoorCore } from './door-core.js'
import type { LocalSubscriptions } from './local-subscriptions.js'
import { IDENTIFIER_REJECTED, type Login } from './login.js'
import { takeParsed } from './parsed-publish.js'
import { Qos2Handshakes } from './qos2-handshakes.js'
import { filterFault, topicFault } from './topic-filter.js'

const RETAINED_BYTES_MAX = 4096

export interface BrokerHookContext {
  readonly core: DoorCore
  readonly clock: Clock
  readonly access: AccessRules
  readonly login: Login
  readonly subscriptions: LocalSubscriptions
  readonly keepAliveSecondsMax: number
  readonly retainedMax: number
  /** Lets kept sessions subscribe with QoS 1 and 2, whose messages queue in memory while the client is away. */
  readonly offlineQueues: boolean
  connectionOf(client: Client): BrokerConnection | undefined
}

export class BrokerHooks {
  readonly handshakes = new Qos2Handshakes()
  readonly #context: BrokerHookContext
  readonly #retained = new Set<string>()

  constructor(context: BrokerHookContext) {
    this.#context = context
  }

  options(): Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'> {
    return {
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, user, password, done) => this.#authenticate(client, user, password, done),
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#authorizeSubscribe(client, subscription)),
    }
  }

  /** The library must start no timer: it does not see what the fast lane reads. The guard counts silence over all packets. */
  #preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, go: boolean) => void): void {
    const connection = this.#context.connectionOf(client)
    if (connection === undefined) {
      done(new Error('the connection is closed'), false)
      return
    }
    const asked = packet.keepalive ?? 0
    const max = this.#context.keepAliveSecondsMax
    connection.silenceMaxMs = (asked === 0 || asked > max ? max : asked) * 1500
    connection.namelessSession = packet.clientId === '' && packet.clean === false
    packet.keepalive = 0
    done(null, true)
  }

  #authenticate(
    client: Client,
    user: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const connection = this.#context.connectionOf(client)
    const refuse = (returnCode: number, why: string) => {
      this.#context.core.counters.denied.add(1)
      done(Object.assign(new Error(why), { returnCode }) as AuthenticateError, null)
    }
    if (connection === undefined || connection.namelessSession) {
      refuse(IDENTIFIER_REJECTED, 'a kept session needs a client id')
      return
    }
    this.#context.login.check(client.id, connection.socket, user, password).then(
      (result) => {
        if ('returnCode' in result) refuse(result.returnCode, result.why)
        else {
          connection.identity = result.identity
          done(null, true)
        }
      },
      (error: Error) => refuse(5, error.message),
    )
  }

  #authorizeSubscribe(client: Client, subscription: Subscription): Subscription | null {
    const who = this.#context.connectionOf(client)?.identity
    const refused =
      who === undefined ||
      filterFault(subscription.topic) !== undefined ||
      !this.#context.access.maySubscribe(who, subscription.topic) ||
      (!client.clean && subscription.qos > 0 && !this.#context.offlineQueues)
    if (refused) {
      this.#context.core.counters.denied.add(1)
      return null
    }
    this.#context.subscriptions.add(client, subscription.topic)
    return subscription
  }

  /** Runs before PUBACK or PUBREC, and for wills, then without a connection. */
  #authorizePublish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const connection = client === null ? undefined : this.#context.connectionOf(client)
    const who: ClientIdentity = connection?.identity ?? { clientId: client?.id ?? '', user: undefined }
    const fault = topicFault(packet.topic)
    if (fault !== undefined || !this.#context.access.mayPublish(who, packet.topic)) {
      this.#context.core.counters.denied.add(1)
      done(new Error(fault ?? `it may not publish on ${packet.topic}`))
      return
    }
    packet.retain = this.keepRetained(packet.topic, packet.payload.length, packet.retain)
    const targets = this.#context.core.router.targets(packet.topic)
    if (targets.length === 0) {
      done(null)
      return
    }
    const packetId = packet.messageId ?? 0
    const repeatable = packet.qos === 2 && packetId !== 0
    const handshakes = this.handshakes
    const hook = new HookAcknowledgement(
      () => {
        if (repeatable) handshakes.committed(who.clientId, packetId)
        done(null)
      },
      () => {
        if (repeatable) handshakes.end(who.clientId, packetId)
        done(new Error('its readings were not committed'))
      },
    )
    if (!(repeatable && handshakes.seen(who.clientId, packetId, hook))) {
      if (repeatable) handshakes.begin(who.clientId, packetId)
      takeParsed(this.#context.core, packet, targets, who.clientId, who.clientId, this.#context.clock.nowMs(), hook)
    }
    hook.letGo()
  }

  /** A client is connected: what an earlier connection of it left behind is void. */
  sessionBegins(client: Client): void {
    this.#context.subscriptions.end(client.id)
    if (client.clean) this.handshakes.forget(client.id)
  }

  sessionPauses(client: Client): void {
    if (!client.clean && this.#context.offlineQueues) this.#context.subscriptions.keep(client, client.id)
    else this.#context.subscriptions.end(client)
    if (client.clean) this.handshakes.forget(client.id)
  }

  /** Whether a retained publish is kept: so many topics, so many bytes, all in memory. An empty one clears its topic. */
  keepRetained(topic: string, bytes: number, retain: boolean): boolean {
    if (!retain) return false
    if (bytes === 0) {
      this.#retained.delete(topic)
      return true
    }
    const fits = bytes <= RETAINED_BYTES_MAX && (this.#retained.has(topic) || this.#retained.size < this.#context.retainedMax)
    if (fits) this.#retained.add(topic)
    else this.#context.core.counters.not_retained.add(1)
    return fits
  }
}
