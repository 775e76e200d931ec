/**
 * Sums up a CI run: test results of vitest's JSON reports in a folder, plus stages. Prints the closing line, and is not 0 when something failed.
 *
 *   node scripts/ci/summary.mjs <folder> <stages passed> <stages failed>
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, stagesPassed, stagesFailed] = process.argv.slice(2)
const sum = { passed: Number(stagesPassed), failed: Number(stagesFailed), skipped: 0 }

for (const name of readdirSync(folder).sort()) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const skipped = report.numPendingTests + report.numTodoTests
  console.log(`${name.replace('.json', '')}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
  sum.passed += report.numPassedTests
  sum.failed += report.numFailedTests
  sum.skipped += skipped
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exitCode = sum.failed === 0 ? 0 : 1
