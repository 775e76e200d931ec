/** What every uplink promises, whatever is behind it. */
import { describe, expect, it } from 'vitest'
import { UplinkFailure, type UplinkPort, type UplinkRecord } from '../../src/sync/kafka/port.js'

export interface StoredText {
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

export interface PortUnderTest {
  readonly port: UplinkPort
  /** A topic that exists, with one partition. */
  readonly topic: string
  /** What an independent reader finds in the topic, in order. */
  stored(): Promise<StoredText[]>
  /** A topic that cannot be written to. */
  readonly missingTopic: string
}

function record(key: string | null, value: string | null, headers: Record<string, string> = {}): UplinkRecord {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text))
  return { key: bytes(key), value: bytes(value), headers, timestampMs: null }
}

export function kafkaPortSuite(name: string, create: () => Promise<PortUnderTest>): void {
  describe(`${name} keeps the contract of an uplink`, () => {
    it('what is acknowledged is stored, in order, with keys, tombstones and headers', async () => {
      const { port, topic, stored } = await create()
      await port.open()
      expect(await port.partitionCount(topic)).toBe(1)
      const first = [record('a', '1', { h: 'x' }), record('b', null), record(null, 'é😀')]
      const ack = await port.send({ topic, partition: 0, records: first })
      expect(ack).toMatchObject({ topic, partition: 0 })
      await port.send({ topic, partition: 0, records: [record('a', '2')] })
      await port.close()
      expect(await stored()).toEqual([
        { key: 'a', value: '1', headers: { h: 'x' } },
        { key: 'b', value: null, headers: {} },
        { key: null, value: 'é😀', headers: {} },
        { key: 'a', value: '2', headers: {} },
      ])
    })

    it('offsets rise from batch to batch', async () => {
      const { port, topic } = await create()
      const first = await port.send({ topic, partition: 0, records: [record('a', '1'), record('a', '2')] })
      const second = await port.send({ topic, partition: 0, records: [record('a', '3')] })
      await port.close()
      expect(second.baseOffset! > first.baseOffset!).toBe(true)
    })

    it('rejects with a verdict where a topic cannot be written to, and works on', async () => {
      const { port, topic, missingTopic, stored } = await create()
      const failure = await port.partitionCount(missingTopic).catch((thrown: unknown) => thrown)
      expect(failure).toBeInstanceOf(UplinkFailure)
      expect(failure).toMatchObject({ scope: 'topic', outcomeUnknown: false })
      const refused = await port.send({ topic: missingTopic, partition: 0, records: [record('a', '1')] }).catch((thrown: unknown) => thrown)
      expect(refused).toBeInstanceOf(UplinkFailure)
      await port.send({ topic, partition: 0, records: [record('a', 'after')] })
      await port.close()
      expect((await stored()).map(({ value }) => value)).toEqual(['after'])
    })

    it('sends without being opened first, and can be closed twice', async () => {
      const { port, topic, stored } = await create()
      await port.send({ topic, partition: 0, records: [record('k', 'v')] })
      await port.close()
      await port.close()
      expect(await stored()).toHaveLength(1)
    })
  })
}
