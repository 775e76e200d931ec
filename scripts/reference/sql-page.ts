/** docs/reference/sql.md: its first part is written by hand, functions and settings come from the registries, the score from the last oracle run. */
import { existsSync, readFileSync } from 'node:fs'
import { aggregateType, isAggregate } from '../../src/engine-lite/sql/functions/aggregates.js'
import { FLINK_FUNCTION_NAMES } from '../../src/engine-lite/sql/functions/flink-names.js'
import { functionNames } from '../../src/engine-lite/sql/functions/registry.js'
import { Settings } from '../../src/engine-lite/sql/session/settings.js'

const HAND_WRITTEN = new URL('./sql-statements.md', import.meta.url)
/** Written by `npm run oracle`: one line per file and group of Flink's expectations. */
const SCORE = new URL('../../test/oracle/score.md', import.meta.url)

/** Functions in form that the binder or the window planner knows by themselves. */
const SPECIAL_FORMS = 'CAST TRY_CAST NULLIF IF HOP_START HOP_END HOP_ROWTIME TUMBLE_START TUMBLE_END TUMBLE_ROWTIME'.split(' ')

export function sqlPage(): string {
  const names = new Set([...functionNames(), ...SPECIAL_FORMS])
  const built = new Set([...FLINK_FUNCTION_NAMES].filter((name) => names.has(name) || isBuiltAggregate(name)))
  const missing = [...FLINK_FUNCTION_NAMES].filter((name) => !built.has(name))
  const settings = new Settings().entries().map(([key, value]) => `| \`${key}\` | ${value === '' ? '' : `\`${value}\``} |`)
  return [
    readFileSync(HAND_WRITTEN, 'utf8').trimEnd(),
    '',
    '## Functions',
    '',
    `Built: ${code([...built].sort())}.`,
    '',
    `In Flink and not built yet (refused with \`E0301\`): ${code(missing.sort())}.`,
    '',
    '## SET',
    '',
    'These keys have an effect; other keys of Flink are accepted, so that a script runs unchanged, and reported as having none; a key nobody has is an error.',
    '',
    '| key | default |',
    '|---|---|',
    ...settings,
    '',
    ...scorePart(),
  ].join('\n')
}

function isBuiltAggregate(name: string): boolean {
  return isAggregate(name) && aggregateType(name, []) !== undefined
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' ')
}

function scorePart(): string[] {
  if (!existsSync(SCORE)) return []
  return [
    '## Score',
    '',
    'Against 4,394 test expectations of Apache Flink (2.4-SNAPSHOT, commit `c43754cdc4f7`, Copyright The Apache Software Foundation, Apache-2.0), in the build of this',
    'page. *Passed*: the result, or the refusal, equals Flink’s. *Not supported*: refused by name. *Wrong* must be 0.',
    '',
    readFileSync(SCORE, 'utf8').trimEnd(),
    '',
  ]
}
