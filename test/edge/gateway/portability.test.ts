/** The promise of the README: a `pipeline.sql` runs unchanged on Flink beside `tables.flink.sql`, and means the same there. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gatewayConnectors } from '../../../src/edge/gateway/gateway.js'
import { createSession } from '../../../src/edge/gateway/plan-pipelines.js'
import { DOOR_NAMES, plannedDoors } from '../../../src/edge/gateway/planned-doors.js'
import { MillraceErrors } from '../../../src/engine-lite/contract/errors/index.js'
import { printPlan } from '../../../src/engine-lite/sql/explain/explain.js'
import type { SinkPlan } from '../../../src/engine-lite/sql/logical/plan.js'
import { parseScript } from '../../../src/engine-lite/sql/parser/script.js'
import { printType } from '../../../src/engine-lite/sql/types/print.js'
import { systemClock, systemRandom } from '../../../src/engine-lite/time/system-clock.js'

const directory = 'config/pipelines'
const pipelines = readdirSync(directory)

const text = (pipeline: string, file: string) => readFileSync(`${directory}/${pipeline}/${file}`, 'utf8')

/** Binds files in one session and returns what their INSERTs write. */
function sinksOf(pipeline: string, ...files: string[]): readonly SinkPlan[] {
  const { connectors } = gatewayConnectors(plannedDoors(DOOR_NAMES), 'gw', systemRandom)
  const session = createSession({ connectors, gatewayId: 'gw', clock: systemClock(), random: systemRandom })
  return files.flatMap((file) => {
    const { results, errors } = session.execute(text(pipeline, file), file)
    if (errors.length > 0) throw new MillraceErrors(errors)
    return results.flatMap((result) => (result.kind === 'insert' ? result.sinks : []))
  })
}

/** What is computed: aggregations, windows and event time, from the sink down. Projections differ where a column is a constant on one side. */
function stepsOf(plan: SinkPlan): readonly string[] {
  const lines = printPlan(plan).split('\n')
  return lines.map((line) => line.replace(/^[ |+-]*/, '')).filter((line) => !/^(Sink|Calc|Scan)\(/.test(line))
}

/** A column may be a NOT NULL constant on the gateway and a field of the message in the cloud. */
const typesOf = (plan: SinkPlan) => plan.input.schema.map(({ type }) => printType(type).replace(' NOT NULL', ''))

describe.each(pipelines)('pipeline %s', (pipeline) => {
  it('holds nothing but views and INSERTs: tables and settings stand beside it', () => {
    const { statements, errors } = parseScript(text(pipeline, 'pipeline.sql'))
    expect(errors).toEqual([])
    for (const { kind } of statements) expect(['create-view', 'insert', 'statement-set']).toContain(kind)
    expect(text(pipeline, 'pipeline.sql')).not.toMatch(/mqtt|METADATA|OPTIONS/i)
  })

  it('has the same plan over the tables of the gateway and over those of Flink', () => {
    const gateway = sinksOf(pipeline, 'tables.gateway.sql', 'pipeline.sql')
    const flink = sinksOf(pipeline, 'tables.flink.sql', 'pipeline.sql')
    expect(gateway.length).toBeGreaterThan(0)
    expect(gateway.map(stepsOf)).toEqual(flink.map(stepsOf))
    expect(gateway.map(typesOf)).toEqual(flink.map(typesOf))
    for (const plan of gateway) expect(stepsOf(plan)).toContainEqual(expect.stringMatching(/^Watermark\(/))
  })

  it('declares for Flink what the gateway does by itself: windows in UTC, a watermark with every row', () => {
    const tables = text(pipeline, 'tables.flink.sql')
    expect(tables).toContain("SET 'table.local-time-zone' = 'UTC';")
    expect(tables).toContain("'scan.watermark.emit.strategy' = 'on-event'")
  })
})
