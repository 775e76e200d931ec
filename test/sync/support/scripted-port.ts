import { classifyFailure } from '../../../src/sync/kafka/failure.js'
import { partitionOf } from '../../../src/sync/kafka/partitioner.js'
import { type Ack, type TopicPartitionBatch, UplinkFailure, type UplinkPort, type UplinkRecord } from '../../../src/sync/kafka/port.js'

export interface LoggedRecord {
  readonly topic: string
  readonly partition: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number | null
}

/** What one send comes to: nothing (stored and acknowledged), or a failure, with the records stored or not. */
export type Turn = { readonly failure: UplinkFailure; readonly stored: boolean } | undefined

/** A Kafka error code as the port would report it. */
export function kafkaFailure(code: number): UplinkFailure {
  return classifyFailure(Object.assign(new Error(`error ${code}`), { code }), true)
}

/** The connection broke; nobody knows whether the batch was stored. */
export function cut(): UplinkFailure {
  return new UplinkFailure('connection closed', { class: 'retry', scope: 'link', kafkaCode: null, outcomeUnknown: true })
}

/** An uplink that keeps a log per topic and fails as the script says, one entry per send. */
export class ScriptedPort implements UplinkPort {
  readonly log: LoggedRecord[] = []
  readonly sends: TopicPartitionBatch[] = []
  script: (Turn | ((batch: TopicPartitionBatch) => Turn))[] = []
  /** Asked when the script is over. */
  otherwise: (batch: TopicPartitionBatch) => Turn = () => undefined
  partitions = 1
  closed = false
  missingTopics = new Set<string>()
  /** Set to hold every send until it is called. */
  beforeAnswer: (() => Promise<void>) | undefined
  private sending = false

  open(): Promise<void> {
    return Promise.resolve()
  }

  partitionCount(topic: string): Promise<number> {
    if (this.missingTopics.has(topic)) return Promise.reject(kafkaFailure(3))
    return Promise.resolve(this.partitions)
  }

  async send(batch: TopicPartitionBatch): Promise<Ack> {
    if (this.sending) throw new Error('two sends at once')
    this.sending = true
    try {
      this.sends.push(batch)
      const next = this.script.length > 0 ? this.script.shift() : this.otherwise
      const turn = typeof next === 'function' ? next(batch) : next
      if (turn === undefined || turn.stored) this.store(batch)
      await this.beforeAnswer?.()
      if (turn !== undefined) throw turn.failure
      return { topic: batch.topic, partition: batch.partition, baseOffset: null }
    } finally {
      this.sending = false
    }
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  values(): (string | null)[] {
    return this.log.map(({ value }) => value)
  }

  private store(batch: TopicPartitionBatch): void {
    for (const record of batch.records) {
      const expected = record.key === null ? undefined : partitionOf(record.key, this.partitions)
      if (expected !== undefined && expected !== batch.partition) throw new Error('record in the wrong partition')
      this.log.push({ topic: batch.topic, partition: batch.partition, ...textOf(record) })
    }
  }
}

function textOf(record: UplinkRecord) {
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('utf8'))
  return { key: text(record.key), value: text(record.value), headers: record.headers, timestampMs: record.timestampMs }
}
