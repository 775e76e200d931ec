/**
 * One client of the embedded broker: its socket, the Duplex the library sees, the fast lane between, and the guard's clocks. Reading is held
 * between CONNECT and the library's `clientReady`, so that nothing overtakes the login.
 */
import type { Socket } from 'node:net'
import type { Clock } from '../../engine-lite/contract/clock.js'
import type { ClientIdentity } from './access.js'
import type { DoorCounters } from './door-core.js'
import { FastLane, type LaneOwner, type LocalPublish, type PubackFlusher } from './fast-lane.js'
import { bodyFault, headerFault, type SizeLimits } from './frame-guard.js'
import type { IngestRouter, TopicRoute } from './ingest-router.js'
import { LaneDuplex } from './lane-duplex.js'
import { CONNECT, PUBREL, uint16 } from './packet/types.js'

export interface ConnectionLimits extends SizeLimits {
  readonly connectTimeoutMs: number
  readonly unreadBytesMax: number
}

/** The door, as its connections see it. */
export interface ConnectionHost {
  readonly router: IngestRouter
  readonly flusher: PubackFlusher
  readonly counters: DoorCounters
  readonly clock: Clock
  readonly limits: ConnectionLimits
  readonly paused: boolean
  mayPublish(who: ClientIdentity, topic: string): boolean
  wantedLocally(topic: string): boolean
  publishLocally(publish: LocalPublish, clientId: string): void
  /** The client has released a QoS 2 packet id (PUBREL). */
  packetIdReleased(clientId: string, packetId: number): void
  closed(connection: BrokerConnection, reason: string): void
  /** We end it, for what it sent or did not read; {@link closed} follows. */
  dropped(connection: BrokerConnection, reason: string): void
}

/** Why reading is stopped; bits of a set. */
const HELD_DOOR = 1
const HELD_LOGIN = 2
const HELD_LIBRARY = 4
const HELD_WRITES = 8

/** A client that takes no acknowledgement for this long is not served any more. */
const BLOCKED_MS_MAX = 15_000

/** How long the last bytes of a connection may take to leave. */
const LINGER_MS = 1000

/** The library's client object, as far as it is asked. */
export interface LibraryClient {
  readonly closed: boolean
}

export class BrokerConnection implements LaneOwner {
  readonly retainedIsOld = false
  readonly duplex: LaneDuplex
  readonly socket: Socket
  readonly #host: ConnectionHost
  readonly #lane: FastLane
  readonly #openedMs: number
  #lastSeenMs: number
  #held = 0
  /** Since when acknowledgements do not get out; holds while HELD_WRITES. */
  #blockedMs = 0
  #rest: Buffer | undefined
  #endsAfterLogin = false
  #connectSeen = false
  #closed = false
  #client: LibraryClient | undefined
  identity: ClientIdentity = { clientId: '', user: undefined }
  /** The client asks for a kept session without naming itself, which MQTT 3.1.1 section 3.1.3.1 forbids. */
  namelessSession = false
  /** Longest silence before the client counts as gone; undefined until CONNECT was read. */
  silenceMaxMs: number | undefined

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket
    this.#host = host
    this.#openedMs = host.clock.monotonicMs()
    this.#lastSeenMs = this.#openedMs
    this.#lane = new FastLane(this, host.router, host.flusher, host.counters, host.clock)
    this.duplex = new LaneDuplex(socket, {
      wanted: () => this.#release(HELD_LIBRARY),
      destroyed: () => this.#closeSoftly(),
    })
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('end', () => this.#ended())
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('closed by the client'))
    socket.on('drain', () => this.#release(HELD_WRITES))
  }

  get clientId(): string {
    return this.identity.clientId
  }

  get device(): string {
    return this.identity.clientId
  }

  get ready(): boolean {
    return this.#lane.open
  }

  #read(chunk: Buffer): void {
    if (this.#closed) return
    this.#lastSeenMs = this.#host.clock.monotonicMs()
    // taken over or refused a moment ago: its destroy is on the way
    if (this.#client?.closed === true || this.duplex.destroyed) return
    const used = this.#lane.receive(chunk)
    if (used < chunk.length && !this.#closed) this.#rest = chunk.subarray(used)
  }

  /** The client has closed its side. What is held until the login is done comes first. */
  #ended(): void {
    if ((this.#held & HELD_LOGIN) === 0) this.duplex.finish()
    else this.#endsAfterLogin = true
  }

  header(first: number, bodyBytes: number): string | undefined {
    return headerFault(first, bodyBytes, this.#connectSeen, this.#host.limits)
  }

  passing(type: number, bytes: Buffer, body: number, _end: number): 'pass' | 'stop' | { readonly fault: string } {
    if (type === CONNECT) {
      this.#connectSeen = true
      this.#hold(HELD_LOGIN)
      return 'stop'
    }
    const fault = bodyFault(type, bytes, body)
    if (fault !== undefined) return { fault }
    if (type === PUBREL) this.#host.packetIdReleased(this.clientId, uint16(bytes, body))
    return 'pass'
  }

  /** Logged in, the session taken over: the lane opens and what was held is read. */
  admit(client: LibraryClient): void {
    if (this.#closed) return
    this.#client = client
    this.#lane.open = true
    const rest = this.#rest
    this.#rest = undefined
    if (this.#host.paused) this.#hold(HELD_DOOR)
    if (rest !== undefined) this.#read(rest)
    this.#release(HELD_LOGIN)
    if (this.#endsAfterLogin) this.duplex.finish()
  }

  mayPublish(topic: string): boolean {
    return this.#host.mayPublish(this.identity, topic)
  }

  wantedLocally(route: TopicRoute, retain: boolean): boolean {
    return retain || this.#host.wantedLocally(route.topic)
  }

  publishLocally(publish: LocalPublish): void {
    this.#host.publishLocally(publish, this.clientId)
  }

  pass(bytes: Buffer): void {
    if (!this.#closed && !this.duplex.receive(bytes)) this.#hold(HELD_LIBRARY)
  }

  send(packets: Buffer): void {
    if (this.#closed || this.#client?.closed === true) return
    this.duplex.writeOwn(packets)
    if (!this.socket.writableNeedDrain || (this.#held & HELD_WRITES) !== 0) return
    this.#hold(HELD_WRITES)
    this.#blockedMs = this.#host.clock.monotonicMs()
  }

  drop(reason: string, counter: 'refused' | 'dropped' = 'refused'): void {
    if (this.#closed) return
    this.#host.counters[counter].add(1)
    this.#host.dropped(this, reason)
    this.close(reason)
  }

  /** Stops or goes on reading for the door. Before the login is done, reading goes on. */
  pause(stopped: boolean): void {
    if (stopped && this.ready) this.#hold(HELD_DOOR)
    else if (!stopped) {
      this.#lastSeenMs = this.#host.clock.monotonicMs()
      this.#release(HELD_DOOR)
    }
  }

  #hold(why: number): void {
    if (this.#held === 0) this.socket.pause()
    this.#held |= why
  }

  #release(why: number): void {
    if ((this.#held & why) === 0) return
    this.#held &= ~why
    if (this.#held === 0 && !this.#closed) this.socket.resume()
  }

  /** Ends the connection when a deadline has passed. */
  sweep(nowMs: number): void {
    const { connectTimeoutMs, unreadBytesMax } = this.#host.limits
    if (!this.#connectSeen && nowMs - this.#openedMs > connectTimeoutMs) this.drop('no CONNECT in time')
    else if (this.socket.writableLength + this.duplex.writableLength > unreadBytesMax) this.drop('it does not read')
    else if ((this.#held & HELD_WRITES) !== 0 && nowMs - this.#blockedMs > BLOCKED_MS_MAX) this.drop('it does not read')
    // what we do not read we cannot miss
    else if (this.#held === 0 && this.silenceMaxMs !== undefined && nowMs - this.#lastSeenMs > this.silenceMaxMs) this.drop('keep-alive')
  }

  /** The library is done: what it wrote last, a CONNACK that refuses, still goes out, but not for ever. */
  #closeSoftly(): void {
    if (this.#closed) return
    const socket = this.socket
    if (socket.writableLength > 0) {
      this.#host.clock.schedule(LINGER_MS, () => socket.destroy())
      socket.destroySoon()
    }
    this.close('closed by the broker')
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#rest = undefined
    this.#lane.close()
    if (!this.socket.writableEnded) this.socket.destroy()
    this.duplex.destroy()
    this.#host.closed(this, reason)
  }
}
