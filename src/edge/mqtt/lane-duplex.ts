/**
 * What an MQTT library sees instead of the socket. Bytes we do not keep are pushed to its readable side; what it writes goes to the
 * socket. Our own packets go through the same writable side, so they stand between its packets and never inside one: libraries
 * write a packet in several pieces, but in one go.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

export interface LaneDuplexEvents {
  /** The library wants more after {@link LaneDuplex.receive} said to stop. */
  wanted(): void
  /** The library is done with the connection, or it broke. */
  destroyed(error: Error | null): void
  /** The library's own bytes on the way to the socket. */
  sending?(bytes: Uint8Array): void
}

export class LaneDuplex extends Duplex {
  readonly #socket: Socket
  readonly #events: LaneDuplexEvents
  #drained: (() => void) | undefined

  constructor(socket: Socket, events: LaneDuplexEvents) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#events = events
    socket.on('drain', () => {
      const drained = this.#drained
      this.#drained = undefined
      drained?.()
    })
  }

  /** Hands bytes to the library. False: stop until `wanted`. */
  receive(bytes: Uint8Array): boolean {
    return this.push(bytes)
  }

  /** The peer has closed its side. */
  finish(): void {
    if (!this.destroyed) this.push(null)
  }

  /** Writes whole packets of our own, behind what the library has written. */
  writeOwn(packets: Buffer): void {
    if (this.destroyed || this.writableEnded) return
    if (this.writableLength === 0 && this.writableCorked === 0) this.#socket.write(packets)
    else this.write(packets)
  }

  override _read(): void {
    this.#events.wanted()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#events.sending?.(chunk)
    if (this.#socket.write(chunk)) done()
    else this.#drained = done
  }

  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    const all = Buffer.concat(pieces.map((piece) => piece.chunk))
    this._write(all, 'binary', done)
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#drained = undefined
    this.#events.destroyed(error)
    done(error)
  }
}
