import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesystemConnector } from '../../../src/engine-lite/connector/filesystem.js'
import { LINE_BYTES_MAX } from '../../../src/engine-lite/connector/filesystem-source.js'
import { type DrivenSource, drive, HandClock, STRING, table } from './kit.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'filesystem-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (path: string) => table({ connector: 'filesystem', path: join(folder, path), format: 'lines' }, [['line', STRING]])
const texts = (driven: DrivenSource) => driven.rows().map(([text]) => text)

async function readAll(path: string, from?: unknown, onDelivery?: (driven: DrivenSource) => void) {
  const driven = drive(filesystemConnector(), at(path), from, new HandClock(), onDelivery)
  await driven.source.start()
  await driven.ended
  await driven.source.close()
  return driven
}

describe('filesystem source', () => {
  it('reads a file line by line, without the ends, empty lines and a missing last end', async () => {
    writeFileSync(join(folder, 'a.txt'), 'one\r\ntwo\n\nthree')
    const driven = await readAll('a.txt')
    expect(texts(driven)).toEqual(['one', 'two', 'three'])
    expect(driven.position()).toEqual({ file: join(folder, 'a.txt'), offset: 15 })
    expect(driven.isEnded).toBe(true)
  })

  it('reads the files of a folder in order of name and leaves hidden ones out', async () => {
    for (const name of ['b', 'a', '.hidden', '_success']) writeFileSync(join(folder, name), `${name}1\n${name}2\n`)
    mkdirSync(join(folder, 'c'))
    expect(texts(await readAll('.'))).toEqual(['a1', 'a2', 'b1', 'b2'])
  })

  it('goes on behind any delivery it made, losing and repeating nothing', async () => {
    for (const [name, count] of [
      ['a', 19_000],
      ['b', 22_000],
    ] as const) {
      writeFileSync(join(folder, name), Array.from({ length: count }, (_, i) => `${name}-${i}\n`).join(''))
    }
    const whole = await readAll('.')
    expect(whole.deliveries.length).toBeGreaterThan(3)
    let before: unknown[] = []
    for (const delivery of whole.deliveries) {
      before = before.concat(delivery.rows.map(([text]) => text))
      const rest = await readAll('.', delivery.position)
      expect(before.concat(texts(rest))).toEqual(texts(whole))
    }
  })

  it('makes a dead letter of what does not decode and of a line beyond the limit, and goes on', async () => {
    writeFileSync(join(folder, 'a'), `one\nbad\n${'x'.repeat(LINE_BYTES_MAX + 70_000)}\ntwo\n`)
    const driven = await readAll('a')
    expect(texts(driven)).toEqual(['one', 'two'])
    expect(driven.letters().map(({ reason, text }) => [reason, text.replace(/\d{4,}/g, 'N')])).toEqual([
      ['decode', 'it says so itself'],
      ['too-large', 'a line of more than N bytes ends at N'],
    ])
  })

  it('fills metadata columns with facts of the file', async () => {
    writeFileSync(join(folder, 'a'), 'one\n')
    const definition = table({ path: `file://${join(folder, 'a')}`, format: 'lines' }, [
      ['line', STRING],
      ['name', STRING, 'file.name'],
      ['size', { kind: 'BIGINT', nullable: false }, 'file.size'],
    ])
    const driven = drive(filesystemConnector(), definition, undefined, new HandClock())
    await driven.source.start()
    await driven.ended
    expect(driven.rows()).toEqual([['one', 'a', 4]])
  })

  it('reads nothing while paused', async () => {
    writeFileSync(join(folder, 'a'), 'one line of some length\n'.repeat(20_000))
    let open = () => {}
    const wait = new Promise<void>((resolve) => {
      open = resolve
    })
    const reading = readAll('a', undefined, ({ source, deliveries }) => {
      if (deliveries.length !== 2) return
      source.pause()
      void wait.then(() => source.resume())
      setTimeout(() => {
        seen.push(deliveries.length)
        open()
      }, 50)
    })
    const seen: number[] = []
    const driven = await reading
    expect(seen).toEqual([2])
    expect(driven.rows()).toHaveLength(20_000)
  })

  it('closes in the middle of a pause', async () => {
    writeFileSync(join(folder, 'a'), 'one line\n'.repeat(100_000))
    const driven = drive(filesystemConnector(), at('a'), undefined, new HandClock(), ({ source }) => source.pause())
    await driven.source.start()
    await driven.source.close()
    expect(driven.isEnded).toBe(false)
  })

  it('says which file is not there', async () => {
    const driven = drive(filesystemConnector(), at('gone'), undefined, new HandClock())
    await expect(driven.source.start()).rejects.toMatchObject({ code: 'C0001', message: `cannot read ${join(folder, 'gone')}` })
  })
})
