import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesystemConnector } from '../../../src/engine-lite/connector/filesystem.js'
import { HandClock, SinkDriver, STRING, table } from './kit.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'filesystem-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function open(options: Record<string, string> = {}, clock = new HandClock(), path = folder) {
  return new SinkDriver(filesystemConnector(), table({ path, format: 'lines', ...options }, [['line', STRING]]), clock)
}

const names = (path = folder) => readdirSync(path).sort()
const number = (name: string) => Number(/(\d+)\.lines$/.exec(name)?.[1])
/** What a reader sees: the visible parts in order. */
const visible = (path = folder) =>
  names(path)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => number(a) - number(b))
    .flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n').slice(0, -1))

describe('filesystem sink', () => {
  it('shows rows when their commit is durable', () => {
    const driver = open()
    driver.write(['a'], ['b'])
    expect(names()).toEqual([])
    driver.seal()
    expect(visible()).toEqual([])
    driver.commit()
    expect(names()).toEqual(['part-p_t-0.lines'])
    expect(visible()).toEqual(['a', 'b'])
  })

  it('writes nothing at a commit without rows', () => {
    const driver = open()
    driver.sealAndCommit()
    expect(names()).toEqual([])
  })

  it('forgets rows of a commit that never came, before the first one and after', async () => {
    const driver = open()
    driver.write(['lost'])
    driver.seal()
    await driver.crash()
    expect(names()).toEqual([])
    driver.write(['a'])
    driver.sealAndCommit()
    driver.write(['b'])
    driver.seal()
    await driver.crash()
    driver.write(['c'])
    driver.sealAndCommit()
    expect(visible()).toEqual(['a', 'c'])
  })

  it('shows a part whose commit was durable though nobody heard of it', async () => {
    const driver = open()
    driver.write(['a'])
    driver.seal()
    driver.commitUnheard()
    await driver.crash()
    expect(visible()).toEqual(['a'])
  })

  it('starts a new part when the size or the age is reached', () => {
    const clock = new HandClock()
    const driver = open({ 'sink.rolling-policy.file-size': '4b', 'sink.rolling-policy.rollover-interval': '1 min' }, clock)
    driver.write(['abc'])
    driver.sealAndCommit()
    driver.write(['d'])
    driver.sealAndCommit()
    clock.pass(60_000)
    driver.write(['e'])
    driver.sealAndCommit()
    driver.write(['f'])
    driver.sealAndCommit()
    expect(names().map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['abc\n', 'd\ne\n', 'f\n'])
  })

  it('leaves files of others and of an earlier life alone', async () => {
    writeFileSync(join(folder, 'part-other-0.lines'), 'other\n')
    const driver = open()
    driver.write(['a'])
    driver.sealAndCommit()
    await driver.forget()
    driver.write(['b'])
    driver.sealAndCommit()
    expect(names()).toEqual(['part-other-0.lines', 'part-p_t-0.lines', 'part-p_t-1.lines'])
    expect(readFileSync(join(folder, 'part-p_t-0.lines'), 'utf8')).toBe('a\n')
  })

  it('says so when somebody cut a part', async () => {
    const driver = open()
    driver.write(['abc'])
    driver.sealAndCommit()
    truncateSync(join(folder, 'part-p_t-0.lines'), 2)
    await driver.crash()
    expect(driver.log).toEqual(['part file is shorter than what was committed: somebody cut it'])
    appendFileSync(join(folder, 'part-p_t-0.lines'), '\n')
  })

  it('holds every committed row once and no other, whatever crashes when', async () => {
    const step = fc.constantFrom('write', 'write', 'long', 'seal', 'commit', 'commit', 'unheard', 'crash')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const path = mkdtempSync(join(folder, 'run-'))
        const driver = open({ 'sink.rolling-policy.file-size': '16b' }, new HandClock(), path)
        const committed: string[] = []
        let filling: string[] = []
        let flying: string[] | undefined
        let next = 0
        const write = (text: string) => {
          driver.write([text])
          filling.push(text)
        }
        const seal = () => {
          driver.seal()
          flying = filling
          filling = []
        }
        for (const name of [...steps, 'crash', 'write', 'seal', 'commit']) {
          if (name === 'write') write(`row-${next++}`)
          else if (name === 'long') write(`${next++}-${'x'.repeat(600_000)}`)
          else if (name === 'seal' && flying === undefined) seal()
          else if (name === 'commit' && flying !== undefined) {
            driver.commit()
            committed.push(...flying)
            flying = undefined
          } else if (name === 'unheard' && flying !== undefined) {
            driver.commitUnheard()
            await driver.crash()
            committed.push(...flying)
            flying = undefined
            filling = []
          } else if (name === 'crash') {
            await driver.crash()
            flying = undefined
            filling = []
          }
        }
        await driver.sink.close()
        expect(visible(path)).toEqual(committed)
        expect(names(path).filter((name) => name.startsWith('.'))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a folder that cannot be, and partitions', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => open({}, new HandClock(), join(folder, 'file', 'x'))).toThrow(expect.objectContaining({ code: 'S0102' }))
    const partitioned = { ...table({ path: folder, format: 'lines' }, [['line', STRING]]), partitionedBy: ['line'] }
    expect(() => filesystemConnector().validate!(partitioned)).toThrow(expect.objectContaining({ code: 'E0301' }))
  })
})
