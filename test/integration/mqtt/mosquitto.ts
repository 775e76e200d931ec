/** A real mosquitto on a free port of 127.0.0.1, with a data directory of its own, for tests of the client door. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { pause, until } from '../../edge/mqtt/kit.js'

/** Where it is, or undefined; in CI it must be there. */
export const mosquittoPath: string | undefined = findMosquitto()

function findMosquitto(): string | undefined {
  for (const path of ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']) {
    try {
      execFileSync(path, ['-h'], { stdio: 'ignore' })
      return path
    } catch (error) {
      // it exits with 3 after its help text
      if ((error as { status?: number | null }).status === 3) return path
    }
  }
  const missing = 'mosquitto is not installed: the tests against a real broker'
  if (process.env.CI !== undefined) throw new Error(`${missing} cannot run`)
  process.stderr.write(`${missing} are skipped\n`)
  return undefined
}

export class Mosquitto {
  readonly port: number
  readonly #directory: string
  #process: ChildProcess | undefined

  private constructor(port: number, directory: string) {
    this.port = port
    this.#directory = directory
  }

  static async start(extra: readonly string[] = []): Promise<Mosquitto> {
    const broker = new Mosquitto(await freePort(), mkdtempSync(join(tmpdir(), 'millrace-mosquitto-')))
    const lines = [
      `listener ${broker.port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${broker.#directory}/`,
      'max_queued_messages 100000',
      // else it gives up root and cannot write where we let it
      `user ${userInfo().username}`,
      ...extra,
    ]
    writeFileSync(join(broker.#directory, 'mosquitto.conf'), `${lines.join('\n')}\n`)
    await broker.run()
    return broker
  }

  async run(): Promise<void> {
    const child = spawn(mosquittoPath!, ['-c', join(this.#directory, 'mosquitto.conf')], { stdio: 'ignore' })
    this.#process = child
    await until(() => child.pid !== undefined)
    for (let tries = 0; ; tries++) {
      if (await answers(this.port)) return
      if (tries > 200 || child.exitCode !== null) throw new Error('mosquitto does not start')
      await pause(20)
    }
  }

  /** SIGTERM saves its sessions; SIGKILL does not. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  async remove(): Promise<void> {
    await this.kill('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
