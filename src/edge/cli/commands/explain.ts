/** `millrace explain`: the plan of every query and INSERT of SQL files. */
import { MillraceErrors } from '../../../engine-lite/contract/errors/index.js'
import { explain as explainPlan } from '../../../engine-lite/sql/explain/explain.js'
import { systemClock, systemRandom } from '../../../engine-lite/time/system-clock.js'
import { gatewayConnectors } from '../../gateway/gateway.js'
import { readSqlFile } from '../../gateway/pipeline-files.js'
import { createSession } from '../../gateway/plan-pipelines.js'
import { DOOR_NAMES, plannedDoors } from '../../gateway/planned-doors.js'
import { EXIT_OK } from '../exit-code.js'
import type { Terminal } from '../terminal.js'

/** @throws MillraceErrors of all files */
export async function explain(paths: readonly string[], terminal: Terminal): Promise<number> {
  const { connectors } = gatewayConnectors(plannedDoors(DOOR_NAMES), 'local', systemRandom)
  const session = createSession({ connectors, gatewayId: 'local', clock: systemClock(), random: systemRandom })
  const results = paths.map(readSqlFile).map(({ path, text }) => session.execute(text, path))
  const errors = results.flatMap((result) => result.errors)
  if (errors.length > 0) throw new MillraceErrors(errors)
  const statements = results.flatMap((script) => script.results)
  if (!statements.some(({ kind }) => kind === 'query' || kind === 'insert'))
    terminal.say('note: no query and no INSERT: nothing has a plan')
  for (const result of statements) {
    if (result.kind === 'query') terminal.out(explainPlan(result.plan))
    if (result.kind === 'insert') for (const sink of result.sinks) terminal.out(explainPlan(sink))
  }
  return EXIT_OK
}
