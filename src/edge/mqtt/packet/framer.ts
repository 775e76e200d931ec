/**
 * Framing of MQTT 3.1.1 packets (section 2.2) over the chunks of a byte stream. Packets that lie in one chunk are shown where they
 * stand; only one that crosses a chunk's end is copied, and never more of it than has arrived.
 */

export interface PacketVisitor {
  /** The fixed header of a packet is known, its body not yet. A text is the fault that ends the stream. */
  header(first: number, bodyBytes: number): string | undefined
  /** `bytes[start, end)` is a packet, its variable header at `body`. False stops behind it. */
  packet(bytes: Buffer, start: number, body: number, end: number): boolean
}

const HEADER_BYTES_MAX = 5
/** What is allotted at first for a packet that crosses chunks; it doubles as bytes arrive. */
const ASSEMBLY_BYTES_MIN = 256

export class PacketFramer {
  readonly #visitor: PacketVisitor
  /** Beginning of a packet that is not complete; `#need` is its size once the header is complete, else 0. */
  #assembly: Buffer | undefined
  #have = 0
  #need = 0
  #body = 0
  /** Why the stream cannot go on, if it cannot. */
  fault: string | undefined

  constructor(visitor: PacketVisitor) {
    this.#visitor = visitor
  }

  /** Shows the packets of a chunk. Returns how many bytes were used: fewer than it has after a fault or when the visitor stopped. */
  push(chunk: Buffer): number {
    let at = 0
    if (this.#have > 0) {
      at = this.#complete(chunk)
      if (at < 0) return ~at
    }
    const length = chunk.length
    while (at < length) {
      let body = at + 1
      let bodyBytes = 0
      let shift = 0
      let byte = 0x80
      while (body < length && shift < 28) {
        byte = chunk[body++]!
        bodyBytes |= (byte & 0x7f) << shift
        shift += 7
        if (byte < 0x80) break
      }
      if (byte >= 0x80) {
        if (shift === 28) return this.#fail('the remaining length is malformed', at)
        this.#keep(chunk, at, 0, 0)
        return length
      }
      const refused = this.#visitor.header(chunk[at]!, bodyBytes)
      if (refused !== undefined) return this.#fail(refused, at)
      const end = body + bodyBytes
      if (end > length) {
        this.#keep(chunk, at, end - at, body - at)
        return length
      }
      const start = at
      at = end
      if (!this.#visitor.packet(chunk, start, body, end)) return at
    }
    return length
  }

  #fail(text: string, at: number): number {
    this.fault = text
    return at
  }

  #keep(chunk: Buffer, at: number, need: number, body: number): void {
    this.#have = chunk.length - at
    this.#need = need
    this.#body = body
    const assembly = Buffer.allocUnsafe(Math.max(this.#have, Math.min(need, ASSEMBLY_BYTES_MIN), HEADER_BYTES_MAX))
    chunk.copy(assembly, 0, at)
    this.#assembly = assembly
  }

  /** Goes on with the packet begun in an earlier chunk. Returns where the next one starts, or ~used when it must stop. */
  #complete(chunk: Buffer): number {
    let at = 0
    while (this.#need === 0) {
      if (at === chunk.length) return ~at
      if (this.#have === this.#assembly!.length) this.#grow(HEADER_BYTES_MAX)
      const byte = chunk[at++]!
      this.#assembly![this.#have++] = byte
      if (byte >= 0x80) {
        if (this.#have === HEADER_BYTES_MAX) return ~this.#fail('the remaining length is malformed', at)
        continue
      }
      let bodyBytes = 0
      for (let i = 1; i < this.#have; i++) bodyBytes |= (this.#assembly![i]! & 0x7f) << (7 * (i - 1))
      const refused = this.#visitor.header(this.#assembly![0]!, bodyBytes)
      if (refused !== undefined) return ~this.#fail(refused, at)
      this.#body = this.#have
      this.#need = this.#have + bodyBytes
    }
    const taken = Math.min(this.#need - this.#have, chunk.length - at)
    if (this.#have + taken > this.#assembly!.length) this.#grow(this.#have + taken)
    chunk.copy(this.#assembly!, this.#have, at, at + taken)
    this.#have += taken
    at += taken
    if (this.#have < this.#need) return ~at
    const whole = this.#assembly!
    const [end, body] = [this.#need, this.#body]
    this.#assembly = undefined
    this.#have = 0
    this.#need = 0
    return this.#visitor.packet(whole, 0, body, end) ? at : ~at
  }

  #grow(bytes: number): void {
    const wanted = Math.max(bytes, this.#assembly!.length * 2)
    const grown = Buffer.allocUnsafe(this.#need === 0 ? wanted : Math.max(bytes, Math.min(wanted, this.#need)))
    this.#assembly!.copy(grown, 0, 0, this.#have)
    this.#assembly = grown
  }
}
