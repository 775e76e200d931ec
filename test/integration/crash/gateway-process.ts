/** The gateway as a process of its own, from the bundle: started, killed without warning, started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { GatewayFiles } from './gateway-files.js'

const READY = 'is ready"'
const READY_MS_MAX = 30_000
const STANDBY = pathToFileURL(resolve('test/integration/crash/standby.mjs')).href
const STDERR_CHARS = 40_000

interface Child {
  readonly process: ChildProcess
  readonly standby: boolean
  readonly faultPoint: string | undefined
  readonly exited: Promise<number | null>
  /** Ready, or ended before it was. */
  readonly settled: Promise<boolean>
}

export class GatewayProcess {
  /** What it said, over all its lives; the end of it. */
  stderr = ''
  /** From the order to start until it takes readings, ms, one per start that got there. */
  readonly startsMs: number[] = []
  #child: Child | undefined
  #spare: Child | undefined
  #launchedMs = 0

  /** @param standbyChunks beginnings of the files in dist/ that a process on standby loads */
  constructor(
    readonly files: GatewayFiles,
    private readonly standbyChunks: readonly string[],
  ) {}

  /** Starts and waits until it takes readings, or has ended. @param faultPoint `name:n`: it kills itself when it passes that point the n-th time */
  async start(faultPoint?: string): Promise<void> {
    this.launch(faultPoint)
    await this.ready()
  }

  /** Has the next process loaded and waiting while one runs. */
  prepare(faultPoint?: string): void {
    this.#spare ??= this.#spawn(true, faultPoint)
  }

  launch(faultPoint?: string): void {
    const spare = this.#spare?.faultPoint === faultPoint ? this.#spare : undefined
    if (spare !== undefined) this.#spare = undefined
    const child = spare ?? this.#spawn(false, faultPoint)
    this.#child = child
    this.#launchedMs = performance.now()
    if (child.standby) child.process.stdin?.write('\n')
  }

  /** False where it ended before. @throws Error when it neither answers nor ends */
  async ready(): Promise<boolean> {
    const child = this.#child!
    const ready = await within(READY_MS_MAX, child.settled, () => `the gateway does not answer:\n${this.stderr}`)
    if (!ready) return false
    this.startsMs.push(performance.now() - this.#launchedMs)
    return true
  }

  get pid(): number | undefined {
    return this.#child?.process.pid
  }

  async kill(): Promise<void> {
    this.#child?.process.kill('SIGKILL')
    await this.#child?.exited
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    this.#child?.process.kill('SIGTERM')
    return this.exited()
  }

  /** @returns the exit code, null after a signal */
  async exited(): Promise<number | null> {
    const gone = this.#child?.exited ?? Promise.resolve(null)
    return within(READY_MS_MAX, gone, () => `the gateway does not end:\n${this.stderr}`)
  }

  /** No process is left behind. */
  async close(): Promise<void> {
    this.#spare?.process.kill('SIGKILL')
    await this.#spare?.exited
    await this.kill()
  }

  async healthy(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.files.httpPort}/healthz`)).ok
    } catch {
      return false
    }
  }

  /** Metrics by name, without `millrace_`, summed over labels; empty while nobody answers. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>()
    const text = await fetch(`http://127.0.0.1:${this.files.httpPort}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    )
    for (const [, name, value] of text.matchAll(/^millrace_(\w+)(?:\{.*\})? (\S+)$/gm))
      sums.set(name!, (sums.get(name!) ?? 0) + Number(value))
    return sums
  }

  #spawn(standby: boolean, faultPoint: string | undefined): Child {
    const command = [resolve('bin/millrace.mjs'), 'run', '--config', this.files.config]
    const child = spawn(process.execPath, [...(standby ? ['--import', STANDBY] : []), ...command], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...(standby && { STANDBY_CHUNKS: this.standbyChunks.join(',') }),
        ...(faultPoint !== undefined && { MILLRACE_FAULT_POINT: faultPoint }),
      },
    })
    child.stdin.on('error', () => undefined)
    const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
    const ready = new Promise<boolean>((done) => {
      let line = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.stderr = (this.stderr + text).slice(-STDERR_CHARS)
        line = (line + text).slice(-text.length - READY.length)
        if (line.includes(READY)) done(true)
      })
    })
    return { process: child, standby, faultPoint, exited, settled: Promise.race([ready, exited.then(() => false)]) }
  }
}

/** @throws Error after so many ms, saying `what` */
export async function within<T>(ms: number, promise: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not within ${ms} ms: ${what()}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
