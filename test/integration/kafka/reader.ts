/** Reads topics with kcat (librdkafka): a client that has nothing in common with the one under test. */
import { spawn } from 'node:child_process'

export interface StoredRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number
}

/** Everything stored in a topic, in order of partition and offset. */
export async function readTopic(addresses: readonly string[], topic: string, settings: readonly string[] = []): Promise<StoredRecord[]> {
  const extra = settings.flatMap((setting) => ['-X', setting])
  const text = await run('kcat', ['-C', '-q', '-J', '-e', '-o', 'beginning', '-b', addresses.join(','), '-t', topic, ...extra])
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseRecord)
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}

function parseRecord(line: string): StoredRecord {
  const record = JSON.parse(line)
  const headers: Record<string, string> = {}
  for (let at = 0; at < (record.headers ?? []).length; at += 2) headers[record.headers[at]] = record.headers[at + 1]
  return {
    partition: record.partition,
    offset: record.offset,
    key: record.key ?? null,
    value: record.payload ?? null,
    headers,
    timestampMs: record.ts,
  }
}

function run(command: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'))
      else reject(new Error(`${command} ended with ${code}: ${Buffer.concat(err).toString('utf8')}`))
    })
  })
}
