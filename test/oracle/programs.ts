/** Whole SQL programs of the oracle: run in one go or stopped with a savepoint in the middle and restored, sinks compared as multisets. */
import type { ConnectorSpec } from '../../src/engine-lite/contract/connector.js'
import { MillraceError, MillraceErrors } from '../../src/engine-lite/contract/errors/index.js'
import type { Schema } from '../../src/engine-lite/contract/type.js'
import type { CatalogTable } from '../../src/engine-lite/sql/catalog/table.js'
import { rowPrinter } from '../../src/engine-lite/sql/values/row-text.js'
import { Feed, kindOf, rowsConnector } from '../kit/rows-connector.js'
import { ScriptRun } from '../kit/script-run.js'
import { Inexpressible, internalValue } from './neutral.js'
import { emptyScore, readOracle, type Score } from './oracle.js'

interface NeutralRow {
  readonly kind: string
  readonly row: readonly unknown[]
}

interface Step {
  readonly step: string
  readonly name: string
  readonly schema: readonly string[]
  readonly key: string
  readonly value: string
  readonly sql: string
  readonly statements: readonly string[]
  readonly options?: Readonly<Record<string, string>>
  readonly changelog?: boolean
  readonly before?: readonly NeutralRow[]
  readonly after?: readonly NeutralRow[]
  readonly before_str?: readonly string[]
  readonly after_str?: readonly string[]
  readonly partitioned_by?: readonly string[]
  readonly dedup_fields?: readonly string[]
}

interface Program {
  readonly id: string
  readonly file: string
  readonly setup: readonly Step[]
  readonly run: readonly Step[]
}

/** Options the foreign sources and sinks know; those with an effect that is not built refuse the program. */
const PASSED_OPTIONS = [
  'enable-watermark-push-down',
  'disable-lookup',
  'async',
  'sink-insert-only',
  'terminating',
  'runtime-source',
  'bounded',
  'filterable-fields',
  'source.sleep-after-elements',
  'source.sleep-time',
  'source.produces-delete-by-key',
  'sink.supports-delete-by-key',
  'changelog-mode',
  'sink-changelog-mode-enforced',
  'enable-projection-push-down',
]

/** Accepted by the 1.20 line, refused since 2.3: an upsert INSERT without ON CONFLICT. */
const NEWER_THAN_1_20 = new Set(['sink-append-only-with-pk-without-on-conflict'])
/** What only the connectors of Flink's own tests can do. */
const FOREIGN_ABILITIES = ['readable-metadata', 'writable-metadata', 'partition-list']
/** Programs that switch on what only Flink's own tests use. */
const INTERNAL_SETTINGS = ['__table.exec.sort.non-temporal.enabled__']

export async function scorePrograms(): Promise<Score | undefined> {
  const programs = readOracle('programs.json') as Program[] | undefined
  if (programs === undefined) return undefined
  const score = emptyScore()
  for (const program of programs) {
    const verdict = await judge(program)
    if (verdict === 'passed') score.passed++
    else if (verdict === 'not supported') score.notSupported++
    else score.wrong.push(`${program.id}: ${verdict}`)
  }
  return score
}

/** `passed`, `not supported`, or what is wrong. */
export async function judge(program: Program): Promise<string> {
  if (program.file.includes('/exec/batch/') || NEWER_THAN_1_20.has(program.id)) return 'not supported'
  if (program.setup.some(({ options }) => Object.keys(options ?? {}).some((name) => FOREIGN_ABILITIES.includes(name))))
    return 'not supported'
  if (program.setup.some(({ key }) => INTERNAL_SETTINGS.includes(key))) return 'not supported'
  const failing = program.run.filter((step) => step.step === 'FAILING_SQL')
  try {
    return failing.length > 0 ? await judgeFailing(program) : await judgeRows(program)
  } catch (error) {
    if (error instanceof Inexpressible) return 'not supported'
    if (isNotBuilt(error)) return 'not supported'
    return error instanceof Error ? `${error.message.split('\n')[0]}` : String(error)
  }
}

/** Every error says "valid Flink, not built yet": then nothing is claimed of the statement. */
function isNotBuilt(error: unknown): boolean {
  if (error instanceof MillraceErrors) return error.errors.some((one) => one.code === 'E0301')
  return error instanceof MillraceError && error.code === 'E0301'
}

async function judgeFailing(program: Program): Promise<string> {
  try {
    const run = open(
      program,
      program.run.map((step) => step.sql),
    )
    feed(program, run, true)
    await run.start()
    await run.finish()
  } catch (error) {
    if (isNotBuilt(error)) return 'not supported'
    if (error instanceof MillraceError || error instanceof MillraceErrors) return 'passed'
    throw error
  }
  return 'accepted, and Flink refuses it'
}

async function judgeRows(program: Program): Promise<string> {
  const statements = program.run.flatMap((step) => (step.step === 'STATEMENT_SET' ? step.statements : [step.sql]))
  const run = open(program, statements)
  const restores = program.setup.some((step) => step.step === 'SOURCE_WITH_RESTORE_DATA')
  if (restores) {
    feed(program, run, false)
    await run.start()
    await run.caughtUp()
    await run.stop()
  }
  feed(program, run, true)
  await run.start()
  await run.finish()
  const differences: string[] = []
  for (const step of program.setup)
    if (step.step.startsWith('SINK_WITH')) differences.push(...(await compareSink(step, run, isMiniBatch(program))))
  return differences.length === 0 ? 'passed' : differences.join('; ')
}

function open(program: Program, statements: readonly string[]): ScriptRun {
  const setup = program.setup.map((step) => {
    if (step.step === 'CONFIG') return `SET '${step.key}' = '${step.value}'`
    if (step.step === 'SQL') return step.sql
    return ddl(step)
  })
  const inserts = statements.length > 1 ? `EXECUTE STATEMENT SET BEGIN ${statements.map((s) => `${s};`).join('\n')} END` : statements[0]
  return new ScriptRun([...setup, inserts].join(';\n'), (feeds) => [
    foreignConnector(feeds, 'changelog'),
    foreignConnector(feeds, 'upsert'),
  ])
}

function ddl(step: Step): string {
  const upsert = step.step.startsWith('SINK') && step.schema.some((line) => line.includes('PRIMARY KEY'))
  const options = { ...step.options, connector: upsert ? 'rows-upsert' : 'rows' }
  const list = Object.entries(options).map(([key, value]) => `'${key}' = '${value}'`)
  const partitions = step.partitioned_by?.length ? ` PARTITIONED BY (${step.partitioned_by.join(', ')})` : ''
  return `CREATE TABLE ${step.name} (${step.schema.join(',\n')})${partitions} WITH (${list.join(', ')})`
}

/** Tables with changelog input, metadata and the like are refused as not built, by option. */
function foreignConnector(feeds: Map<string, Feed>, mode: 'changelog' | 'upsert'): ConnectorSpec {
  const base = rowsConnector(feeds, PASSED_OPTIONS, mode)
  return {
    ...base,
    validate(table) {
      const { options } = table
      const changelog = options.get('changelog-mode') ?? 'I'
      const pushdown = options.get('enable-watermark-push-down') === 'true'
      const enforced = options.has('sink-changelog-mode-enforced') || options.get('source.produces-delete-by-key') === 'true'
      if (pushdown) throw new MillraceError('E0301', 'what this source can do is valid in Flink and not built yet')
      if (changelog !== 'I' || enforced) throw new MillraceError('E0301', 'changelog input is valid in Flink and not built yet')
    },
  }
}

function feed(program: Program, run: ScriptRun, all: boolean): void {
  const { session } = run.plan()
  for (const step of program.setup) {
    if (!step.step.startsWith('SOURCE')) continue
    const table = session.catalog.get([step.name]) as CatalogTable
    const types = table.columns.filter((column) => column.kind === 'physical').map((column) => column.type)
    const rows = run.feeds.get(step.name) ?? new Feed()
    run.feeds.set(step.name, rows)
    if (rows.rows.length === 0) {
      for (const { kind, row } of [...(step.before ?? []), ...(step.after ?? [])]) {
        rows.rows.push({ kind: kindOf(kind), row: types.map((type, i) => internalValue(row[i], type)) })
      }
    }
    rows.available = all ? rows.rows.length : (step.before ?? []).length
    rows.ended = all
  }
}

/** Then only the materialised rows are defined. */
function isMiniBatch(program: Program): boolean {
  return program.setup.some((step) => step.key === 'table.exec.mini-batch.enabled' && step.value === 'true')
}

async function compareSink(step: Step, run: ScriptRun, materialised: boolean): Promise<string[]> {
  const { session } = run.plan()
  const table = session.catalog.get([step.name]) as CatalogTable
  const schema = table.columns.filter((column) => column.kind !== 'computed' && !(column.kind === 'metadata' && column.virtual))
  const print = rowPrinter(schema)
  const expected =
    step.before_str === undefined
      ? [...(step.before ?? []), ...(step.after ?? [])].map(({ kind, row }) =>
          print(
            schema.map(({ type }, i) => internalValue(row[i], type)),
            kindOf(kind),
          ),
        )
      : [...step.before_str, ...(step.after_str ?? [])]
  const got = await run.rowsOf(step.name)
  const [want, have] =
    step.changelog === false || materialised ? [materialise(expected, schema, table), materialise(got, schema, table)] : [expected, got]
  const a = [...want].sort().join('\n')
  const b = [...have].sort().join('\n')
  return a === b
    ? []
    : [`${step.name}: got ${JSON.stringify([...have].sort().slice(0, 6))} instead of ${JSON.stringify([...want].sort().slice(0, 6))}`]
}

/** The rows that remain after a changelog; by primary key where the table has one, else as a multiset. */
function materialise(lines: readonly string[], schema: Schema, table: CatalogTable): string[] {
  const keyAt = table.primaryKey.map((name) => schema.findIndex((column) => column.name === name))
  const left: string[] = []
  const byKey = new Map<string, string>()
  for (const line of lines) {
    const kind = line.slice(0, 2)
    const row = line.slice(2)
    if (keyAt.length > 0) {
      const fields = row.slice(1, -1).split(', ')
      const key = keyAt.map((i) => fields[i]).join('|')
      if (kind === '+I' || kind === '+U') byKey.set(key, row)
      else if (kind === '-D') byKey.delete(key)
    } else if (kind === '+I' || kind === '+U') left.push(row)
    else left.splice(left.indexOf(row), 1)
  }
  return keyAt.length > 0 ? [...byKey.values()] : left
}
