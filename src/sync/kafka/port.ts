/**
 * The door to the cloud as the shipper sees it: batches go out, acknowledgements come back, failures come classified. Kafka is behind it
 * in production, an append-only file in tests and on gateways without a broker.
 *
 * Call order: `open`, then any number of `partitionCount` and `send`, one outstanding `send` at a time, then `close`. After a failure the
 * port may be used again at once: it has thrown away whatever was doubtful.
 */

/** One record, ready to be written. */
export interface UplinkRecord {
  /** null: the topic's keyless records; they keep their order within the batch. */
  readonly key: Uint8Array | null
  /** null: tombstone. */
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
  /** Epoch ms for the record's timestamp; null: the time of sending. */
  readonly timestampMs: number | null
}

/** What one `send` carries: records of exactly one topic-partition, in order. */
export interface TopicPartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly UplinkRecord[]
}

/** All records of the batch are stored, as the settings of the topic define stored. */
export interface Ack {
  readonly topic: string
  readonly partition: number
  /** Offset of the first record, where the broker tells. */
  readonly baseOffset: bigint | null
}

/**
 * What to do about a failure.
 * - `retry`: the cluster is not ready; the same rows again after a back-off.
 * - `recycle`: the producer's state is doubtful; the same rows again with a new one.
 * - `split`: the batch is too large; halve it, and give up on a single record that is.
 * - `dead-letter`: one of the records will never be taken; find it by halving and set it aside.
 * - `pause`: somebody must act (credentials, certificates, permissions); long back-off, nothing is dropped.
 * - `fatal`: configuration and cluster do not fit together; as `pause`, and said loudly.
 */
export type FailureClass = 'retry' | 'recycle' | 'split' | 'dead-letter' | 'pause' | 'fatal'

/** How far a failure reaches: everything, one topic, or one partition of it. Others go on. */
export type FailureScope = 'link' | 'topic' | 'partition'

export interface UplinkFailureDetails {
  readonly class: FailureClass
  readonly scope: FailureScope
  /** Kafka's numeric error code; null where the failure is of the transport. */
  readonly kafkaCode: number | null
  /** Whether the records may be stored in spite of the failure. */
  readonly outcomeUnknown: boolean
  readonly cause?: unknown
}

/** The only thing an uplink rejects with. It is a verdict for the shipper, not for users: what they see is the status. */
export class UplinkFailure extends Error {
  override readonly name = 'UplinkFailure'
  readonly class: FailureClass
  readonly scope: FailureScope
  readonly kafkaCode: number | null
  readonly outcomeUnknown: boolean

  constructor(text: string, details: UplinkFailureDetails) {
    super(text, details.cause === undefined ? undefined : { cause: details.cause })
    this.class = details.class
    this.scope = details.scope
    this.kafkaCode = details.kafkaCode
    this.outcomeUnknown = details.outcomeUnknown
  }
}

export interface UplinkPort {
  /** Reaches out once. @throws UplinkFailure; the port may be opened again. */
  open(): Promise<void>
  /** @throws UplinkFailure */
  partitionCount(topic: string): Promise<number>
  /** Resolves when every record of the batch is stored. @throws UplinkFailure */
  send(batch: TopicPartitionBatch): Promise<Ack>
  /** Ends all connections. A send that is under way fails. Never rejects. */
  close(): Promise<void>
}

/** The same contract by the name the design gives to its main implementation. */
export type KafkaPort = UplinkPort
