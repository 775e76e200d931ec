#!/usr/bin/env node
/**
 * Keeps taste by machine: length of files, direction of imports, cycles, banned calls with what to write instead, dead files, words that
 * stay out. The rules are data in `tidy/layers.mjs` and `tidy/bans.mjs`. Length of functions is a rule of the linter.
 *
 *   node scripts/tidy.mjs [--root folder] [--only-tested]
 *
 * Exit code 1 when there is a finding. `--only-tested` also lists sources that only tests reach.
 */
import { bans, cycles, dead, layers, lengths, missing, onlyTested, words } from './tidy/checks.mjs'
import { namedEntries, readTree } from './tidy/files.mjs'

const rootAt = process.argv.indexOf('--root')
const root = rootAt === -1 ? new URL('..', import.meta.url).pathname : process.argv[rootAt + 1]

const files = readTree(root)
const entries = namedEntries(root, files)
const checks = { length: lengths, layer: layers, missing, cycle: cycles, ban: bans, word: words, dead }

let count = 0
for (const [rule, check] of Object.entries(checks)) {
  for (const { path, line, text } of check(files, entries)) {
    count += 1
    console.log(`${path}:${line}  ${rule}: ${text}`)
  }
}
if (process.argv.includes('--only-tested')) for (const path of onlyTested(files, entries)) console.log(`${path}  only tests reach it`)
console.log(`tidy: ${files.size} files, ${count} findings`)
process.exitCode = count === 0 ? 0 : 1
