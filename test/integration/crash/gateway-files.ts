/** What a gateway is started with: a configuration and one pipeline, in a directory of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface GatewayFiles {
  readonly dir: string
  readonly config: string
  readonly dataDir: string
  readonly httpPort: number
}

export interface GatewayParts {
  readonly dir: string
  /** What stands below `mqtt:`. */
  readonly mqtt: string
  /** What stands below `uplink:`. */
  readonly uplink: string
  readonly tables: string
  readonly pipeline: string
  /** Default: within `dir`. */
  readonly dataDir?: string
}

const PIPELINE = 'crash'

export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'millrace-crash-'))
export const removeDirectory = (dir: string): void => rmSync(dir, { recursive: true, force: true })

/** Port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

export async function writeGateway(parts: GatewayParts): Promise<GatewayFiles> {
  const { dir, mqtt, uplink, tables, pipeline, dataDir = join(dir, 'data') } = parts
  const httpPort = await freePort()
  mkdirSync(join(dir, 'pipelines', PIPELINE), { recursive: true })
  writeFileSync(join(dir, 'pipelines', PIPELINE, 'tables.gateway.sql'), tables)
  writeFileSync(join(dir, 'pipelines', PIPELINE, 'pipeline.sql'), pipeline)
  const config = join(dir, 'gateway.yaml')
  writeFileSync(
    config,
    `gateway: { id: crash-gw }
mqtt: { ${mqtt} }
state: { dir: ${dataDir}, commit: { mode: latency } }
uplink: { ${uplink} }
http: { listen: 127.0.0.1:${httpPort} }
pipelines: ${join(dir, 'pipelines')}
log: { level: info }
`,
  )
  return { dir, config, dataDir, httpPort }
}
