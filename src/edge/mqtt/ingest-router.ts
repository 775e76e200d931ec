/** From topics to the tables that want them. Topics are looked up by their bytes; what was found is kept, within bounds. */
import type { Acknowledgement } from './acknowledgement.js'
import type { IngestBinding, Publish } from './ingest.js'
import { checkFilter, topicFault } from './topic-filter.js'
import { TopicTrie } from './topic-trie.js'

export interface RouteTarget {
  readonly binding: IngestBinding
  readonly prepared: unknown
}

/** What is known of one topic. */
export interface TopicRoute {
  readonly bytes: Uint8Array
  readonly topic: string
  readonly targets: readonly RouteTarget[]
  /** Why the topic is not one. */
  readonly fault: string | undefined
}

/** Topics remembered, in pairs per hash; the older of a pair gives way. */
const ROUTES_MAX = 16_384

export class IngestRouter {
  readonly #trie = new TopicTrie<IngestBinding>()
  readonly #bindings = new Set<IngestBinding>()
  #routes: (TopicRoute | undefined)[] = new Array(ROUTES_MAX)
  readonly #touched: IngestBinding[] = []
  /** Rises with every binding and unbinding: routes found before are void. */
  version = 0
  /** Reused for every publish of every connection. */
  readonly publish: Publish = {
    bytes: new Uint8Array(0),
    payloadStart: 0,
    payloadEnd: 0,
    topic: '',
    qos: 0,
    retain: false,
    dup: false,
    packetId: 0,
    clientId: '',
    device: null,
    receivedAtMs: 0,
  }

  /** @throws MillraceError M0105 */
  bind(binding: IngestBinding): void {
    checkFilter(binding.filter)
    this.#trie.add(binding.filter, binding)
    this.#bindings.add(binding)
    this.#forget()
  }

  unbind(binding: IngestBinding): void {
    this.#trie.remove(binding.filter, binding)
    this.#bindings.delete(binding)
    this.#forget()
  }

  #forget(): void {
    this.version++
    this.#routes = new Array(ROUTES_MAX)
  }

  get bindings(): ReadonlySet<IngestBinding> {
    return this.#bindings
  }

  /** The route of the topic name in `bytes[start, end)`. */
  route(bytes: Uint8Array, start: number, end: number): TopicRoute {
    let hash = 0x811c9dc5
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const at = (hash ^ (hash >>> 15)) & (ROUTES_MAX - 2)
    const first = this.#routes[at]
    if (first !== undefined && sameBytes(first.bytes, bytes, start, end)) return first
    const second = this.#routes[at + 1]
    if (second !== undefined && sameBytes(second.bytes, bytes, start, end)) return second
    const route = this.#find(bytes, start, end)
    this.#routes[at + 1] = first
    this.#routes[at] = route
    return route
  }

  #find(bytes: Uint8Array, start: number, end: number): TopicRoute {
    const own = Uint8Array.prototype.slice.call(bytes, start, end)
    const topic = new TextDecoder().decode(own)
    const fault = topicFault(topic)
    return { bytes: own, topic, fault, targets: fault === undefined ? this.targets(topic) : [] }
  }

  /** Tables that want a topic. */
  targets(topic: string): readonly RouteTarget[] {
    return this.#trie.match(topic).map((binding) => ({ binding, prepared: binding.prepare(topic) }))
  }

  /** Gives {@link publish} to every table of the route. Call {@link flush} at the end of the chunk. */
  take(targets: readonly RouteTarget[], acknowledgement: Acknowledgement | undefined): void {
    for (let i = 0; i < targets.length; i++) {
      const { binding, prepared } = targets[i]!
      binding.take(this.publish, prepared, acknowledgement)
      if (!this.#touched.includes(binding)) this.#touched.push(binding)
    }
  }

  flush(): void {
    const touched = this.#touched
    for (let i = 0; i < touched.length; i++) touched[i]!.flush()
    touched.length = 0
  }
}

/** Whether `bytes[start, end)` are these. From the end: topics of one table differ there. */
export function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (known.length !== length) return false
  for (let i = length - 1; i >= 0; i--) if (known[i] !== bytes[start + i]) return false
  return true
}
