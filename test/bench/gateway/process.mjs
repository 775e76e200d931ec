/** A process under measurement: its CPU, memory and bytes written, read from /proc. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const TICK_US = 10_000

export function cpuUs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

/** The same to the nanosecond, of the threads that are alive: for a process that has just begun. */
export function youngCpuMs(pid) {
  let ns = 0
  for (const thread of readdirSync(`/proc/${pid}/task`))
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  return ns / 1e6
}

export function writtenBytes(pid) {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1])
}

/** Resident set now and at its highest, in MB. */
export function rssMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1])
  return { now: kb('VmRSS') / 1024, peak: kb('VmHWM') / 1024 }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Milliseconds until something listens. */
export async function waitForPort(port, process_, limitMs = 60_000) {
  const started = performance.now()
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`the process ended with ${process_.exitCode} before it listened`)
    const open = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return performance.now() - started
    if (performance.now() - started > limitMs) throw new Error(`nothing listens on ${port} after ${limitMs} ms`)
    await sleep(2)
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a program; `output` gathers what it prints. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => output.push(text))
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  return { child, output, ended }
}

/** A helper that speaks JSON lines: waits for events by name. */
export function startDriver(path, options) {
  const child = spawn(process.execPath, [path, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const seen = new Map()
  const waiting = new Map()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line)
    if (event.event === 'failed') for (const { reject } of waiting.values()) reject(new Error(`driver: ${event.reason}`))
    if (waiting.has(event.event)) waiting.get(event.event).resolve(event)
    seen.set(event.event, event)
  })
  return {
    child,
    say: (line) => child.stdin.write(`${line}\n`),
    event: (name) =>
      seen.has(name) ? Promise.resolve(seen.get(name)) : new Promise((resolve, reject) => waiting.set(name, { resolve, reject })),
  }
}
