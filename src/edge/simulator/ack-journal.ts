/** The devices' side of the proof: one line per acknowledged message, written before anything else happens to the acknowledgement. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface AckEntry {
  readonly device: string
  readonly seq: number
  /** Epoch ms of the reading. */
  readonly tsMs: number
  /** Whether a row can be made of the payload. */
  readonly form: 'reading' | 'malformed'
}

export class AckJournal {
  readonly #fd: number

  constructor(path: string) {
    this.#fd = openSync(path, 'a', 0o600)
  }

  append(entry: AckEntry): void {
    writeSync(this.#fd, `${JSON.stringify(entry)}\n`)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

export function readAckJournal(path: string): AckEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AckEntry)
}
