import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { FileUplink } from '../../../src/sync/file/file-uplink.js'
import { readNewestByKey, readRecords } from '../../../src/sync/file/read-newest.js'
import type { UplinkRecord } from '../../../src/sync/kafka/port.js'
import { kafkaPortSuite } from '../../contract/kafka-port.suite.js'
import { realClock } from '../support/real-clock.js'

const root = mkdtempSync(join(tmpdir(), 'millrace-file-'))
let count = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

function freshDirectory(): string {
  count += 1
  return join(root, String(count))
}

function record(key: string, value: string | null, version: string): UplinkRecord {
  return {
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: { 'millrace-version': version },
    timestampMs: 7,
  }
}

kafkaPortSuite('the file uplink', async () => {
  const directory = freshDirectory()
  return {
    port: new FileUplink(directory, realClock),
    topic: 't',
    missingTopic: '../t',
    stored: async () =>
      (await readRecords(join(directory, 't.jsonl'))).map(({ key = null, value = null, headers }) => ({ key, value, headers })),
  }
})

describe('the file uplink', () => {
  it('cuts off a torn last line at the next open, and nothing else', async () => {
    const directory = freshDirectory()
    const path = join(directory, 't.jsonl')
    const first = new FileUplink(directory, realClock)
    await first.send({ topic: 't', partition: 0, records: [record('a', '1', '1.1.0'), record('b', '2', '1.1.1')] })
    await first.close()
    const whole = readFileSync(path)
    appendFileSync(path, '{"key":"c","val')
    const second = new FileUplink(directory, realClock)
    await second.send({ topic: 't', partition: 0, records: [record('d', '4', '1.2.0')] })
    await second.close()
    expect(readFileSync(path).subarray(0, whole.length)).toEqual(whole)
    expect((await readRecords(path)).map(({ key }) => key)).toEqual(['a', 'b', 'd'])
  })

  it('repairs a file cut at any byte to its whole records', async () => {
    const directory = freshDirectory()
    const path = join(directory, 't.jsonl')
    const writer = new FileUplink(directory, realClock)
    await writer.send({ topic: 't', partition: 0, records: [1, 2, 3].map((n) => record(`k${n}`, 'é'.repeat(n), `1.1.${n}`)) })
    await writer.close()
    const whole = readFileSync(path)
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1)
    for (let cutAt = 0; cutAt <= whole.length; cutAt += 1) {
      writeFileSync(path, whole.subarray(0, cutAt))
      const uplink = new FileUplink(directory, realClock)
      await uplink.partitionCount('t')
      await uplink.close()
      expect(readFileSync(path).length).toBe(Math.max(0, ...ends.filter((end) => end <= cutAt)))
    }
  })

  it('cuts off a last block of zeros, as a power cut can leave it', async () => {
    const directory = freshDirectory()
    const path = join(directory, 't.jsonl')
    const writer = new FileUplink(directory, realClock)
    await writer.send({ topic: 't', partition: 0, records: [record('a', '1', '1.1.0')] })
    await writer.close()
    const whole = readFileSync(path)
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(100_000), Buffer.from('\n')]))
    const again = new FileUplink(directory, realClock)
    await again.partitionCount('t')
    await again.close()
    expect(readFileSync(path)).toEqual(whole)
  })

  it('reads back the newest version of each key, wherever it lies', async () => {
    const directory = freshDirectory()
    const uplink = new FileUplink(directory, realClock)
    const records = [record('a', 'new', '1.10.0'), record('a', 'old', '1.9.5'), record('b', 'x', '1.1.0'), record('b', null, '2.0.0')]
    await uplink.send({ topic: 't', partition: 0, records })
    await uplink.close()
    const table = await readNewestByKey(join(directory, 't.jsonl'))
    expect([...table].map(([key, { value }]) => [key, value])).toEqual([
      ['a', 'new'],
      ['b', null],
    ])
  })

  it('keeps bytes that are no text as base64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (value) => {
        const directory = freshDirectory()
        const uplink = new FileUplink(directory, realClock)
        await uplink.send({ topic: 't', partition: 0, records: [{ key: null, value, headers: {}, timestampMs: null }] })
        await uplink.close()
        const [stored] = await readRecords(join(directory, 't.jsonl'))
        const bytes = stored!.valueBase64 === undefined ? Buffer.from(stored!.value!) : Buffer.from(stored!.valueBase64, 'base64')
        expect([...bytes]).toEqual([...value])
      }),
      { numRuns: 50 },
    )
  })
})
