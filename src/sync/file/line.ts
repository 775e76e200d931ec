/** The lines of the file uplink: one JSON object per record. */
import type { UplinkRecord } from '../kafka/port.js'

/** A record as it stands in the file. Text where the bytes are UTF-8, else base64 under another name. */
export interface FileRecord {
  readonly key?: string | null
  readonly keyBase64?: string
  readonly value?: string | null
  readonly valueBase64?: string
  readonly headers: Readonly<Record<string, string>>
  /** Record timestamp, epoch ms. */
  readonly timestampMs: number
}

export function recordLine(record: UplinkRecord, nowMs: number): string {
  const { headers, timestampMs } = record
  return `${JSON.stringify({ ...part('key', record.key), ...part('value', record.value), headers, timestampMs: timestampMs ?? nowMs })}\n`
}

/** Undefined where the line is no record: torn, or not ours. */
export function parseLine(line: string): FileRecord | undefined {
  try {
    const found: unknown = JSON.parse(line)
    return isRecord(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isRecord(found: unknown): found is FileRecord {
  return typeof found === 'object' && found !== null && 'headers' in found && 'timestampMs' in found
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function part(name: 'key' | 'value', bytes: Uint8Array | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null }
  try {
    return { [name]: UTF8.decode(bytes) }
  } catch {
    return { [`${name}Base64`]: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') }
  }
}
