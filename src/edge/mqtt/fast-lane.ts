/**
 * The fast lane: between a socket and the MQTT library behind it. A PUBLISH of QoS 0 or 1 on a topic that a table wants is decoded
 * from the receive buffer and, with QoS 1, acknowledged by us after the commit that holds its effect; every other packet passes on
 * untouched, in order. Acknowledgements leave in the order of their publishes (MQTT 3.1.1 section 4.6), many in one write, and die with the connection.
 */
import type { Clock } from '../../engine-lite/contract/clock.js'
import { Acknowledgement } from './acknowledgement.js'
import { type IngestRouter, sameBytes, type TopicRoute } from './ingest-router.js'
import { PacketFramer, type PacketVisitor } from './packet/framer.js'
import { pubacks } from './packet/puback.js'
import { PUBLISH, typeOf, uint16 } from './packet/types.js'

/** The connection a lane belongs to. */
export interface LaneOwner {
  /** As in {@link PacketVisitor.header}. */
  header(first: number, bodyBytes: number): string | undefined
  /** A packet that will pass on to the library; a text is a fault. `stop` holds back what follows it. */
  passing(type: number, bytes: Buffer, body: number, end: number): 'pass' | 'stop' | { readonly fault: string }
  /** Whether the lane may take publishes on the topic; asked once per topic. */
  mayPublish(topic: string): boolean
  /** Whether ordinary subscribers or the retained store want this publish as well. */
  wantedLocally(route: TopicRoute, retain: boolean): boolean
  publishLocally(publish: LocalPublish): void
  /** Whether a publish marked as retained is no new reading but one from the broker's store. */
  readonly retainedIsOld: boolean
  /** Bytes for the library. */
  pass(bytes: Buffer): void
  /** Our own packets for the peer. */
  send(packets: Buffer): void
  /** The connection must end: it broke the protocol (`refused`), or something it sent will never be acknowledged (`dropped`). */
  drop(reason: string, counter: 'refused' | 'dropped'): void
  readonly clientId: string
  readonly device: string | null
}

/** A publish for ordinary subscribers and the retained store; the payload is a copy. */
export interface LocalPublish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1
  readonly retain: boolean
}

export interface LaneCounts {
  readonly publishes: { add(n: number): void }
  readonly acknowledged: { add(n: number): void }
}

/** Collects lanes with released acknowledgements and writes for each once, after the commit's hooks have all run. */
export class PubackFlusher {
  #lanes: FastLane[] = []

  add(lane: FastLane): void {
    if (this.#lanes.push(lane) === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const lanes = this.#lanes
    this.#lanes = []
    for (const lane of lanes) lane.sendAcknowledgements()
  }
}

export class FastLane implements PacketVisitor {
  readonly #owner: LaneOwner
  readonly #router: IngestRouter
  readonly #flusher: PubackFlusher
  readonly #counts: LaneCounts
  readonly #clock: Clock
  readonly #framer: PacketFramer
  /** The chunk being read: what passes on of it, how much was taken, who waits. */
  #passing: Buffer | undefined
  #passFrom = 0
  #passTo = 0
  #taken = 0
  #chunkAck: ChunkAcknowledgement | undefined
  /** Chunks whose acknowledgement is not written yet, in order. */
  #waiting: ChunkAcknowledgement[] = []
  #ready: number[] = []
  #lastRoute: TopicRoute | undefined
  #routesVersion = -1
  readonly #allowed = new Map<TopicRoute, boolean>()
  #closed = false
  /** While open, publishes are taken; before, everything passes on. */
  open = false

  constructor(owner: LaneOwner, router: IngestRouter, flusher: PubackFlusher, counts: LaneCounts, clock: Clock) {
    this.#owner = owner
    this.#router = router
    this.#flusher = flusher
    this.#counts = counts
    this.#clock = clock
    this.#framer = new PacketFramer(this)
  }

  /** Reads a chunk of the socket. Returns how much of it was used: less than all when a passing packet holds back the rest. */
  receive(chunk: Buffer): number {
    this.#router.publish.receivedAtMs = this.#clock.nowMs()
    const used = this.#framer.push(chunk)
    this.#flushPassing()
    if (this.#taken > 0) {
      this.#counts.publishes.add(this.#taken)
      this.#taken = 0
      this.#router.flush()
      const ack = this.#chunkAck
      this.#chunkAck = undefined
      ack?.letGo()
    }
    if (this.#framer.fault !== undefined) this.#owner.drop(this.#framer.fault, 'refused')
    return used
  }

  /** The connection is gone: nothing pending will be acknowledged on it. */
  close(): void {
    this.#closed = true
    this.#waiting = []
    this.#ready = []
  }

  /** Publishes received with QoS 1 and not acknowledged yet. */
  get unacknowledged(): number {
    let count = this.#ready.length
    for (const ack of this.#waiting) count += ack.packetIds.length
    return count
  }

  header(first: number, bodyBytes: number): string | undefined {
    return this.#owner.header(first, bodyBytes)
  }

  packet(bytes: Buffer, start: number, body: number, end: number): boolean {
    if (this.#closed) return false
    const type = typeOf(bytes[start]!)
    if (type === PUBLISH && this.open) {
      const outcome = this.#publish(bytes, bytes[start]!, body, end)
      if (outcome === 'taken') return true
      if (outcome !== 'pass') {
        this.#framer.fault = outcome
        return false
      }
    }
    const passing = this.#owner.passing(type, bytes, body, end)
    if (typeof passing === 'object') {
      this.#framer.fault = passing.fault
      return false
    }
    if (this.#passing === bytes && this.#passTo === start) this.#passTo = end
    else {
      this.#flushPassing()
      this.#passing = bytes
      this.#passFrom = start
      this.#passTo = end
    }
    return passing === 'pass'
  }

  #flushPassing(): void {
    const bytes = this.#passing
    if (bytes === undefined) return
    this.#passing = undefined
    if (!this.#closed) this.#owner.pass(bytes.subarray(this.#passFrom, this.#passTo))
  }

  /** `taken`, `pass`, or the fault it is. */
  #publish(bytes: Buffer, first: number, body: number, end: number): string {
    const qos = (first >>> 1) & 3
    if (qos === 3) return 'a PUBLISH has QoS 3'
    if (end - body < 2) return 'a PUBLISH is too short'
    const topicEnd = body + 2 + uint16(bytes, body)
    const payloadStart = qos === 0 ? topicEnd : topicEnd + 2
    if (payloadStart > end) return 'a PUBLISH is too short'
    const packetId = qos === 0 ? 0 : uint16(bytes, topicEnd)
    if (qos > 0 && packetId === 0) return 'a PUBLISH has packet id 0'
    const route = this.#route(bytes, body + 2, topicEnd)
    if (route.fault !== undefined) return `\`${route.topic.slice(0, 80)}\` is no topic: ${route.fault}`
    if (qos === 2 || route.targets.length === 0) return 'pass'
    if (!this.#mayPublish(route)) return `it may not publish on \`${route.topic}\``
    this.#take(bytes, first, payloadStart, end, packetId, route)
    return 'taken'
  }

  #take(bytes: Buffer, first: number, payloadStart: number, end: number, packetId: number, route: TopicRoute): void {
    const qos = packetId === 0 ? 0 : 1
    const retain = (first & 1) === 1
    const publish = this.#router.publish
    publish.bytes = bytes
    publish.payloadStart = payloadStart
    publish.payloadEnd = end
    publish.topic = route.topic
    publish.qos = qos
    publish.retain = retain
    publish.dup = (first & 8) === 8
    publish.packetId = packetId
    publish.clientId = this.#owner.clientId
    publish.device = this.#owner.device
    this.#taken++
    let ack: ChunkAcknowledgement | undefined
    if (qos === 1) {
      ack = this.#chunkAck
      if (ack === undefined) {
        ack = new ChunkAcknowledgement(this)
        this.#chunkAck = ack
        this.#waiting.push(ack)
      }
      ack.packetIds.push(packetId)
    }
    if (this.#owner.wantedLocally(route, retain)) {
      const local: LocalPublish = { topic: route.topic, payload: Buffer.from(bytes.subarray(payloadStart, end)), qos, retain }
      if (ack === undefined) this.#owner.publishLocally(local)
      else ack.local.push(local)
    }
    const targets = retain && this.#owner.retainedIsOld ? route.targets.filter((target) => target.binding.retained) : route.targets
    this.#router.take(targets, ack)
  }

  #route(bytes: Buffer, start: number, end: number): TopicRoute {
    if (this.#routesVersion !== this.#router.version) {
      this.#routesVersion = this.#router.version
      this.#lastRoute = undefined
      this.#allowed.clear()
    }
    const last = this.#lastRoute
    if (last !== undefined && sameBytes(last.bytes, bytes, start, end)) return last
    const route = this.#router.route(bytes, start, end)
    this.#lastRoute = route
    return route
  }

  #mayPublish(route: TopicRoute): boolean {
    let allowed = this.#allowed.get(route)
    if (allowed === undefined) {
      allowed = this.#owner.mayPublish(route.topic)
      if (this.#allowed.size >= TOPICS_REMEMBERED_MAX) this.#allowed.clear()
      this.#allowed.set(route, allowed)
    }
    return allowed
  }

  /** A chunk is durable. Those before it may not be: acknowledgements keep their order. */
  released(): void {
    if (this.#closed) return
    const before = this.#ready.length
    while (this.#waiting[0]?.durable === true) {
      const ack = this.#waiting.shift()!
      for (const local of ack.local) this.#owner.publishLocally(local)
      for (const id of ack.packetIds) this.#ready.push(id)
    }
    if (before === 0 && this.#ready.length > 0) this.#flusher.add(this)
  }

  abandoned(): void {
    if (!this.#closed) this.#owner.drop('its readings were not committed', 'dropped')
  }

  sendAcknowledgements(): void {
    const ready = this.#ready
    if (ready.length === 0 || this.#closed) return
    this.#ready = []
    this.#counts.acknowledged.add(ready.length)
    this.#owner.send(pubacks(ready))
  }
}

/** Topics per connection whose permission is remembered. */
const TOPICS_REMEMBERED_MAX = 1000

/** The QoS 1 publishes of one chunk of one connection. */
class ChunkAcknowledgement extends Acknowledgement {
  readonly packetIds: number[] = []
  readonly local: LocalPublish[] = []
  durable = false
  readonly #lane: FastLane

  constructor(lane: FastLane) {
    super()
    this.#lane = lane
  }

  protected override released(): void {
    this.durable = true
    this.#lane.released()
  }

  protected override abandoned(): void {
    this.#lane.abandoned()
  }
}
