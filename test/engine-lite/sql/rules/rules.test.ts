/**
 * Each rule has a fixture of its name: pairs of a statement and the plan after this rule alone, each closed by a semicolon. `UPDATE=1` writes
 * the plans that come out; read them before keeping them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { printPlan } from '../../../../src/engine-lite/sql/explain/explain.js'
import { RULES } from '../../../../src/engine-lite/sql/rules/optimize.js'
import type { PlanRule } from '../../../../src/engine-lite/sql/rules/rule.js'
import { planOf } from '../session-kit.js'

const folder = fileURLToPath(new URL('.', import.meta.url))
const ruleNames = readdirSync(fileURLToPath(new URL('../../../../src/engine-lite/sql/rules', import.meta.url)))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => name !== 'rule' && name !== 'optimize')

interface Pair {
  readonly comment: string
  readonly sql: string
  readonly plan: string
}

function readPairs(text: string): { header: string; pairs: Pair[] } {
  const [header = '', ...blocks] = text.split(/\n\n/)
  const pairs = blocks.map((block) => {
    const [first = '', plan = ''] = block.split(/;\n/)
    const lines = first.split('\n')
    const comment = lines.filter((line) => line.startsWith('--')).join('\n')
    return { comment, sql: lines.filter((line) => !line.startsWith('--')).join('\n'), plan: plan.trimEnd().replace(/\n?;$/, '') }
  })
  return { header, pairs }
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

describe.each(ruleNames)('%s', (name) => {
  const rule = RULES.find((candidate) => kebab(candidate.name) === name) as PlanRule
  const file = `${folder}${name}.sql`
  const { header, pairs } = readPairs(readFileSync(file, 'utf8'))
  const rewritten = (sql: string) => printPlan(rule(planOf(sql)))

  if (process.env.UPDATE === '1') {
    writeFileSync(file, [header, ...pairs.map(({ comment, sql }) => `${comment}\n${sql};\n${rewritten(sql)}\n;`)].join('\n\n').concat('\n'))
  }

  it.each(readPairs(readFileSync(file, 'utf8')).pairs)('$comment', ({ sql, plan }) => {
    expect(rewritten(sql)).toBe(plan)
  })
})
