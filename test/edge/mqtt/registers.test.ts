import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HookAcknowledgement } from '../../../src/edge/mqtt/acknowledgement.js'
import { Qos2Handshakes } from '../../../src/edge/mqtt/qos2-handshakes.js'
import { publishHash, RedeliveryRegister } from '../../../src/edge/mqtt/redelivery-register.js'
import { SequenceRegister } from '../../../src/edge/mqtt/sequence-register.js'
import { GrowingByteWriter, SpanByteReader } from '../../../src/engine-lite/base/bytes.js'
import type { StateTable } from '../../../src/engine-lite/contract/state.js'

const limits = { entriesPerClientMax: 4, bytesMax: 1_000_000 }

/** What one sealed frame or a whole snapshot in slices leaves in a fresh table. */
function restored<T extends StateTable>(from: T, into: T, how: 'seal' | 'snapshot'): T {
  if (how === 'seal') {
    const out = new GrowingByteWriter(64)
    if (from.seal(out)) into.load(new SpanByteReader(out.take()))
    return into
  }
  for (let cursor = 0; cursor !== -1; ) {
    const out = new GrowingByteWriter(64)
    cursor = from.snapshot(out, cursor, 40)
    into.load(new SpanByteReader(out.take()))
  }
  return into
}

describe('the redelivery register', () => {
  it('knows a publish from the moment it is taken, but seals it only once it was applied', () => {
    const register = new RedeliveryRegister(limits)
    const entry = register.note('a', 1, 11)
    expect(register.has('a', 1, 11)).toBe(true)
    expect(register.has('a', 1, 12)).toBe(false)
    expect(register.has('b', 1, 11)).toBe(false)
    for (const how of ['seal', 'snapshot'] as const) {
      expect(restored(register, new RedeliveryRegister(limits), how).has('a', 1, 11)).toBe(false)
    }
    register.applied(entry)
    expect(restored(register, new RedeliveryRegister(limits), 'snapshot').has('a', 1, 11)).toBe(true)
    expect(restored(register, new RedeliveryRegister(limits), 'seal').has('a', 1, 11)).toBe(true)
    expect(register.seal(new GrowingByteWriter(16))).toBe(false)
  })

  it('keeps the latest entries of a client and counts what gives way', () => {
    const register = new RedeliveryRegister(limits)
    for (let id = 1; id <= 6; id++) register.applied(register.note('a', id, id))
    expect([1, 2, 3, 4, 5, 6].map((id) => register.has('a', id, id))).toEqual([false, false, true, true, true, true])
    expect(register.evicted).toBe(2)
  })

  it('stays within its bytes by forgetting whole clients, the longest silent first', () => {
    const register = new RedeliveryRegister({ entriesPerClientMax: 10, bytesMax: 5000 })
    for (let i = 0; i < 100; i++) register.applied(register.note(`c${i}`, 1, i))
    expect(register.bytes).toBeLessThanOrEqual(5000)
    expect(register.has('c99', 1, 99)).toBe(true)
    expect(register.has('c0', 1, 0)).toBe(false)
    expect(register.evicted).toBeGreaterThan(50)
    const again = restored(register, new RedeliveryRegister({ entriesPerClientMax: 10, bytesMax: 5000 }), 'snapshot')
    expect(again.has('c99', 1, 99)).toBe(true)
  })

  it('gives the same after frames as after a snapshot', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'ü'), fc.integer({ min: 1, max: 8 }), fc.nat(50)), { maxLength: 40 }),
        (notes) => {
          const register = new RedeliveryRegister({ entriesPerClientMax: 100, bytesMax: 1_000_000 })
          const byFrames = new RedeliveryRegister({ entriesPerClientMax: 100, bytesMax: 1_000_000 })
          for (const [i, [client, id, hash]] of notes.entries()) {
            register.applied(register.note(client, id, hash))
            if (i % 3 === 0) restored(register, byFrames, 'seal')
          }
          restored(register, byFrames, 'seal')
          const bySnapshot = restored(register, new RedeliveryRegister({ entriesPerClientMax: 100, bytesMax: 1_000_000 }), 'snapshot')
          for (const [client, id, hash] of notes) {
            const known = register.has(client, id, hash)
            expect(byFrames.has(client, id, hash)).toBe(known)
            expect(bySnapshot.has(client, id, hash)).toBe(known)
          }
        },
      ),
    )
  })

  it('tells topics and payloads apart', () => {
    const hash = (topic: string, payload: string) => publishHash(topic, Buffer.from(payload), 0, payload.length)
    expect(hash('a', 'bc')).not.toBe(hash('ab', 'c'))
    expect(hash('a', 'b')).toBe(hash('a', 'b'))
    const seen = new Set(Array.from({ length: 50_000 }, (_, i) => hash('t', `{"v":${i}}`)))
    expect(seen.size).toBe(50_000)
    expect(Math.max(...seen)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
  })
})

describe('the sequence register', () => {
  const make = () => new SequenceRegister(8, 1_000_000)

  it('counts a number once, in any order within the horizon, and counts gaps', () => {
    const register = make()
    const taken = [1, 2, 4, 3, 3, 4, 9, 2].map((number) => register.take('d', number, number) !== undefined)
    expect(taken).toEqual([true, true, true, true, false, false, true, false])
    expect(register.gaps).toBe(5)
  })

  it('does not swallow a device that begins anew', () => {
    const register = make()
    for (const number of [100, 101, 102]) register.take('d', number, number)
    expect(register.take('d', 1, 77)).toBeDefined()
    expect(register.take('d', 1, 77)).toBeUndefined()
    expect(register.take('d', 100, 100)).toBeDefined()
    // the same number with another payload, well within the horizon
    expect(register.take('d', 99, 1)).toBeDefined()
    expect(register.take('d', 99, 2)).toBeDefined()
    expect(register.take('d', 100, 5)).toBeDefined()
  })

  it('makes state only of what was applied', () => {
    const register = make()
    register.applied(register.take('d', 1, 1)!)
    register.take('d', 2, 2)
    for (const how of ['snapshot', 'seal'] as const) {
      const again = restored(register, make(), how)
      expect(again.take('d', 1, 1)).toBeUndefined()
      expect(again.take('d', 2, 2)).toBeDefined()
    }
  })

  it('forgets devices when its memory is full', () => {
    const register = new SequenceRegister(8, 20_000)
    for (let i = 0; i < 1000; i++) register.take(`d${i}`, 1, 1)
    expect(register.bytes).toBeLessThan(25_000)
    expect(register.evicted).toBeGreaterThan(900)
  })
})

describe('handshakes of QoS 2', () => {
  const hook = () => {
    const outcome: string[] = []
    return {
      outcome,
      hook: new HookAcknowledgement(
        () => outcome.push('done'),
        () => outcome.push('failed'),
      ),
    }
  }

  it('let a repeat wait for the first', () => {
    const handshakes = new Qos2Handshakes()
    handshakes.begin('a', 1)
    const repeat = hook()
    expect(handshakes.seen('a', 1, repeat.hook)).toBe(true)
    repeat.hook.letGo()
    expect(repeat.outcome).toEqual([])
    handshakes.committed('a', 1)
    expect(repeat.outcome).toEqual(['done'])
    const later = hook()
    expect(handshakes.seen('a', 1, later.hook)).toBe(true)
    later.hook.letGo()
    expect(later.outcome).toEqual(['done'])
    handshakes.end('a', 1)
    expect(handshakes.seen('a', 1, hook().hook)).toBe(false)
  })

  it('fail a repeat whose first was never committed', () => {
    const handshakes = new Qos2Handshakes()
    handshakes.begin('a', 1)
    const repeat = hook()
    handshakes.seen('a', 1, repeat.hook)
    repeat.hook.letGo()
    handshakes.forget('a')
    expect(repeat.outcome).toEqual(['failed'])
    expect(handshakes.seen('a', 1, hook().hook)).toBe(false)
  })
})
