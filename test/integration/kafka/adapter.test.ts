/** The kafkajs adapter against a real broker, behind a link that can be broken. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KafkajsAdapter } from '../../../src/sync/kafka/kafkajs-adapter.js'
import type { KafkaOptions } from '../../../src/sync/kafka/options.js'
import type { UplinkFailure, UplinkRecord } from '../../../src/sync/kafka/port.js'
import { kafkaPortSuite } from '../../contract/kafka-port.suite.js'
import { type LogLine, realClock, recordingLog, sleep } from '../../sync/support/real-clock.js'
import { KafkaCluster } from './cluster.js'
import { describeKafka } from './describe-kafka.js'
import { FaultProxy } from './fault-proxy.js'
import { readTopic } from './reader.js'

const text = (value: string): UplinkRecord => ({ key: Buffer.from(value), value: Buffer.from(value), headers: {}, timestampMs: null })

describeKafka('the adapter', (version) => {
  let cluster: KafkaCluster
  let proxy: FaultProxy
  const adapters: KafkajsAdapter[] = []

  beforeAll(async () => {
    proxy = await FaultProxy.start()
    cluster = await KafkaCluster.start({ version, brokers: 1, proxies: [proxy] })
  })

  afterAll(async () => {
    await Promise.all(adapters.map((adapter) => adapter.close()))
    await proxy?.close()
    await cluster?.close()
  })

  function adapter(options: Partial<KafkaOptions> = {}, lines: LogLine[] = []): KafkajsAdapter {
    const made = new KafkajsAdapter(
      { brokers: cluster.addresses, clientId: 'gw', connectTimeoutMs: 1_000, requestTimeoutMs: 1_500, sendTimeoutMs: 6_000, ...options },
      { clock: realClock, log: recordingLog(lines) },
    )
    adapters.push(made)
    return made
  }

  async function topic(partitions = 1, config: Record<string, string> = {}): Promise<string> {
    const name = `t-${randomUUID()}`
    await cluster.createTopic(name, partitions, config)
    return name
  }

  const values = async (name: string) => (await readTopic(cluster.directAddresses, name)).map(({ value }) => value)

  async function failureOf(promise: Promise<unknown>): Promise<UplinkFailure> {
    return await promise.then(
      () => {
        throw new Error('was acknowledged')
      },
      (failure: UplinkFailure) => failure,
    )
  }

  kafkaPortSuite(`the adapter on Kafka ${version}`, async () => {
    const name = await topic()
    return {
      port: adapter(),
      topic: name,
      missingTopic: `missing-${randomUUID()}`,
      stored: async () => (await readTopic(cluster.directAddresses, name)).map(({ key, value, headers }) => ({ key, value, headers })),
    }
  })

  it('sends to the partition it was told', async () => {
    const name = await topic(3)
    const port = adapter()
    expect(await port.partitionCount(name)).toBe(3)
    for (const partition of [2, 0, 1]) await port.send({ topic: name, partition, records: [text(`p${partition}`)] })
    const stored = await readTopic(cluster.directAddresses, name)
    expect(stored.map(({ partition, value }) => [partition, value])).toEqual([
      [0, 'p0'],
      [1, 'p1'],
      [2, 'p2'],
    ])
  })

  it('after a lost acknowledgement goes on with a new producer, and what it acknowledges then is stored', async () => {
    const name = await topic()
    const port = adapter()
    await port.send({ topic: name, partition: 0, records: [text('before')] })
    proxy.set('cut-answers')
    const failure = await failureOf(port.send({ topic: name, partition: 0, records: [text('unknown')] }))
    proxy.set('pass')
    expect(failure).toMatchObject({ scope: 'link', outcomeUnknown: true })
    // With the old producer this very send, of the same number of records, would be acknowledged and stored nowhere.
    await port.send({ topic: name, partition: 0, records: [text('after')] })
    const stored = await values(name)
    expect(stored.filter((value) => value === 'after')).toEqual(['after'])
    expect(stored[0]).toBe('before')
  })

  it('gives up on a link that is frozen, and a late retry of the old producer never lands', async () => {
    const name = await topic()
    const port = adapter({ sendTimeoutMs: 2_500 })
    await port.send({ topic: name, partition: 0, records: [text('before')] })
    proxy.set('freeze')
    const failure = await failureOf(port.send({ topic: name, partition: 0, records: [text('frozen')] }))
    expect(failure).toMatchObject({ scope: 'link', outcomeUnknown: true })
    proxy.set('pass')
    await port.send({ topic: name, partition: 0, records: [text('newer')] })
    await sleep(4_000)
    expect(await values(name)).toEqual(['before', 'newer'])
  })

  it('says that the broker is away, and that nothing can be stored then', async () => {
    const port = adapter()
    proxy.set('down')
    const failure = await failureOf(port.open())
    const refused = await failureOf(port.send({ topic: 'x', partition: 0, records: [text('x')] }))
    proxy.set('pass')
    expect(failure).toMatchObject({ class: 'retry', scope: 'link', outcomeUnknown: false })
    expect(refused).toMatchObject({ scope: 'link', outcomeUnknown: false })
    await port.open()
  })

  it('classifies a batch that is too large, and goes on', async () => {
    const name = await topic(1, { 'max.message.bytes': '2000' })
    const port = adapter({ compression: 'none' })
    const failure = await failureOf(port.send({ topic: name, partition: 0, records: [text('x'.repeat(5_000))] }))
    expect(failure).toMatchObject({ class: 'split', kafkaCode: 10, outcomeUnknown: false })
    await port.send({ topic: name, partition: 0, records: [text('small')] })
    expect(await values(name)).toEqual(['small'])
  })

  it('classifies a record without key in a compacted topic as its own fault', async () => {
    const name = await topic(1, { 'cleanup.policy': 'compact' })
    const record = { ...text('v'), key: null }
    expect(await failureOf(adapter().send({ topic: name, partition: 0, records: [record] }))).toMatchObject({
      class: 'dead-letter',
      kafkaCode: 87,
    })
  })

  it('takes a refused time of sending for a wrong clock, a refused time of the record for its fault', async () => {
    const name = await topic(1, { 'message.timestamp.after.max.ms': '1000', 'message.timestamp.before.max.ms': '1000' })
    const early = { ...realClock, nowMs: () => Date.now() - 3_600_000 }
    const wrong = new KafkajsAdapter({ brokers: cluster.addresses, clientId: 'gw' }, { clock: early, log: recordingLog() })
    adapters.push(wrong)
    const batch = (timestampMs: number | null) => ({ topic: name, partition: 0, records: [{ ...text('v'), timestampMs }] })
    expect(await failureOf(wrong.send(batch(null)))).toMatchObject({ class: 'pause', kafkaCode: 32 })
    expect(await failureOf(adapter().send(batch(Date.now() - 3_600_000)))).toMatchObject({ class: 'dead-letter', kafkaCode: 32 })
  })

  it('creates no topics', async () => {
    const failure = await failureOf(adapter().send({ topic: `nobody-${randomUUID()}`, partition: 0, records: [text('x')] }))
    expect(failure).toMatchObject({ class: 'retry', scope: 'topic', kafkaCode: 3 })
  })

  it('compresses unless told not to', async () => {
    const [packed, plain] = [await topic(), await topic()]
    const records = Array.from({ length: 200 }, (_, n) => text(JSON.stringify({ device: 'sensor-1', n, temperature: 21.5 })))
    await adapter().send({ topic: packed, partition: 0, records })
    await adapter({ compression: 'none' }).send({ topic: plain, partition: 0, records })
    expect(await values(packed)).toEqual(await values(plain))
  })

  it('disconnects when idle and comes back by itself', async () => {
    const name = await topic()
    const port = adapter({ idleDisconnectMs: 300 })
    await port.send({ topic: name, partition: 0, records: [text('1')] })
    await sleep(1_000)
    await port.send({ topic: name, partition: 0, records: [text('2')] })
    expect(await values(name)).toEqual(['1', '2'])
  })

  it('warns when offsets go back because the topic was made anew', async () => {
    const name = await topic()
    const lines: LogLine[] = []
    const port = adapter({}, lines)
    await port.send({ topic: name, partition: 0, records: [text('1'), text('2')] })
    await port.send({ topic: name, partition: 0, records: [text('3')] })
    await cluster.deleteTopic(name)
    await sleep(500)
    await cluster.createTopic(name, 1)
    for (let tries = 0; tries < 20; tries += 1) {
      const worked = await port.send({ topic: name, partition: 0, records: [text('4')] }).then(
        () => true,
        () => false,
      )
      if (worked) break
      await sleep(300)
    }
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('offsets of the topic went back') }])
  })
})
