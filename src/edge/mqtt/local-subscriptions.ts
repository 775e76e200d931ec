/**
 * What ordinary clients of the embedded broker are subscribed to, as its hooks and events tell. It may say yes once too often, never
 * too seldom: a publish taken by the fast lane is then handed to the broker as well.
 *
 * Subscriptions belong to the connection's client object, so that the end of a connection that was taken over cannot end those of its
 * successor. Those of a kept session whose client is away stay under its id.
 */
import { TopicTrie } from './topic-trie.js'

const TOPICS_REMEMBERED_MAX = 8192

/** A client object of the broker library, or the id of an absent client. */
type Owner = object | string

export class LocalSubscriptions {
  readonly #trie = new TopicTrie<Owner>()
  readonly #byOwner = new Map<Owner, Set<string>>()
  readonly #wanted = new Map<string, boolean>()

  add(owner: Owner, filter: string): void {
    let filters = this.#byOwner.get(owner)
    if (filters === undefined) {
      filters = new Set()
      this.#byOwner.set(owner, filters)
    }
    if (filters.has(filter)) return
    filters.add(filter)
    this.#trie.add(filter, owner)
    this.#wanted.clear()
  }

  remove(owner: Owner, filters: readonly string[]): void {
    const own = this.#byOwner.get(owner)
    if (own === undefined) return
    for (const filter of filters) if (own.delete(filter)) this.#trie.remove(filter, owner)
    if (own.size === 0) this.#byOwner.delete(owner)
    this.#wanted.clear()
  }

  /** The connection, or the kept session, is over. */
  end(owner: Owner): void {
    const own = this.#byOwner.get(owner)
    if (own !== undefined) this.remove(owner, [...own])
  }

  /** The client leaves and its session stays. */
  keep(client: object, clientId: string): void {
    for (const filter of this.#byOwner.get(client) ?? []) this.add(clientId, filter)
    this.end(client)
  }

  wants(topic: string): boolean {
    if (this.#byOwner.size === 0) return false
    let wanted = this.#wanted.get(topic)
    if (wanted === undefined) {
      wanted = this.#trie.match(topic).length > 0
      if (this.#wanted.size >= TOPICS_REMEMBERED_MAX) this.#wanted.clear()
      this.#wanted.set(topic, wanted)
    }
    return wanted
  }
}
