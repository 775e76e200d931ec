/** The whole way to a real Kafka: the gateway is killed at random moments and the broker once, and kcat reads what the log then holds. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KafkaCluster } from '../kafka/cluster.js'
import { describeKafka } from '../kafka/describe-kafka.js'
import { readTopic } from '../kafka/reader.js'
import { EMBEDDED } from './doors.js'
import { killAtRandomMoments } from './kills.js'
import { RESULTS_TOPIC } from './pipeline.js'
import { Random, SEED } from './random.js'
import { sleep, survive } from './survive.js'

const KILLS_BEFORE = 12
const KILLS_AFTER = 13
const PARTITIONS = 3
/** Rows that may be sent again after one unclean stop (delivery rule of the shipper). */
const REPEATS_MAX = 1_000

describeKafka('a gateway under kill −9', (version) => {
  let cluster: KafkaCluster

  beforeAll(async () => {
    cluster = await KafkaCluster.start({ version, brokers: 1 })
    await cluster.createTopic(RESULTS_TOPIC, PARTITIONS)
  })
  afterAll(() => cluster?.close())

  it('loses no window and sends none with other contents, when the broker is killed as well', { timeout: 600_000 }, async () => {
    const begun = performance.now()
    let kills = 0
    const random = new Random(SEED)
    const { differences, readings, records, repeats } = await survive({
      door: EMBEDDED,
      chunks: ['kafkajs-'],
      seed: SEED,
      uplink: () => ({
        config: `kafka: { brokers: [ "${cluster.addresses.join('", "')}" ] }`,
        read: () => readTopic(cluster.directAddresses, RESULTS_TOPIC),
      }),
      async trouble(crash) {
        kills += (await killAtRandomMoments(crash, random, KILLS_BEFORE)).kills
        const [broker] = cluster.brokers
        await broker!.stop('SIGKILL')
        await sleep(random.below(500))
        broker!.start()
        // The gateway dies while the broker is away and while it comes back.
        kills += (await killAtRandomMoments(crash, random, KILLS_AFTER)).kills
        await cluster.untilReady()
      },
    })
    const seconds = Math.round((performance.now() - begun) / 1_000)
    console.log(
      `  Kafka ${version}, seed ${SEED}, ${seconds} s: ${kills} kills of the gateway, 1 of the broker, ${readings} readings, ${records} records, ${repeats} of them sent twice`,
    )
    expect(differences).toEqual([])
    expect(repeats).toBeLessThanOrEqual((kills + 1) * REPEATS_MAX)
  })
})
