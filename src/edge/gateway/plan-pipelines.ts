/** From SQL files to graphs: what `run` deploys and `validate` checks. */
import type { Clock, Random } from '../../engine-lite/contract/clock.js'
import type { ConnectorSpec } from '../../engine-lite/contract/connector.js'
import { MillraceError, MillraceErrors } from '../../engine-lite/contract/errors/index.js'
import type { StreamGraph } from '../../engine-lite/contract/graph.js'
import { FORMATS } from '../../engine-lite/format/registry.js'
import type { DeployOptions } from '../../engine-lite/runtime/engine-options.js'
import { SqlSession } from '../../engine-lite/sql/session/session.js'
import type { InsertResult } from '../../engine-lite/sql/session/statement-result.js'
import type { PipelineFiles, SqlFile } from './pipeline-files.js'

export interface PlanSurroundings {
  readonly connectors: readonly ConnectorSpec[]
  readonly gatewayId: string
  readonly clock: Clock
  readonly random: Random
}

export interface PlannedPipeline {
  readonly graph: StreamGraph
  readonly options: DeployOptions
}

/** Nothing of a pipeline with an error is planned, but the others are looked at all the same. */
export interface PlanResult {
  readonly planned: readonly PlannedPipeline[]
  readonly errors: readonly MillraceError[]
}

export function planPipelines(pipelines: readonly PipelineFiles[], surroundings: PlanSurroundings): PlanResult {
  const planned: PlannedPipeline[] = []
  const errors: MillraceError[] = []
  for (const pipeline of pipelines) {
    const result = planPipeline(pipeline, surroundings)
    if ('errors' in result) errors.push(...result.errors)
    else planned.push(result)
  }
  return { planned, errors }
}

/** All INSERTs of a pipeline run as one graph, in one session of their own. */
function planPipeline(
  { name, files }: PipelineFiles,
  surroundings: PlanSurroundings,
): PlannedPipeline | { errors: readonly MillraceError[] } {
  const session = createSession(surroundings)
  const errors: MillraceError[] = []
  const inserts: InsertResult[] = []
  for (const file of files) {
    const found = executeFile(session, file)
    errors.push(...found.errors)
    inserts.push(...found.inserts)
  }
  if (errors.length > 0) return { errors }
  if (inserts.length === 0) return { errors: [withoutInsert(name, files)] }
  try {
    const graph = session.insertGraph(name, inserts)
    return { graph, options: { onError: session.settings.get('pipeline.on-error') === 'fail' ? 'fail' : 'dead-letter' } }
  } catch (error) {
    return { errors: asErrors(error) }
  }
}

export function createSession({ connectors, gatewayId, clock, random }: PlanSurroundings): SqlSession {
  return new SqlSession({
    connectors: new Map(connectors.map((connector) => [connector.name, connector])),
    formats: FORMATS,
    gatewayId,
    clock,
    random,
  })
}

function executeFile(session: SqlSession, file: SqlFile): { errors: MillraceError[]; inserts: InsertResult[] } {
  const { results, errors } = session.execute(file.text, file.path)
  const found = [...errors]
  const inserts: InsertResult[] = []
  for (const result of results) {
    if (result.kind === 'insert') inserts.push(result)
    else if (result.kind === 'query') {
      found.push(
        new MillraceError('C0011', 'a query whose rows go nowhere has no place in a pipeline', {
          place: { file: file.path },
          hint: 'write INSERT INTO a table before it, or run it with: millrace sql',
        }),
      )
    }
  }
  return { errors: found, inserts }
}

function withoutInsert(name: string, files: readonly SqlFile[]): MillraceError {
  return new MillraceError('C0013', `pipeline ${name} has no INSERT`, {
    ...(files[0] && { place: { file: files.at(-1)!.path } }),
    hint: 'a pipeline is at least one INSERT INTO a table',
  })
}

function asErrors(error: unknown): readonly MillraceError[] {
  if (error instanceof MillraceErrors) return error.errors
  if (error instanceof MillraceError) return [error]
  throw error
}

/** What is wrong with SQL files taken together, in order: statements, then tables, used or not. Queries without an INSERT are fine here. */
export function checkScripts(files: readonly SqlFile[], surroundings: PlanSurroundings): readonly MillraceError[] {
  const session = createSession(surroundings)
  const results = files.map((file) => session.execute(file.text, file.path))
  const errors = [...results.flatMap((result) => result.errors), ...session.tableErrors()]
  if (errors.length > 0) return errors
  const inserts = results.flatMap((result) => result.results).filter((result) => result.kind === 'insert')
  try {
    if (inserts.length > 0) session.insertGraph('validate', inserts)
    return []
  } catch (error) {
    return asErrors(error)
  }
}
