import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutboxRow } from '../../../src/engine-lite/contract/storage.js'
import { compareVersions, idempotencyId, parseVersion, toRecord, versionText } from '../../../src/sync/outbox/record.js'

const version = fc.record({ epoch: fc.nat(1_000), commitId: fc.nat(1_000_000), ordinal: fc.nat(10_000) })
const identity = fc.record({
  gateway: fc.string({ maxLength: 8 }),
  query: fc.string({ maxLength: 8 }),
  key: fc.option(fc.uint8Array({ maxLength: 8 })),
  version,
})

describe('a record for the cloud', () => {
  it('has another id for every other gateway, query, key or version, and the same for the same', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const same =
          a.gateway === b.gateway &&
          a.query === b.query &&
          (a.key === null || b.key === null ? a.key === b.key : Buffer.compare(a.key, b.key) === 0) &&
          compareVersions(a.version, b.version) === 0
        expect(idempotencyId(a.gateway, a) === idempotencyId(b.gateway, b)).toBe(same)
        expect(idempotencyId(a.gateway, { ...a })).toBe(idempotencyId(a.gateway, a))
      }),
    )
  })

  it('does not confuse parts that meet at different places', () => {
    const at = { epoch: 1, commitId: 1, ordinal: 1 }
    expect(idempotencyId('ab', { query: 'c', key: null, version: at })).not.toBe(
      idempotencyId('a', { query: 'bc', key: null, version: at }),
    )
    expect(idempotencyId('a', { query: 'q', key: null, version: at })).not.toBe(
      idempotencyId('a', { query: 'q', key: Buffer.from(''), version: at }),
    )
  })

  it('carries a version that reads back and compares field by field', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(parseVersion(versionText(a))).toEqual(a)
        const order = Math.sign(compareVersions(a, b))
        expect(order).toBe(-Math.sign(compareVersions(b, a)) + 0)
        if (a.epoch > b.epoch) expect(order).toBe(1)
      }),
    )
    expect(parseVersion('1.2')).toBeUndefined()
    expect(parseVersion('1.2.x')).toBeUndefined()
  })

  it('is the same every time the row is sent', () => {
    const row: OutboxRow = {
      destination: 'kafka:t',
      mode: 'upsert',
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      query: 'q',
      eventTimeMs: 5,
      seq: 9,
      version: { epoch: 1, commitId: 2, ordinal: 3 },
      createdAtMs: 0,
    }
    expect(toRecord({ ...row, seq: 10, createdAtMs: 7 }, 'gw', 'send')).toEqual(toRecord(row, 'gw', 'send'))
    expect(toRecord(row, 'gw', 'event').timestampMs).toBe(5)
  })
})
