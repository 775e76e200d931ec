/**
 * Kafka through kafkajs 2.2.4, used so that what it acknowledges is stored. Left to itself it acknowledges records that are in no log:
 * when a partition moves while a send to several partitions waits, when an idempotent producer goes on after a rejected send, and when
 * several sends are under way. The rules below rule these out; `test/integration/kafka` shows them with and without.
 *
 * 1. One outstanding send. 2. One topic-partition per send, chosen by the caller. 3. After any rejection the producer is thrown away,
 * sockets included; the next send has a new one, with a new producer id. 4. An acknowledgement counts only if it names exactly the sent
 * topic-partition. 5. acks −1, idempotent, no creation of topics, own timeouts, few retries inside. 6. Failures are told apart by Kafka's
 * number. 7. Idle connections are closed, since the library polls them. 8. No send after a failed connect.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Admin, Kafka, Producer, RecordMetadata } from 'kafkajs'
import type { Cancel, Clock } from '../../engine-lite/contract/clock.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { Logger } from '../../engine-lite/contract/metric.js'
import { classifyFailure, withoutSend, wrongClock } from './failure.js'
import type { KafkaOptions } from './options.js'
import { type Ack, type KafkaPort, type TopicPartitionBatch, UplinkFailure, type UplinkRecord } from './port.js'
import { SocketGate } from './socket-gate.js'

/** How long a partition count is believed, ms. */
const PARTITION_COUNT_AGE_MS = 300_000
/** Grace for an orderly goodbye, ms. */
const DISCONNECT_TIMEOUT_MS = 2_000

export interface KafkajsAdapterParts {
  readonly clock: Clock
  readonly log: Logger
}

/** One producer with all it owns. Never reused after a failure. */
interface Generation {
  readonly kafka: Kafka
  readonly producer: Producer
  readonly gate: SocketGate
  connected: boolean
}

interface PartitionCount {
  readonly count: number
  readonly askedAtMs: number
}

type Library = typeof import('kafkajs')

export class KafkajsAdapter implements KafkaPort {
  private library: Library | undefined
  private generation: Generation | undefined
  private sending = false
  private cancelIdle: Cancel | undefined
  private readonly partitionCounts = new Map<string, PartitionCount>()
  private readonly lastOffsets = new Map<string, bigint>()

  constructor(
    private readonly options: KafkaOptions,
    private readonly parts: KafkajsAdapterParts,
  ) {}

  async open(): Promise<void> {
    await this.guarded(async () => {
      await this.connectedProducer()
    })
  }

  async partitionCount(topic: string): Promise<number> {
    const nowMs = this.parts.clock.monotonicMs()
    const known = this.partitionCounts.get(topic)
    if (known !== undefined && nowMs - known.askedAtMs < PARTITION_COUNT_AGE_MS) return known.count
    return await this.guarded(async () => {
      const { kafka } = await this.currentGeneration()
      const count = await this.within(this.sendTimeoutMs, askPartitionCount(kafka.admin({ retry: RETRIES_INSIDE }), topic))
      this.partitionCounts.set(topic, { count, askedAtMs: nowMs })
      return count
    })
  }

  async send(batch: TopicPartitionBatch): Promise<Ack> {
    let sent = false
    try {
      return await this.guarded(async () => {
        const producer = await this.connectedProducer()
        const messages = batch.records.map((record) => this.toMessage(record, batch.partition))
        const compression = this.options.compression === 'none' ? 0 : 1
        sent = true
        // The broker gives up waiting for its replicas before we give up waiting for the broker, so that it can say so.
        const timeout = Math.floor(this.requestTimeoutMs * 0.8)
        const request = { topic: batch.topic, acks: -1, timeout, compression, messages }
        return this.accept(batch, await this.within(this.sendTimeoutMs, producer.send(request)))
      }, batch)
    } catch (failure) {
      throw sent ? failure : withoutSend(failure)
    }
  }

  async close(): Promise<void> {
    this.cancelIdle?.()
    const generation = this.generation
    this.generation = undefined
    if (generation !== undefined) await this.sayGoodbye(generation)
  }

  private get requestTimeoutMs(): number {
    return this.options.requestTimeoutMs ?? 30_000
  }

  private get sendTimeoutMs(): number {
    return this.options.sendTimeoutMs ?? 60_000
  }

  /** Rules 1, 3, 6 and 7 around anything that talks to the cluster. */
  private async guarded<T>(talk: () => Promise<T>, batch?: TopicPartitionBatch): Promise<T> {
    if (this.sending) throw new MillraceError('R0001', 'a second request while one is outstanding on the same uplink')
    this.sending = true
    this.cancelIdle?.()
    try {
      return await talk()
    } catch (thrown) {
      this.throwAway()
      if (batch !== undefined) this.partitionCounts.delete(batch.topic)
      throw wrongClock(classifyFailure(thrown, batch !== undefined), batch)
    } finally {
      this.sending = false
      if (this.generation !== undefined) {
        this.cancelIdle = this.parts.clock.schedule(this.options.idleDisconnectMs ?? 30_000, () => this.leaveIdle())
      }
    }
  }

  private async currentGeneration(): Promise<Generation> {
    this.library ??= await loadLibrary()
    this.generation ??= this.newGeneration(this.library)
    return this.generation
  }

  private async connectedProducer(): Promise<Producer> {
    const generation = await this.currentGeneration()
    if (!generation.connected) {
      await this.within(this.sendTimeoutMs, generation.producer.connect())
      generation.connected = true
    }
    return generation.producer
  }

  private newGeneration(library: Library): Generation {
    const { brokers, clientId, tls, connectTimeoutMs } = this.options
    const sasl = this.options.readSasl?.() ?? this.options.sasl
    const gate = new SocketGate()
    const kafka = new library.Kafka({
      brokers: [...brokers],
      clientId,
      ...(tls === undefined ? {} : { ssl: { ...tls } }),
      ...(sasl === undefined ? {} : { sasl: toSasl(sasl) }),
      connectionTimeout: connectTimeoutMs ?? 15_000,
      authenticationTimeout: connectTimeoutMs ?? 15_000,
      requestTimeout: this.requestTimeoutMs,
      enforceRequestTimeout: true,
      retry: RETRIES_INSIDE,
      socketFactory: gate.open,
      logLevel: library.logLevel.WARN,
      // The shipper reports failures; the library's own lines are for whoever looks into one.
      logCreator: () => (entry) => this.parts.log.debug({ ...entry.log, source: 'kafkajs' }, entry.log.message),
    })
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: RETRIES_INSIDE,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    })
    return { kafka, producer, gate, connected: false }
  }

  private toMessage(record: UplinkRecord, partition: number) {
    return {
      key: record.key === null ? null : asBuffer(record.key),
      value: record.value === null ? null : asBuffer(record.value),
      headers: record.headers,
      partition,
      timestamp: String(record.timestampMs ?? this.parts.clock.nowMs()),
    }
  }

  /** Rule 4. Also looks whether offsets rise: a log that lost its end, or a topic made anew, is worth an alarm. */
  private accept(batch: TopicPartitionBatch, result: readonly RecordMetadata[]): Ack {
    const { topic, partition } = batch
    const [only] = result
    if (result.length !== 1 || only?.topicName !== topic || only.partition !== partition || only.errorCode !== 0) {
      const named = result.map((entry) => `${entry.topicName}-${entry.partition}`).join(', ') || 'nothing'
      throw new UplinkFailure(`the acknowledgement names ${named} instead of ${topic}-${partition}`, {
        class: 'recycle',
        scope: 'partition',
        kafkaCode: null,
        outcomeUnknown: true,
      })
    }
    const baseOffset = only.baseOffset === undefined ? null : BigInt(only.baseOffset)
    if (baseOffset !== null) this.watchOffset(`${topic}-${partition}`, baseOffset)
    return { topic, partition, baseOffset }
  }

  private watchOffset(name: string, baseOffset: bigint): void {
    const last = this.lastOffsets.get(name)
    if (last !== undefined && baseOffset <= last) {
      this.parts.log.warn(
        { topicPartition: name, baseOffset: String(baseOffset), lastOffset: String(last) },
        'offsets of the topic went back: it was made anew, or the cluster lost its end',
      )
    }
    this.lastOffsets.set(name, baseOffset)
  }

  private throwAway(): void {
    const generation = this.generation
    this.generation = undefined
    if (generation === undefined) return
    generation.gate.close()
    // Ends the library's polling; whatever it still says about its dead connections is of no interest.
    generation.producer.disconnect().catch(() => {})
  }

  private leaveIdle(): void {
    if (this.sending || this.generation === undefined) return
    const generation = this.generation
    this.generation = undefined
    void this.sayGoodbye(generation)
  }

  private async sayGoodbye(generation: Generation): Promise<void> {
    try {
      await this.within(DISCONNECT_TIMEOUT_MS, generation.producer.disconnect())
    } catch (thrown) {
      this.parts.log.debug({ error: String(thrown) }, 'disconnect failed')
    }
    generation.gate.close()
  }

  /** The library's own time limits do not cover every way to hang. */
  private within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.parts.clock.schedule(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)))
      promise.then(resolve, reject).finally(cancel)
    })
  }
}

/** Enough for a leader that moves; everything longer is the shipper's back-off. An idempotent producer refuses 0. */
const RETRIES_INSIDE = { retries: 3, initialRetryTime: 150, maxRetryTime: 1_000 }

async function loadLibrary(): Promise<Library> {
  const library = (await import('kafkajs')).default
  // The table is global in the library. Level 1: four fifths of the gain of level 6 at half its time.
  const compress = promisify(gzip)
  const { decompress } = library.CompressionCodecs[library.CompressionTypes.GZIP]()
  library.CompressionCodecs[library.CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer, { level: 1 }),
    decompress,
  })
  return library
}

async function askPartitionCount(admin: Admin, topic: string): Promise<number> {
  try {
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0
    if (count > 0) return count
    throw new UplinkFailure(`topic ${topic} has no partitions`, { class: 'retry', scope: 'topic', kafkaCode: 3, outcomeUnknown: false })
  } finally {
    await admin.disconnect()
  }
}

function toSasl({ mechanism, username, password }: NonNullable<KafkaOptions['sasl']>) {
  if (mechanism === 'plain') return { mechanism, username, password } as const
  if (mechanism === 'scram-sha-256') return { mechanism, username, password } as const
  return { mechanism, username, password } as const
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
