import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDemo } from '../../kit/demo-lock.js'
import { ensureBuilt, millrace } from './millrace.js'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-demo-'))
  await ensureBuilt()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('millrace demo', () => {
  it('shows windows of a simulated plant, on free ports, and stops with everything accounted for', { timeout: 60_000 }, async () => {
    // Taken or not before, it is taken now.
    const taken = createServer().on('error', () => {})
    await new Promise<void>((resolve) =>
      taken
        .once('listening', resolve)
        .once('error', () => resolve())
        .listen(8081, '127.0.0.1'),
    )
    const release = lockDemo()
    const { code, stdout, stderr } = await millrace(['demo', '--for', '14', '--dir', join(dir, 'one')])
    release()
    taken.close()
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('first window result') })
    expect(stderr).toMatch(/✔ status .*\(port 8081 is taken\)/)
    expect(stdout).toMatch(/device-windows +\d\d:\d\d:\d\d–\d\d:\d\d:\d\d {2}\d devices, \d+ readings/)
    expect(stdout).toMatch(/line-overview .*line=A {2}readings=\d+ {2}avg_temp=/)
    const [, all, held, out, dropped] = /stopped: (\d+) in = (\d+) held \+ (\d+) out \+ (\d+) dropped/.exec(stderr)!.map(Number)
    expect(all).toBe(held! + out! + dropped!)
    expect(existsSync(join(dir, 'one/cloud/device-windows.jsonl'))).toBe(true)
  })

  it('--break kills the gateway in mid-window and proves that nothing was lost or doubled', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await millrace(['demo', '--break', '--seed', '7', '--dir', join(dir, 'two')])
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining('0 lost, 0 duplicated') })
    expect(stderr).toMatch(/SIGKILL in the middle of the window/)
    const acknowledged = readFileSync(join(dir, 'two/acknowledged.jsonl'), 'utf8').trim().split('\n')
    expect(Number(/acknowledged +(\d+) messages/.exec(stdout)![1])).toBeGreaterThan(400)
    expect(acknowledged.length).toBeGreaterThan(400)
  })

  it("empties no folder but a demo's", async () => {
    mkdirSync(join(dir, 'mine'))
    writeFileSync(join(dir, 'mine/precious.txt'), 'x')
    const { code, stderr } = await millrace(['demo', '--dir', join(dir, 'mine')])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("holds files that are not a demo's") })
    expect(existsSync(join(dir, 'mine/precious.txt'))).toBe(true)
  })
})
