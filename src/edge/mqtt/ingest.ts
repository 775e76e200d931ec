/**
 * What a door and a table's source agree on. The door owns sockets, framing and acknowledgements; the binding owns decoding,
 * metadata columns and the delivery to the engine. Everything in {@link IngestBinding} but `connected` is on the hot path.
 */
import type { Acknowledgement } from './acknowledgement.js'

/** One PUBLISH in the receive buffer. The door reuses one object for all: read it during `take`, never keep it. */
export interface Publish {
  bytes: Uint8Array
  payloadStart: number
  payloadEnd: number
  topic: string
  qos: 0 | 1 | 2
  retain: boolean
  dup: boolean
  /** 0 for QoS 0. */
  packetId: number
  /** Whose packet ids these are: the device's client id on the embedded broker, the door's name behind an external one. */
  clientId: string
  /** The device's client id, where it is known. */
  device: string | null
  /** Epoch ms of the chunk it came in. */
  receivedAtMs: number
}

export interface IngestBinding {
  /** Without named levels: `plant/+/+/telemetry`. */
  readonly filter: string
  /** What is asked of an external broker. QoS 2 is never asked: a crash between PUBREC and PUBREL would lose the message. */
  readonly qos: 0 | 1
  /** Takes messages that an external broker sends from its retained store, too. */
  readonly retained: boolean
  /** What the binding wants to know of a topic, computed once per topic and handed back with every publish on it. */
  prepare(topic: string): unknown
  /** Decodes one publish into the delivery being filled. Never throws for a bad payload. */
  take(publish: Publish, prepared: unknown, acknowledgement: Acknowledgement | undefined): void
  /** The chunk is over: hand the rows taken since the last call to the engine. */
  flush(): void
  /** The door's link is up and the subscription stands, or not. */
  connected(up: boolean): void
}

/** Ends a binding. Connections with readings it had not committed are dropped, so that MQTT redelivers them. */
export type Unbind = () => void
