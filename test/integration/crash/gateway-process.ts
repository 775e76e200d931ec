/** The gateway as a process of its own, from the bundle: started, killed without warning, started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const PIPELINE = 'crash'

export interface GatewayFiles {
  readonly dir: string
  readonly config: string
  readonly uplinkDir: string
  readonly httpPort: number
}

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

/** @param mqttYaml the `mqtt:` block of the configuration, indented by two */
export async function writeGateway(mqttYaml: string, tables: string, pipeline: string): Promise<GatewayFiles> {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
  const httpPort = await freePort()
  const uplinkDir = join(dir, 'cloud')
  mkdirSync(join(dir, 'pipelines', PIPELINE), { recursive: true })
  writeFileSync(join(dir, 'pipelines', PIPELINE, 'tables.gateway.sql'), tables)
  writeFileSync(join(dir, 'pipelines', PIPELINE, 'pipeline.sql'), pipeline)
  const config = join(dir, 'gateway.yaml')
  writeFileSync(
    config,
    `gateway: { id: crash-gw }
mqtt:
${mqttYaml}
state: { dir: ${join(dir, 'data')}, commit: { mode: latency } }
uplink: { file: ${uplinkDir} }
http: { listen: 127.0.0.1:${httpPort} }
pipelines: ${join(dir, 'pipelines')}
log: { level: warn }
`,
  )
  return { dir, config, uplinkDir, httpPort }
}

export class GatewayProcess {
  #child: ChildProcess | undefined
  #exited: Promise<number | null> = Promise.resolve(null)
  stderr = ''

  constructor(readonly files: GatewayFiles) {}

  /** Starts and waits until it answers. @param faultPoint `name:n`: the process kills itself when it passes that point the n-th time */
  async start(faultPoint?: string): Promise<void> {
    const child = spawn(process.execPath, [resolve('bin/millrace.mjs'), 'run', '--config', this.files.config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...(faultPoint !== undefined && { MILLRACE_FAULT_POINT: faultPoint }) },
    })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-20_000)
    })
    this.#exited = new Promise((done) => child.once('exit', (code) => done(code)))
    const deadline = performance.now() + 20_000
    while (performance.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) return
      if (await this.#healthy()) return
      await new Promise((next) => setTimeout(next, 10))
    }
    throw new Error(`the gateway does not answer:\n${this.stderr}`)
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#exited
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM')
    return this.#exited
  }

  async exited(): Promise<number | null> {
    return this.#exited
  }

  async #healthy(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.files.httpPort}/healthz`)).ok
    } catch {
      return false
    }
  }
}
