/**
 * The simulator's process: `node simulator.mjs --port 1883 --seed 42 --rate 10 --journal acks.jsonl`. SIGTERM, or the end of the parent,
 * stops the readings; it exits with 0 when every published one was acknowledged, else with 1. Its last line on stdout is its statistics.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '../../engine-lite/time/system-clock.js'
import { AckJournal } from './ack-journal.js'
import { plantOf } from './device.js'
import { Simulation } from './simulation.js'

const DRAIN_TIMEOUT_MS = 10_000

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '1883' },
    seed: { type: 'string', default: '42' },
    rate: { type: 'string', default: '10' },
    journal: { type: 'string' },
  },
})

const journal = values.journal === undefined ? undefined : new AckJournal(values.journal)
const simulation = new Simulation({
  host: values.host,
  port: Number(values.port),
  devices: plantOf(Number(values.seed)),
  rate: Number(values.rate),
  clock: systemClock(),
  onAcknowledged: (entry) => journal?.append(entry),
})

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  const stats = await simulation.stop(DRAIN_TIMEOUT_MS)
  journal?.close()
  process.stdout.write(`${JSON.stringify(stats)}\n`)
  process.exit(stats.pending === 0 ? 0 : 1)
}

process.on('SIGTERM', stop)
// Ctrl-C reaches the whole process group; the parent decides when this process stops.
process.on('SIGINT', () => {})
process.on('disconnect', stop)
