/**
 * What ordinary clients of the embedded broker are subscribed to, as its hooks and events tell. It may say yes once too often, never
 * too seldom: a publish taken by the fast lane is then handed to the broker as well.
 */
import { TopicTrie } from './topic-trie.js'

const TOPICS_REMEMBERED_MAX = 8192

export class LocalSubscriptions {
  readonly #trie = new TopicTrie<string>()
  readonly #byClient = new Map<string, Set<string>>()
  readonly #wanted = new Map<string, boolean>()

  add(clientId: string, filter: string): void {
    let filters = this.#byClient.get(clientId)
    if (filters === undefined) {
      filters = new Set()
      this.#byClient.set(clientId, filters)
    }
    if (filters.has(filter)) return
    filters.add(filter)
    this.#trie.add(filter, clientId)
    this.#wanted.clear()
  }

  remove(clientId: string, filters: readonly string[]): void {
    const own = this.#byClient.get(clientId)
    if (own === undefined) return
    for (const filter of filters) if (own.delete(filter)) this.#trie.remove(filter, clientId)
    if (own.size === 0) this.#byClient.delete(clientId)
    this.#wanted.clear()
  }

  /** A session has ended. */
  removeClient(clientId: string): void {
    const own = this.#byClient.get(clientId)
    if (own !== undefined) this.remove(clientId, [...own])
  }

  wants(topic: string): boolean {
    if (this.#byClient.size === 0) return false
    let wanted = this.#wanted.get(topic)
    if (wanted === undefined) {
      wanted = this.#trie.match(topic).length > 0
      if (this.#wanted.size >= TOPICS_REMEMBERED_MAX) this.#wanted.clear()
      this.#wanted.set(topic, wanted)
    }
    return wanted
  }
}
