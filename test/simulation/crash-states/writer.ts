/**
 * Runs the program of model.ts on a data directory and says on its standard output what it acknowledges:
 * `OPEN n`, `ACK n`, `FULL n`, `FATAL code`. Arguments: directory, commits.
 */
import { writeSync } from 'node:fs'
import { MillraceError } from '../../../src/engine-lite/contract/errors/index.js'
import { SqliteStore } from '../../../src/engine-lite/state/sqlite-store.js'
import { APPEND_LANE, Program } from './model.js'

const [dir = '', commits = '40'] = process.argv.slice(2)
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

function run(): void {
  const store = new SqliteStore({ dir, ballastBytes: 0, pageSize: 1024, checkpointPages: 60 })
  const recovered = store.open()
  if (recovered.losses.length > 0) say(`LOSS ${recovered.losses.join('; ')}`)
  say(`OPEN ${recovered.lastId}`)
  const program = new Program(recovered)
  for (let n = 1; n <= Number(commits); n++) {
    const pending = store.readOutbox({ destination: APPEND_LANE, afterSeq: 0, rowsMax: 100, bytesMax: 1_000_000 })
    const frame = program.next(pending)
    for (let tries = 1; !commit(store, frame); tries++) {
      if (tries < 3) continue
      store.close()
      process.exit(4)
    }
    program.committed()
    say(`ACK ${frame.id}`)
    store.maintain()
  }
  store.close()
}

function commit(store: SqliteStore, frame: ReturnType<Program['next']>): boolean {
  try {
    store.commit(frame)
    return true
  } catch (error) {
    if (!(error instanceof MillraceError) || !error.retriable) throw error
    say(`FULL ${frame.id}`)
    return false
  }
}

try {
  run()
} catch (error) {
  say(`FATAL ${error instanceof MillraceError ? error.code : String(error)}`)
  process.exit(3)
}
