/**
 * The database file: settings, tables, versions.
 *
 * | table | holds |
 * |---|---|
 * | `meta` | `epoch`; `base`: frames from base + 1 on begin with empty state; `emitted`: marks a fall back found (emitted-mark.ts) |
 * | `frame` | bodies of commit frames by id (frame.ts) |
 * | `lane` | destinations of the outbox with totals of rows and bytes |
 * | `query` | names of queries |
 * | `outbox` | rows for the uplink by a sequence that never repeats; `crc` over all of the row (sqlite-outbox.ts) |
 * | `dead_letter` | one row per reason, origin and pipeline, with count and newest sample |
 *
 * Version: `PRAGMA user_version` = number of migrations applied. An older file is copied with VACUUM INTO, then all missing migrations
 * run in one transaction. A newer file is refused and left alone.
 *
 * Settings: better-sqlite3 is built with synchronous = NORMAL in WAL mode, which loses commits at a power cut; FULL syncs every
 * commit. Checkpoints are run by hand (sqlite-log.ts), since SQLite's own swallow their errors.
 */
import { chmodSync, existsSync } from 'node:fs'
import Database, { type Database as Connection } from 'better-sqlite3'
import { MillraceError } from '../contract/errors/index.js'
import { createPrivate, FILE_MODE } from './data-directory.js'

export type Migration = string

export const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  INSERT INTO meta VALUES ('epoch', 0), ('base', 0);
  CREATE TABLE frame(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE lane(id INTEGER PRIMARY KEY, destination TEXT NOT NULL UNIQUE, rows INTEGER NOT NULL, bytes INTEGER NOT NULL);
  CREATE TABLE query(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE outbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, lane INTEGER NOT NULL, upsert INTEGER NOT NULL, key BLOB, value BLOB, query INTEGER NOT NULL,
    event_time INTEGER, epoch INTEGER NOT NULL, commit_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, created INTEGER NOT NULL,
    crc INTEGER NOT NULL
  );
  CREATE INDEX outbox_lane ON outbox(lane);
  CREATE UNIQUE INDEX outbox_upsert ON outbox(lane, key) WHERE upsert = 1;
  CREATE TABLE dead_letter(
    id INTEGER PRIMARY KEY, reason TEXT NOT NULL, origin TEXT NOT NULL, pipeline TEXT NOT NULL, text TEXT NOT NULL, sample,
    count INTEGER NOT NULL, at INTEGER NOT NULL, UNIQUE(reason, origin, pipeline)
  );
  `,
]

/** Below it SQLite may corrupt a WAL database with two connections (WAL-reset bug, fixed in 3.51.3). */
const SQLITE_VERSION_MIN = '3.51.3'

export interface OpenOptions {
  readonly pageSize: number
  readonly migrations?: readonly Migration[]
}

/** Opens or creates the file, at the newest schema. Throws what SQLite throws when it is damaged. @throws MillraceError S0103, S0108 */
export function openDatabase(path: string, options: OpenOptions): Connection {
  const database = openConnection(path, options.pageSize)
  try {
    migrate(database, path, options.migrations ?? MIGRATIONS)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** The file with its settings, whatever schema it has. */
export function openConnection(path: string, pageSize: number): Connection {
  createPrivate(path)
  const database = new Database(path, { timeout: 0 })
  try {
    // Before anything reads the file: otherwise the log gets a -shm file, which a full disk may have no room for.
    database.pragma('locking_mode = EXCLUSIVE')
    assertVersion(database)
    database.pragma(`page_size = ${pageSize}`)
    database.pragma('mmap_size = 0')
    database.pragma('cell_size_check = ON')
    database.pragma('trusted_schema = OFF')
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('journal_size_limit = 16777216')
    database.pragma('wal_autocheckpoint = 0')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function assertVersion(database: Connection): void {
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string
  const parts = version.split('.').map(Number)
  const least = SQLITE_VERSION_MIN.split('.').map(Number)
  for (let i = 0; i < least.length; i++) {
    const difference = (parts[i] ?? 0) - (least[i] as number)
    if (difference > 0) return
    if (difference < 0) throw new MillraceError('S0108', `SQLite ${version} is older than ${SQLITE_VERSION_MIN}`)
  }
}

function migrate(database: Connection, path: string, migrations: readonly Migration[]): void {
  const found = database.pragma('user_version', { simple: true }) as number
  if (found === migrations.length) return
  if (found > migrations.length) {
    const backup = `${path}.backup-v${migrations.length}`
    throw new MillraceError('S0103', `${path} has schema ${found}, this version knows ${migrations.length}`, {
      hint: existsSync(backup) ? `run the newer version, or: mv ${backup} ${path}` : 'run the newer version of millrace',
    })
  }
  if (found === 0 && (database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number) > 0) {
    throw Object.assign(new Error('tables without a schema version'), { code: 'SQLITE_CORRUPT' })
  }
  if (found > 0) backUp(database, `${path}.backup-v${found}`)
  database.transaction(() => {
    for (const migration of migrations.slice(found)) database.exec(migration)
    database.pragma(`user_version = ${migrations.length}`)
  })()
}

function backUp(database: Connection, backup: string): void {
  if (existsSync(backup)) return
  database.prepare('VACUUM INTO ?').run(backup)
  chmodSync(backup, FILE_MODE)
}
