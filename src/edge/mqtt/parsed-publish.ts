/** A PUBLISH that a library has parsed, because it did not take the fast lane, on its way to the tables. */
import type { HookAcknowledgement } from './acknowledgement.js'
import type { DoorCore } from './door-core.js'
import type { RouteTarget } from './ingest-router.js'

export interface ParsedPublish {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: boolean
  readonly messageId?: number | undefined
}

/** Gives it to the tables as a chunk of its own; with QoS 1 or 2 the hook waits for their commit. The caller lets go of the hook. */
export function takeParsed(
  core: DoorCore,
  packet: ParsedPublish,
  targets: readonly RouteTarget[],
  clientId: string,
  device: string | null,
  receivedAtMs: number,
  hook: HookAcknowledgement,
): void {
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
  const publish = core.router.publish
  publish.bytes = payload
  publish.payloadStart = 0
  publish.payloadEnd = payload.length
  publish.topic = packet.topic
  publish.qos = packet.qos
  publish.retain = packet.retain
  publish.dup = packet.dup
  publish.packetId = packet.messageId ?? 0
  publish.clientId = clientId
  publish.device = device
  publish.receivedAtMs = receivedAtMs
  core.router.take(targets, packet.qos > 0 ? hook : undefined)
  core.router.flush()
  core.counters.publishes.add(1)
}
