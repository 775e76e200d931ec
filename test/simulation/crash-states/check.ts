/** Opens a data directory after a crash and compares everything in it with the model. */
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import { APPEND_LANE, expectedPending, expectedSums, expectedUpserts, Program, UPSERT_LANE } from './model.js'

const rows = (destination: string) => ({ destination, afterSeq: 0, rowsMax: 1000, bytesMax: 10_000_000 })
const asText = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString()
const asJson = (map: ReadonlyMap<string, unknown>): string => JSON.stringify([...map].sort())

/**
 * @param acked newest commit that was acknowledged before the crash
 * @returns what is wrong, or undefined
 */
export function checkDirectory(dir: string, acked: number): string | undefined {
  const store = new SqliteStore({ dir, ballastBytes: 0, pageSize: 1024, checkpointPages: 60 })
  try {
    const recovered = store.open()
    const n = recovered.lastId
    if (recovered.losses.length > 0) return `losses: ${recovered.losses.join('; ')}`
    if (recovered.epoch !== 1) return `epoch ${recovered.epoch}`
    if (n < acked) return `commit ${acked} was acknowledged, the newest is ${n}`
    const program = new Program(recovered)
    if (asJson(program.sums) !== asJson(expectedSums(n))) return `state after commit ${n}: ${asJson(program.sums)}`
    const outbox = checkOutbox(store, n)
    if (outbox !== undefined) return outbox
    // It must be able to go on from here, not only to be read.
    store.commit(program.next(store.readOutbox(rows(APPEND_LANE))))
    return checkOutbox(store, n + 1)
  } catch (error) {
    return `threw ${String(error)}`
  } finally {
    store.close()
  }
}

/** A row is there if and only if its commit is, and none that a commit deleted. */
function checkOutbox(store: SqliteStore, n: number): string | undefined {
  const pending = store.readOutbox(rows(APPEND_LANE))
  const values = pending.map((row) => Number(asText(row.value)))
  if (JSON.stringify(values) !== JSON.stringify(expectedPending(n))) return `append rows after commit ${n}: ${values}`
  if (pending.some((row) => row.version.commitId !== Number(asText(row.value)))) return `append rows of other commits after ${n}`
  const upserts = new Map(store.readOutbox(rows(UPSERT_LANE)).map((row) => [asText(row.key), asText(row.value)]))
  if (asJson(upserts) !== asJson(expectedUpserts(n))) return `upsert rows after commit ${n}: ${asJson(upserts)}`
  return undefined
}
