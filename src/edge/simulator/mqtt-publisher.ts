/**
 * The MQTT side of one simulated device: publishes at QoS 1 over TCP the way firmware does (MQTT 3.1.1). It keeps what was not acknowledged,
 * sends it again with DUP = 1 and the same packet id after a reconnect (section 4.4), in the old order, and before anything newer.
 */
import { connect, type Socket } from 'node:net'
import type { Cancel, Clock, Random } from '../../engine-lite/contract/clock.js'

export interface PublisherOptions {
  readonly host: string
  readonly port: number
  /** Fixed: with `clean session = 0` the broker knows the device again. */
  readonly clientId: string
  readonly clock: Clock
  readonly random: Random
  /** Called once per message, when its first PUBACK arrives. */
  onAcknowledged(message: Message): void
}

export interface Message {
  readonly topic: string
  readonly payload: Uint8Array
  /** Sends the same packet a second time at once, as a device does whose timer is too short. */
  readonly repeat?: boolean
  /** What the message means to the caller. */
  readonly tag: unknown
}

interface InFlight {
  readonly packetId: number
  readonly message: Message
}

const PACKETS_IN_FLIGHT_MAX = 32
const WAITING_MAX = 10_000
const KEEP_ALIVE_S = 60
const RECONNECT_MS_MAX = 1_000
const PACKET_ID_MAX = 0xffff
const CONNACK = 2
const PUBACK = 4

export class MqttPublisher {
  readonly #options: PublisherOptions
  readonly #inFlight = new Map<number, InFlight>()
  readonly #waiting: Message[] = []
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #ready = false
  #closed = false
  #attempt = 0
  #nextPacketId = 1
  #cancelReconnect: Cancel = () => {}
  /** Connections that were made: one more than the times a connection was lost. */
  connections = 0

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#connect()
  }

  /** Messages that are not acknowledged. */
  get pending(): number {
    return this.#inFlight.size + this.#waiting.length
  }

  /** False where so much waits that the device, like any with a bounded memory, does not take the reading. */
  publish(message: Message): boolean {
    if (this.#waiting.length >= WAITING_MAX) return false
    this.#waiting.push(message)
    this.#sendWaiting()
    return true
  }

  close(): void {
    this.#closed = true
    this.#cancelReconnect()
    if (this.#ready) this.#socket?.end(Buffer.of(0xe0, 0))
    else this.#socket?.destroy()
  }

  #connect(): void {
    const { host, port, clientId } = this.#options
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    this.#received = Buffer.alloc(0)
    socket.on('connect', () => socket.write(connectPacket(clientId)))
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('error', () => {})
    socket.on('close', () => this.#lost())
  }

  #lost(): void {
    this.#ready = false
    if (this.#closed) return
    const delayMs = Math.min(RECONNECT_MS_MAX, 50 * 2 ** this.#attempt++) * (0.5 + 0.5 * this.#options.random())
    this.#cancelReconnect = this.#options.clock.schedule(delayMs, () => this.#connect())
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    // Every packet a publisher is sent is four bytes long or shorter: CONNACK, PUBACK, PINGRESP.
    while (this.#received.length >= 2) {
      const length = 2 + this.#received[1]!
      if (this.#received.length < length) return
      const packet = this.#received.subarray(0, length)
      this.#received = this.#received.subarray(length)
      this.#handle(packet)
    }
  }

  #handle(packet: Buffer): void {
    const type = packet[0]! >> 4
    if (type === CONNACK) this.#accepted(packet[3] === 0)
    else if (type === PUBACK) this.#acknowledged(packet.readUInt16BE(2))
  }

  #accepted(yes: boolean): void {
    if (!yes) return void this.#socket?.destroy()
    this.#ready = true
    this.#attempt = 0
    this.connections++
    for (const { packetId, message } of this.#inFlight.values()) this.#socket?.write(publishPacket(message, packetId, true))
    this.#sendWaiting()
  }

  #acknowledged(packetId: number): void {
    const entry = this.#inFlight.get(packetId)
    if (!entry) return
    this.#inFlight.delete(packetId)
    this.#options.onAcknowledged(entry.message)
    this.#sendWaiting()
  }

  #sendWaiting(): void {
    while (this.#ready && this.#waiting.length > 0 && this.#inFlight.size < PACKETS_IN_FLIGHT_MAX) {
      const message = this.#waiting.shift()!
      const packetId = this.#freePacketId()
      this.#inFlight.set(packetId, { packetId, message })
      this.#socket?.write(publishPacket(message, packetId, false))
      if (message.repeat) this.#socket?.write(publishPacket(message, packetId, true))
    }
  }

  #freePacketId(): number {
    while (this.#inFlight.has(this.#nextPacketId)) this.#nextPacketId = (this.#nextPacketId % PACKET_ID_MAX) + 1
    const packetId = this.#nextPacketId
    this.#nextPacketId = (packetId % PACKET_ID_MAX) + 1
    return packetId
  }
}

/** MQTT 3.1.1 section 3.1: protocol level 4, clean session 0. */
function connectPacket(clientId: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.of(4, 0, KEEP_ALIVE_S >> 8, KEEP_ALIVE_S & 0xff), text(clientId)])
  return Buffer.concat([Buffer.of(0x10), remainingLength(body.length), body])
}

/** MQTT 3.1.1 section 3.3: QoS 1. */
function publishPacket({ topic, payload }: Message, packetId: number, dup: boolean): Buffer {
  const head = Buffer.concat([text(topic), Buffer.of(packetId >> 8, packetId & 0xff)])
  return Buffer.concat([Buffer.of(dup ? 0x3a : 0x32), remainingLength(head.length + payload.length), head, payload])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  let rest = length
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return Buffer.from(bytes)
}
