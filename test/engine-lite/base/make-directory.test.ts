import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDirectory } from '../../../src/engine-lite/base/make-directory.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-directory-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('making a directory', () => {
  it('makes those above it, with the mode, and again does nothing', () => {
    makeDirectory(join(dir, 'a/b/c'), 0o700)
    makeDirectory(join(dir, 'a/b/c'))
    expect(statSync(join(dir, 'a/b/c')).mode & 0o777).toBe(0o700)
  })

  it('fails where a file is in the way', () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => makeDirectory(join(dir, 'file/below'))).toThrow('ENOTDIR')
  })

  it.runIf(existsSync('/proc/self'))(
    'fails, and does not go on for ever, where the file system says that a parent which is there is not',
    () => {
      expect(() => makeDirectory('/proc/millrace/data')).toThrow('ENOENT')
    },
  )
})
