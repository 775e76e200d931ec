/**
 * One connection to an external broker: our socket, the Duplex mqtt.js sees, the fast lane between. Reads are gathered for a few
 * milliseconds: brokers write one segment per message, and a read costs more than a message.
 */
import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import type { DoorCounters } from './door-core.js'
import { FastLane, type LaneOwner, type PubackFlusher } from './fast-lane.js'
import type { IngestRouter } from './ingest-router.js'
import { LaneDuplex } from './lane-duplex.js'
import { PINGREQ, typeOf } from './packet/types.js'

export interface ClientConnectionHost {
  readonly router: IngestRouter
  readonly flusher: PubackFlusher
  readonly counters: DoorCounters
  readonly clock: Clock
  readonly name: string
  readonly packetBytesMax: number
  readonly coalesceMs: number
  readonly paused: boolean
  closed(connection: ClientConnection, reason: string): void
}

/** A chunk this large is a full read: there is more, and nothing to wait for. */
const FULL_READ_BYTES = 60_000
const PINGRESP_BYTES = Buffer.from([0xd0, 0])

const HELD_DOOR = 1
const HELD_LIBRARY = 2
const HELD_GATHER = 4
const HELD_WRITES = 8

export class ClientConnection implements LaneOwner {
  readonly retainedIsOld = true
  readonly device = null
  readonly clientId: string
  readonly duplex: LaneDuplex
  readonly #socket: Socket
  readonly #host: ClientConnectionHost
  readonly #lane: FastLane
  #held = 0
  #closed = false
  #cancelGather: Cancel | undefined

  constructor(socket: Socket, host: ClientConnectionHost) {
    this.#socket = socket
    this.#host = host
    this.clientId = host.name
    this.#lane = new FastLane(this, host.router, host.flusher, host.counters, host.clock)
    this.#lane.open = true
    this.duplex = new LaneDuplex(socket, {
      wanted: () => this.#release(HELD_LIBRARY),
      destroyed: () => this.close('closed by the gateway'),
      sending: (bytes) => this.#sending(bytes),
    })
    if (host.paused) this.#hold(HELD_DOOR)
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('end', () => this.duplex.finish())
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => this.close('closed by the broker'))
    socket.on('drain', () => this.#release(HELD_WRITES))
  }

  /** Publishes taken and not acknowledged yet. */
  get unacknowledged(): number {
    return this.#lane.unacknowledged
  }

  #read(chunk: Buffer): void {
    if (this.#closed) return
    this.#lane.receive(chunk)
    if (this.#closed || this.#host.coalesceMs === 0 || chunk.length >= FULL_READ_BYTES) return
    this.#hold(HELD_GATHER)
    this.#cancelGather = this.#host.clock.schedule(this.#host.coalesceMs, () => this.#release(HELD_GATHER))
  }

  header(_first: number, bodyBytes: number): string | undefined {
    if (bodyBytes <= this.#host.packetBytesMax) return undefined
    return `a packet of ${bodyBytes} bytes from the broker, more than ${this.#host.packetBytesMax}`
  }

  passing(): 'pass' {
    return 'pass'
  }

  mayPublish(): boolean {
    return true
  }

  wantedLocally(): boolean {
    return false
  }

  publishLocally(): void {}

  pass(bytes: Buffer): void {
    if (!this.#closed && !this.duplex.receive(bytes)) this.#hold(HELD_LIBRARY)
  }

  send(packets: Buffer): void {
    if (this.#closed) return
    this.duplex.writeOwn(packets)
    if (this.#socket.writableNeedDrain) this.#hold(HELD_WRITES)
  }

  drop(reason: string, counter: 'refused' | 'dropped'): void {
    if (this.#closed) return
    this.#host.counters[counter].add(1)
    this.close(reason)
  }

  /**
   * While reading is stopped the broker's PINGRESP cannot be seen, and the library would take the link for dead. The ping still
   * goes out, for the broker's sake; its answer is given here.
   */
  #sending(bytes: Uint8Array): void {
    if ((this.#held & (HELD_DOOR | HELD_WRITES)) === 0 || bytes.length !== 2 || typeOf(bytes[0]!) !== PINGREQ) return
    this.#host.clock.soon(() => {
      if (!this.#closed) this.duplex.receive(PINGRESP_BYTES)
    })
  }

  pause(stopped: boolean): void {
    if (stopped) this.#hold(HELD_DOOR)
    else this.#release(HELD_DOOR)
  }

  #hold(why: number): void {
    if (this.#held === 0) this.#socket.pause()
    this.#held |= why
  }

  #release(why: number): void {
    if ((this.#held & why) === 0) return
    this.#held &= ~why
    if (this.#held === 0 && !this.#closed) this.#socket.resume()
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelGather?.()
    this.#lane.close()
    if (this.#socket.writableLength > 0 && reason === 'closed by the gateway') this.#socket.destroySoon()
    else this.#socket.destroy()
    this.duplex.destroy()
    this.#host.closed(this, reason)
  }
}
