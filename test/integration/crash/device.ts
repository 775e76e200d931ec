/**
 * A device as MQTT 3.1.1 describes it (§4.4): it keeps every QoS 1 message until its PUBACK, and after a reconnect sends those again in order,
 * with DUP = 1 and their packet ids. Written on a bare socket, so that no client library's own ideas stand between the test and the gateway.
 */
import { connect, type Socket } from 'node:net'

interface Waiting {
  readonly packetId: number
  readonly topic: string
  readonly payload: string
  readonly acknowledged: () => void
}

const RECONNECT_MS = 20

export class Device {
  readonly #port: number
  readonly #clientId: string
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | undefined
  #ready = false
  #closed = false
  #nextId = 1
  #rest: Buffer = Buffer.alloc(0)
  /** Messages that were sent again after a reconnect. */
  redelivered = 0

  constructor(port: number, clientId: string) {
    this.#port = port
    this.#clientId = clientId
    this.#connect()
  }

  /** Resolves at the PUBACK, whatever happens to the connection until then. */
  publish(topic: string, payload: string): Promise<void> {
    return new Promise((acknowledged) => {
      const message = { packetId: this.#freeId(), topic, payload, acknowledged }
      this.#waiting.set(message.packetId, message)
      if (this.#ready) this.#socket?.write(publishPacket(message, false))
    })
  }

  close(): void {
    this.#closed = true
    this.#socket?.destroy()
  }

  #freeId(): number {
    while (this.#waiting.has(this.#nextId)) this.#nextId = (this.#nextId % 65_535) + 1
    const id = this.#nextId
    this.#nextId = (this.#nextId % 65_535) + 1
    return id
  }

  #connect(): void {
    if (this.#closed) return
    this.#rest = Buffer.alloc(0)
    const socket = connect(this.#port, '127.0.0.1')
    this.#socket = socket
    socket.on('connect', () => socket.write(connectPacket(this.#clientId)))
    socket.on('data', (bytes) => this.#read(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#ready = false
      setTimeout(() => this.#connect(), RECONNECT_MS)
    })
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    // CONNACK and PUBACK are the only packets this device is sent; both have four bytes.
    for (; this.#rest.length >= 4; this.#rest = this.#rest.subarray(4)) {
      const type = this.#rest[0]! >> 4
      if (type === 2) this.#connected()
      else if (type === 4) this.#acknowledged(this.#rest.readUInt16BE(2))
    }
  }

  #connected(): void {
    this.#ready = true
    this.redelivered += this.#waiting.size
    this.#socket?.write(Buffer.concat([...this.#waiting.values()].map((message) => publishPacket(message, true))))
  }

  #acknowledged(packetId: number): void {
    const message = this.#waiting.get(packetId)
    this.#waiting.delete(packetId)
    message?.acknowledged()
  }
}

function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId)
  const keepAliveSeconds = 30
  const body = Buffer.concat([Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, keepAliveSeconds, id.length >> 8, id.length & 255]), id])
  return Buffer.concat([Buffer.from([0x10, body.length]), body])
}

/** A message that was never sent may carry DUP = 1: the receiver cannot know, and must not care. */
function publishPacket({ packetId, topic, payload }: Waiting, dup: boolean): Buffer {
  const name = Buffer.from(topic)
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 255]),
    name,
    Buffer.from([packetId >> 8, packetId & 255]),
    Buffer.from(payload),
  ])
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7]
  return Buffer.concat([Buffer.from([0x32 | (dup ? 8 : 0), ...length]), body])
}
