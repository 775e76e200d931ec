/** `millrace validate`: what `run` would refuse, all at once, without opening, listening or connecting. */
import { MillraceError, MillraceErrors } from '../../../engine-lite/contract/errors/index.js'
import { renderErrors } from '../../../engine-lite/sql/errors/render.js'
import { systemClock, systemRandom } from '../../../engine-lite/time/system-clock.js'
import type { GatewayConfig } from '../../config/gateway-config.js'
import { loadGatewayConfig } from '../../config/load.js'
import { gatewayConnectors } from '../../gateway/gateway.js'
import { pemTexts } from '../../gateway/mqtt-doors.js'
import { readPipelines, readSqlFile } from '../../gateway/pipeline-files.js'
import { checkScripts, type PlanSurroundings, planPipelines } from '../../gateway/plan-pipelines.js'
import { DOOR_NAMES, plannedDoors } from '../../gateway/planned-doors.js'
import { EXIT_CONFIG, EXIT_OK } from '../exit-code.js'
import type { Terminal } from '../terminal.js'

export interface ValidateOptions {
  readonly config: string
  readonly json?: boolean
}

export async function validate(files: readonly string[], options: ValidateOptions, terminal: Terminal): Promise<number> {
  const { errors, warnings, checked } = gather(() => (files.length > 0 ? checkFiles(files) : checkGateway(options.config)))
  if (options.json) terminal.out(JSON.stringify({ valid: errors.length === 0, errors: errors.map(plainError), warnings }))
  else {
    for (const warning of warnings) terminal.say(`warn: ${warning}`)
    if (errors.length > 0) terminal.say(renderErrors(errors, { color: terminal.colour }))
    else terminal.say(`ok: ${checked}`)
  }
  return errors.length === 0 ? EXIT_OK : EXIT_CONFIG
}

interface Findings {
  readonly errors: readonly MillraceError[]
  readonly warnings: readonly string[]
  /** What was looked at. */
  readonly checked: string
}

function gather(check: () => Findings): Findings {
  try {
    return check()
  } catch (error) {
    if (error instanceof MillraceErrors) return { errors: error.errors, warnings: [], checked: '' }
    if (error instanceof MillraceError) return { errors: [error], warnings: [], checked: '' }
    throw error
  }
}

function checkGateway(file: string): Findings {
  const config = loadGatewayConfig(file)
  const { embedded, external } = config.mqtt
  const names = [...(embedded ? ['embedded'] : []), ...(external ? ['external'] : [])]
  const pipelines = readPipelines(config.pipelinesDir)
  const { planned, errors } = planPipelines(pipelines, surroundings(names, config.gatewayId))
  return { errors: [...certificateErrors(config), ...errors], warnings: config.warnings, checked: `${file}, ${planned.length} pipelines` }
}

function checkFiles(paths: readonly string[]): Findings {
  const errors = checkScripts(paths.map(readSqlFile), surroundings(DOOR_NAMES, 'local'))
  return { errors, warnings: [], checked: paths.join(', ') }
}

function surroundings(doorNames: readonly string[], gatewayId: string): PlanSurroundings {
  const { connectors } = gatewayConnectors(plannedDoors(doorNames), gatewayId, systemRandom)
  return { connectors, gatewayId, clock: systemClock(), random: systemRandom }
}

/** Certificates that cannot be read. */
function certificateErrors({ mqtt, uplink }: GatewayConfig): MillraceError[] {
  const errors: MillraceError[] = []
  for (const tls of [mqtt.embedded?.tls, mqtt.external?.tls, uplink.kafka?.tls]) {
    try {
      if (tls) pemTexts(tls)
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      errors.push(error)
    }
  }
  return errors
}

function plainError({ code, message, place, detail, hint }: MillraceError): object {
  return { code, message, file: place?.file ?? null, ...place?.span, detail, hint: hint ?? null }
}
