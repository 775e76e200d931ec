/** The demo's other processes: the simulated plant, and for --break the gateway. They end with this one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

export interface PlantOptions {
  readonly mqttPort: number
  readonly seed: number
  readonly rate: number
  readonly journalFile: string
}

export function startPlant({ mqttPort, seed, rate, journalFile }: PlantOptions): ChildProcess {
  const args = ['--port', mqttPort, '--seed', seed, '--rate', rate, '--journal', journalFile].map(String)
  return fork(join(packageRoot(), 'dist/simulator.mjs'), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** Its log goes to a file, from run to run. */
export function startGatewayProcess(configFile: string, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a')
  return fork(join(packageRoot(), 'bin/millrace.mjs'), ['run', '--config', configFile], { stdio: ['ignore', log, log, 'ipc'] })
}

/** Sends the signal and waits for the end. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = (await exited) as [number | null]
  return code
}
