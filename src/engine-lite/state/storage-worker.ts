/**
 * Entry of the storage worker: the only thread that touches the database of a gateway, so that a card that stalls for seconds stalls
 * no loop. One request at a time, in order; upkeep runs after a commit was answered.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { packRows, unpackParts, unpackRefs } from './commit-message.js'
import { SqliteStore } from './sqlite-store.js'
import { type StorageReply, type StorageRequest, type StorageValue, toPlainError } from './storage-messages.js'
import type { StoreOptions } from './store-options.js'

function serve(port: NonNullable<typeof parentPort>, store: SqliteStore): void {
  const reply = (answer: StorageReply, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(answer, transfer)
  port.on('message', (request: StorageRequest) => {
    try {
      const value = answer(store, request)
      reply({ ok: true, value }, buffersOf(value))
    } catch (error) {
      if (request.call === 'commit') reply({ ok: false, error: toPlainError(error), body: request.body }, buffersOf(request.body))
      else reply({ ok: false, error: toPlainError(error) })
    }
    if (request.call === 'commit') store.maintain()
    else if (request.call === 'close') port.close()
  })
}

function answer(store: SqliteStore, request: StorageRequest): StorageValue {
  switch (request.call) {
    case 'open':
      return store.open()
    case 'commit': {
      const { id, sealedAtMs, keepFromId, body, parts } = request
      return store.commit({ id, sealedAtMs, keepFromId, body, ...unpackParts(parts) })
    }
    case 'readOutbox':
      return packRows(store.readOutbox(request.query))
    case 'outboxStats':
      return store.outboxStats()
    case 'deleteOutbox':
      store.deleteOutbox(unpackRefs(request.refs))
      return undefined
    case 'dropOutbox':
      return store.dropOutbox(request.destination, request.bytes, request.which)
    case 'readDeadLetters':
      return store.readDeadLetters(request.limit)
    case 'close':
      store.close()
      return undefined
  }
}

/** What of an answer is given over in place of being copied: the rows of a read, the frames of a restore, the body of a failed commit. */
function buffersOf(value: StorageValue): ArrayBuffer[] {
  if (value instanceof Uint8Array) return value.byteLength > 0 ? [value.buffer as ArrayBuffer] : []
  if (typeof value !== 'object' || !('frames' in value)) return []
  const buffers: ArrayBuffer[] = []
  for (const { body } of value.frames)
    if (body.byteLength > 0 && body.byteLength === body.buffer.byteLength) buffers.push(body.buffer as ArrayBuffer)
  return buffers
}

if (parentPort !== null) serve(parentPort, new SqliteStore(workerData as StoreOptions))
