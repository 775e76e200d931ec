/**
 * QoS 2 packet ids whose message a table has taken, until PUBREL. A client sends the PUBLISH again after a reconnect under the same id;
 * until it releases the id, that is the same message (MQTT 3.1.1 section 4.3.3). Kept in memory: across a restart the redelivery register decides.
 */
import type { Acknowledgement } from './acknowledgement.js'

const CLIENTS_MAX = 10_000

/** Still on the way to its commit, with those who wait for it, or `done`. */
type Handshake = Acknowledgement[] | 'done'

export class Qos2Handshakes {
  readonly #clients = new Map<string, Map<number, Handshake>>()

  /** Whether the message was taken before. If it is not durable yet, `repeat` is held until it is. */
  seen(clientId: string, packetId: number, repeat: Acknowledgement): boolean {
    const handshake = this.#clients.get(clientId)?.get(packetId)
    if (handshake === undefined) return false
    if (handshake !== 'done') {
      repeat.hold()
      handshake.push(repeat)
    }
    return true
  }

  begin(clientId: string, packetId: number): void {
    let own = this.#clients.get(clientId)
    if (own === undefined) {
      if (this.#clients.size >= CLIENTS_MAX) this.#clients.delete(this.#clients.keys().next().value!)
      own = new Map()
      this.#clients.set(clientId, own)
    }
    own.set(packetId, [])
  }

  committed(clientId: string, packetId: number): void {
    const own = this.#clients.get(clientId)
    const handshake = own?.get(packetId)
    if (own === undefined || handshake === undefined || handshake === 'done') return
    own.set(packetId, 'done')
    for (const repeat of handshake) repeat.letGo()
  }

  /** PUBREL came, or the message was not committed after all. */
  end(clientId: string, packetId: number): void {
    const own = this.#clients.get(clientId)
    const handshake = own?.get(packetId)
    if (own === undefined || handshake === undefined) return
    own.delete(packetId)
    if (own.size === 0) this.#clients.delete(clientId)
    if (handshake !== 'done') for (const repeat of handshake) repeat.abandon()
  }

  /** A clean session forgets its ids. */
  forget(clientId: string): void {
    const own = this.#clients.get(clientId)
    if (own !== undefined) for (const packetId of [...own.keys()]) this.end(clientId, packetId)
  }
}
