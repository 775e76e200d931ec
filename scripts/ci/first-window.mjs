/**
 * The README's first command, as a person meets it: `npm start` until the first window result is on the screen, then Ctrl-C, then a clean end.
 * Everything it prints is passed on.
 */
import { spawn } from 'node:child_process'

const FIRST_WINDOW_MS = 120_000
const CLEAN_END_MS = 20_000
const STOPPED = /^\s*stopped: /m
/** A line of the demo that holds a result of a window. */
const WINDOW = /^\s*\d\d:\d\d:\d\d\s+\S+\s+\d\d:\d\d:\d\d–\d\d:\d\d:\d\d\s/m

// A process group of its own, so that the signal reaches npm and the program alike, as Ctrl-C in a terminal does.
const program = spawn('npm', ['start'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
let shown = ''
let interrupted = false
const limit = setTimeout(() => end('no window result in time'), FIRST_WINDOW_MS)

for (const stream of [program.stdout, program.stderr]) {
  stream.setEncoding('utf8')
  stream.on('data', (text) => {
    process.stdout.write(text)
    shown += text
    if (!interrupted && WINDOW.test(shown)) interrupt()
  })
}

function interrupt() {
  interrupted = true
  clearTimeout(limit)
  process.stdout.write('(first window result seen: interrupting)\n')
  process.kill(-program.pid, 'SIGINT')
  setTimeout(() => end('it did not end after SIGINT'), CLEAN_END_MS).unref()
}

function end(problem) {
  process.stdout.write(`${problem}\n`)
  try {
    process.kill(-program.pid, 'SIGKILL')
  } catch {
    // It has gone meanwhile.
  }
  process.exit(1)
}

program.on('close', (code, signal) => {
  if (!interrupted) end(`it ended by itself with ${signal ?? code}`)
  // npm passes the interrupt on as its own end; the program says that it stopped.
  if (code !== 0 && signal !== 'SIGINT') end(`it ended with ${signal ?? code}`)
  if (!STOPPED.test(shown)) end('it ended without a word of what it did')
  process.stdout.write('ended cleanly\n')
  process.exit(0)
})
