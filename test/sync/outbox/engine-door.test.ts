import { describe, expect, it } from 'vitest'
import type { OutboxRef } from '../../../src/engine-lite/contract/storage.js'
import { engineDoor } from '../../../src/sync/outbox/engine-door.js'

/** An engine that seals what it has when told; one frame may be in flight. */
class TwoFrames {
  readonly durable: OutboxRef[] = []
  lastId = 0
  sealRequests = 0
  private filling: OutboxRef[] = []
  private inFlight: OutboxRef[] | null = null
  private readonly listeners = new Set<(id: number, rows: number) => void>()

  deleteFromOutbox(refs: readonly OutboxRef[]): void {
    this.filling.push(...refs)
  }

  requestSeal(): void {
    this.sealRequests += 1
  }

  onCommitted(listener: (id: number, rows: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  status() {
    return { lastCommitId: this.lastId } as ReturnType<Parameters<typeof engineDoor>[0]['engine']['status']>
  }

  /** @returns whether there was anything to seal */
  seal(even = false): boolean {
    if (this.filling.length === 0 && !even) return false
    this.inFlight = this.filling
    this.filling = []
    return true
  }

  land(): void {
    this.durable.push(...(this.inFlight ?? []))
    this.inFlight = null
    this.lastId += 1
    for (const listener of this.listeners) listener(this.lastId, 0)
  }
}

const ref = (seq: number): OutboxRef => ({ seq, version: { epoch: 1, commitId: 1, ordinal: seq } })

function opened() {
  const engine = new TwoFrames()
  const door = engineDoor({ engine, deadLetter: () => {}, put: () => {} })
  let confirmed = 0
  door.onCommitted((id) => {
    confirmed = id
  })
  return { engine, door, confirmed: () => confirmed }
}

describe('the door to the engine', () => {
  it('names no frame for a delete before the one that holds it, even with a frame in flight', () => {
    const { engine, door, confirmed } = opened()
    engine.seal(true)
    const frame = door.deleteFromOutbox([ref(1)])
    engine.land()
    expect(confirmed()).toBeLessThan(frame)
    engine.seal()
    engine.land()
    expect(engine.durable).toEqual([ref(1)])
    expect(confirmed()).toBe(frame)
  })

  it('brings the second frame about where nothing else changes', () => {
    const { engine, door, confirmed } = opened()
    const frame = door.deleteFromOutbox([ref(1)])
    engine.seal()
    engine.land()
    expect(confirmed()).toBeLessThan(frame)
    expect(engine.seal()).toBe(false)
    door.requestSeal()
    expect(engine.seal()).toBe(true)
    engine.land()
    expect(confirmed()).toBe(frame)
    door.requestSeal()
    expect(engine.seal()).toBe(false)
  })
})
