/**
 * The pipelines of a gateway as files: one directory each, `pipelines/<name>/*.sql`. `tables.gateway.sql` comes first, then the other files by
 * name; `tables.flink.sql` is for Flink only and never read here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'

export interface SqlFile {
  readonly path: string
  readonly text: string
}

export interface PipelineFiles {
  readonly name: string
  readonly files: readonly SqlFile[]
}

const TABLES_FILE = 'tables.gateway.sql'
const FLINK_TABLES_FILE = 'tables.flink.sql'

/** Pipelines by name, in order. @throws MillraceError C0001 where the directory or a file cannot be read, C0011 for a directory name that is none */
export function readPipelines(dir: string): PipelineFiles[] {
  const names = listDirectory(dir)
  return names.map((name) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      throw new MillraceError('C0011', `pipeline directory \`${name}\` is not a name`, {
        place: { file: join(dir, name) },
        hint: 'use letters, digits, dots, dashes and underscores',
      })
    }
    return { name, files: sqlFilesOf(join(dir, name)).map(readSqlFile) }
  })
}

/** @throws MillraceError C0001 */
export function readSqlFile(path: string): SqlFile {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    throw unreadable(path, error)
  }
}

function listDirectory(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    throw unreadable(dir, error)
  }
}

function sqlFilesOf(dir: string): string[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.sql') && name !== FLINK_TABLES_FILE && name !== TABLES_FILE)
  const tables = readdirSync(dir).includes(TABLES_FILE) ? [TABLES_FILE] : []
  return [...tables, ...names.sort()].map((name) => join(dir, name))
}

function unreadable(path: string, error: unknown): MillraceError {
  const code = (error as NodeJS.ErrnoException).code
  const reason = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a directory' : `${code}`
  return new MillraceError('C0001', `${path} cannot be read: ${reason}`, {
    place: { file: path },
    hint: 'paths on the command line count from the current folder, those in gateway.yaml from its own',
    cause: error,
  })
}
