/** Runs the code blocks of a page in order, in one folder that is thrown away. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDemo } from '../kit/demo-lock.js'
import { type Block, blocksOf, commandsOf, matches } from './blocks.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const BLOCK_MS_MAX = 120_000

export function describeDocument(path: string): void {
  const markdown = readFileSync(join(repository, path), 'utf8')
  const blocks = blocksOf(markdown)
  describe(path, () => {
    let folder: string
    beforeAll(() => {
      // Inside the package, so that `millrace` resolves to it.
      mkdirSync(join(repository, '.cache'), { recursive: true })
      folder = mkdtempSync(join(repository, '.cache', 'docs-'))
      mkdirSync(join(folder, '.bin'))
      const launcher = `#!/bin/sh\nexec "${process.execPath}" "${join(repository, 'bin/millrace.mjs')}" "$@"\n`
      writeFileSync(join(folder, '.bin', 'millrace'), launcher, { mode: 0o755 })
      if (!existsSync(join(repository, 'dist/cli.mjs'))) spawnSync(process.execPath, [join(repository, 'scripts/build.mjs')])
    }, BLOCK_MS_MAX)
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    for (const block of blocks) {
      it(`line ${block.line}: ${block.language} (${block.action.kind})`, () => execute(block, folder), BLOCK_MS_MAX)
    }
  })
}

function execute(block: Block, folder: string): void {
  expect(block.action.kind, `say before the block at line ${block.line} what becomes of it`).not.toBe('unmarked')
  if (block.action.kind === 'file') {
    const path = join(folder, block.action.path)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, block.text)
  } else if (block.action.kind === 'run') {
    if (block.language === 'console') for (const { command, output } of commandsOf(block.text)) check(command, run(folder, command), output)
    else if (block.language === 'sh') check(block.text, run(folder, block.text), block.output)
    else if (block.language === 'sql') check('sql', run(folder, 'millrace sql -f block.sql', { 'block.sql': block.text }), block.output)
    else if (block.language === 'ts') check('ts', run(folder, 'tsx block.ts', { 'block.ts': block.text }), block.output)
    else expect.fail(`a ${block.language} block cannot be run`)
  }
}

function run(folder: string, command: string, files: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  if (!/\bmillrace demo\b/.test(command)) return spawn(folder, command)
  const release = lockDemo()
  const result = spawn(folder, command)
  release()
  return result
}

function spawn(folder: string, command: string) {
  const PATH = [join(folder, '.bin'), join(repository, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH, NO_COLOR: '1', COLUMNS: '120' }
  return spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', timeout: BLOCK_MS_MAX, env, input: '' })
}

function check(what: string, result: ReturnType<typeof run>, output: string | undefined): void {
  expect({ what, code: result.status, problem: result.status === 0 ? '' : result.stderr + result.stdout }).toEqual({
    what,
    code: 0,
    problem: '',
  })
  if (output === undefined || output.trim() === '') return
  if (!matches(output, result.stdout)) expect(result.stdout).toBe(output)
}
