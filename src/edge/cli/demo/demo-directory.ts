/** The folder of a demo: its configuration, its state and its stand-in for the cloud. Emptied at every start, and only if it is a demo's. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeDirectory } from '../../../engine-lite/base/make-directory.js'
import { MillraceError } from '../../../engine-lite/contract/errors/index.js'
import { packageRoot } from './package-root.js'

export interface DemoDirectory {
  readonly dir: string
  readonly configFile: string
  /** One JSON-lines file per topic. */
  readonly cloudDir: string
  readonly journalFile: string
  readonly gatewayLog: string
}

export interface DemoPorts {
  readonly mqtt: number
  readonly http: number
}

/** Its presence says that the folder is a demo's, and may be emptied. */
const MARKER = '.millrace-demo'

/** @throws MillraceError C0021 for a folder with files that are not a demo's, C0001 where it cannot be made */
export function prepareDemoDirectory(path: string, ports: DemoPorts): DemoDirectory {
  const dir = resolve(path)
  const present = existsSync(dir) ? readdirSync(dir) : []
  if (present.length > 0 && !present.includes(MARKER)) {
    throw new MillraceError('C0021', `${path} holds files that are not a demo's`, { hint: 'name an empty folder with --dir' })
  }
  try {
    rmSync(dir, { recursive: true, force: true })
    makeDirectory(dir)
    writeFileSync(join(dir, MARKER), 'Made by millrace demo; emptied by its next start.\n')
    writeFileSync(join(dir, 'gateway.yaml'), demoConfig(ports))
  } catch (error) {
    throw new MillraceError('C0001', `${path} cannot be prepared: ${(error as Error).message}`, { cause: error })
  }
  return {
    dir,
    configFile: join(dir, 'gateway.yaml'),
    cloudDir: join(dir, 'cloud'),
    journalFile: join(dir, 'acknowledged.jsonl'),
    gatewayLog: join(dir, 'gateway.log'),
  }
}

function demoConfig({ mqtt, http }: DemoPorts): string {
  return `# Made by millrace demo. The commented original is ${JSON.stringify(join(packageRoot(), 'config/gateway.yaml'))}
gateway: { id: plant-a-gw1 }
mqtt: { embedded: { listen: 127.0.0.1:${mqtt} } }
state: { dir: state }
uplink: { file: cloud }
http: { listen: 127.0.0.1:${http} }
pipelines: ${JSON.stringify(join(packageRoot(), 'config/pipelines'))}
log: { level: warn }
`
}
