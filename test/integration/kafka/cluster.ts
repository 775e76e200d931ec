/**
 * One or three real Kafka brokers (KRaft, both roles in one process) on free loopback ports, in temporary directories.
 * Measured: one broker takes produce requests 3 s after the start, three of them 8–13 s; 150 and 300 MB each.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { sleep } from '../../sync/support/real-clock.js'
import { Broker, type BrokerPlace, freePorts } from './broker.js'
import type { FaultProxy } from './fault-proxy.js'
import { jarsOf } from './jars.js'

export interface ClusterOptions {
  readonly version: string
  readonly brokers: 1 | 3
  /** Properties for every broker. */
  readonly extra?: Readonly<Record<string, string>>
  readonly formatArguments?: readonly string[]
  /** Clients are sent through these, one per broker. */
  readonly proxies?: readonly FaultProxy[]
}

const READY_TIMEOUT_MS = 60_000

export class KafkaCluster {
  private constructor(
    private readonly directory: string,
    readonly brokers: readonly Broker[],
  ) {}

  static async start(options: ClusterOptions): Promise<KafkaCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-kafka-'))
    const ports = await freePorts(options.brokers * 3)
    const places: BrokerPlace[] = Array.from({ length: options.brokers }, (_, index) => ({
      nodeId: index + 1,
      port: ports[index * 3]!,
      controllerPort: ports[index * 3 + 1]!,
      peerPort: ports[index * 3 + 2]!,
      advertisedPort: options.proxies?.[index]?.port ?? ports[index * 3]!,
    }))
    places.forEach(({ port }, index) => {
      options.proxies?.[index]?.aimAt(port)
    })
    // The format tool takes an id that begins with a hyphen for an option.
    const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString('base64url')
    const brokers = places.map(
      (place) =>
        new Broker({
          jars: jarsOf(options.version),
          directory: join(directory, `broker-${place.nodeId}`),
          clusterId,
          place,
          places,
          extra: options.extra ?? {},
          formatArguments: options.formatArguments ?? [],
        }),
    )
    const cluster = new KafkaCluster(directory, brokers)
    try {
      for (const broker of brokers) broker.start()
      await cluster.untilReady()
    } catch (thrown) {
      await cluster.close()
      throw thrown
    }
    return cluster
  }

  /** Addresses as clients use them. */
  get addresses(): string[] {
    return this.brokers.map(({ setup }) => `127.0.0.1:${setup.place.advertisedPort}`)
  }

  /** Addresses past any proxy, for readers. */
  get directAddresses(): string[] {
    return this.brokers.map(({ setup }) => `127.0.0.1:${setup.place.port}`)
  }

  /** The listener brokers use among themselves: PLAINTEXT, past TLS and logins. */
  get peerAddresses(): string[] {
    return this.brokers.map(({ setup }) => `127.0.0.1:${setup.place.peerPort}`)
  }

  async createTopic(topic: string, partitions: number, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const replicationFactor = this.brokers.length
    await this.withAdmin((admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic,
            numPartitions: partitions,
            replicationFactor,
            configEntries: Object.entries({ 'min.insync.replicas': replicationFactor > 1 ? '2' : '1', ...config }).map(([name, value]) => ({
              name,
              value,
            })),
          },
        ],
      }),
    )
    await this.untilInSync(topic)
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.withAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
  }

  /** Node ids of the leaders by partition. */
  async leaders(topic: string): Promise<number[]> {
    const { topics } = await this.withAdmin((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
    return [...topics[0]!.partitions].sort((a, b) => a.partitionId - b.partitionId).map(({ leader }) => leader)
  }

  /** Stops and starts one broker after the other, each only when all replicas are in sync again. */
  async rollingRestart(topic: string): Promise<void> {
    for (const broker of this.brokers) {
      await broker.stop('SIGTERM')
      broker.start()
      await this.untilReady()
      await this.untilInSync(topic)
    }
  }

  async untilReady(): Promise<void> {
    await this.until('all brokers are up', (admin) => admin.describeCluster().then(({ brokers }) => brokers.length === this.brokers.length))
  }

  async untilInSync(topic: string): Promise<void> {
    await this.until(`${topic} is in sync`, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]!.partitions.every(({ isr }) => isr.length === this.brokers.length)
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stop('SIGKILL')))
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async until(what: string, holds: (admin: kafkajs.Admin) => Promise<boolean>): Promise<void> {
    const endMs = Date.now() + READY_TIMEOUT_MS
    let last: unknown = 'not yet'
    while (Date.now() < endMs) {
      try {
        if (await this.withAdmin(holds)) return
      } catch (thrown) {
        last = thrown
      }
      await sleep(200)
    }
    throw new Error(`not within ${READY_TIMEOUT_MS} ms: ${what} (${last})\n${this.brokers.map((broker) => broker.logTail()).join('\n')}`)
  }

  private async withAdmin<T>(ask: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    const kafka = new kafkajs.Kafka({
      brokers: this.peerAddresses,
      clientId: 'test-admin',
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 2 },
    })
    const admin = kafka.admin()
    await admin.connect()
    try {
      return await ask(admin)
    } finally {
      await admin.disconnect()
    }
  }
}
