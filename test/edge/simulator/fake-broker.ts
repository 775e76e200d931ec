/** A broker that accepts every publisher, notes what it is sent, and acknowledges only when the test says so. */

import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'

export interface SeenPublish {
  readonly topic: string
  readonly payload: string
  readonly dup: boolean
  readonly packetId: number
  readonly socket: Socket
}

export class FakeBroker {
  readonly seen: SeenPublish[] = []
  readonly connects: { clientId: string; cleanSession: boolean }[] = []
  /** Acknowledges at once. */
  automatic = true
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(port = 0): Promise<FakeBroker> {
    const server = createServer()
    const broker = new FakeBroker(server)
    server.on('connection', (socket) => broker.#serve(socket))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return broker
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  acknowledge({ socket, packetId }: SeenPublish): void {
    socket.write(Buffer.of(0x40, 2, packetId >> 8, packetId & 0xff))
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.dropConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    let bytes = Buffer.alloc(0) as Buffer
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more])
      for (;;) {
        const length = packetLength(bytes)
        if (length === undefined || bytes.length < length) return
        this.#packet(bytes.subarray(0, length), socket)
        bytes = bytes.subarray(length)
      }
    })
  }

  #packet(packet: Buffer, socket: Socket): void {
    const body = packet.subarray(packet.findIndex((byte, i) => i > 0 && byte < 0x80) + 1)
    if (packet[0] === 0x10) {
      this.connects.push({ clientId: body.subarray(12).toString(), cleanSession: (body[7]! & 2) !== 0 })
      socket.write(Buffer.of(0x20, 2, 0, 0))
    }
    if (packet[0]! >> 4 !== 3) return
    const topicLength = body.readUInt16BE(0)
    const seen: SeenPublish = {
      topic: body.subarray(2, 2 + topicLength).toString(),
      packetId: body.readUInt16BE(2 + topicLength),
      payload: body.subarray(4 + topicLength).toString(),
      dup: (packet[0]! & 8) !== 0,
      socket,
    }
    this.seen.push(seen)
    if (this.automatic) this.acknowledge(seen)
  }
}

function packetLength(bytes: Buffer): number | undefined {
  let length = 0
  for (let i = 1; i < Math.min(bytes.length, 5); i++) {
    length += (bytes[i]! & 0x7f) * 128 ** (i - 1)
    if (bytes[i]! < 0x80) return 1 + i + length
  }
  return undefined
}
