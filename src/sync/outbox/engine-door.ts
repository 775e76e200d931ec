/**
 * The engine's side of the shipper, over what the engine offers.
 *
 * The engine does not say which frame will hold a delete: if one is in flight it is the one after. So a delete counts as durable two
 * frames later, and where no second frame would come by itself (nothing changes any more) the deletes are handed in again, which makes
 * one: removing by seq and version does nothing the second time.
 */
import type { Cancel } from '../../engine-lite/contract/clock.js'
import type { DeadLetter } from '../../engine-lite/contract/operator.js'
import type { CommitId, OutboxPut } from '../../engine-lite/contract/sink.js'
import type { OutboxRef } from '../../engine-lite/contract/storage.js'
import type { EngineControl } from '../../engine-lite/runtime/engine-options.js'
import type { ShipperEngine } from './shipper-options.js'

export interface EngineDoorParts {
  readonly engine: Pick<EngineControl, 'deleteFromOutbox' | 'requestSeal' | 'onCommitted' | 'status'>
  /** Both into the frame being filled. */
  deadLetter(letter: DeadLetter): void
  put(record: OutboxPut): void
}

const FRAMES_UNTIL_DURABLE = 2

/**
 * @example
 * const shipper = new Shipper(options, { engine: engineDoor({ engine, deadLetter, put }), storage, port, clock, random, metrics, log })
 */
export function engineDoor(parts: EngineDoorParts): ShipperEngine {
  return new EngineDoor(parts)
}

class EngineDoor implements ShipperEngine {
  /** Deletes since the last durable frame: the frame that is filled next, or the one in flight, has them. */
  private fresh: OutboxRef[] = []
  /** Deletes one frame older: durable with the next one, surely. */
  private aging: readonly OutboxRef[] = []
  private lastId: CommitId

  constructor(private readonly parts: EngineDoorParts) {
    this.lastId = parts.engine.status().lastCommitId
    parts.engine.onCommitted((id) => {
      this.lastId = id
      this.aging = this.fresh
      this.fresh = []
    })
  }

  deleteFromOutbox(refs: readonly OutboxRef[]): CommitId {
    this.parts.engine.deleteFromOutbox(refs)
    this.fresh.push(...refs)
    return this.lastId + FRAMES_UNTIL_DURABLE
  }

  deadLetter(letter: DeadLetter): void {
    this.parts.deadLetter(letter)
  }

  put(record: OutboxPut): void {
    this.parts.put(record)
  }

  requestSeal(): void {
    if (this.fresh.length === 0 && this.aging.length > 0) {
      const again = this.aging
      this.aging = []
      this.parts.engine.deleteFromOutbox(again)
    }
    this.parts.engine.requestSeal()
  }

  onCommitted(listener: (id: CommitId, outboxRows: number) => void): Cancel {
    return this.parts.engine.onCommitted(listener)
  }
}
