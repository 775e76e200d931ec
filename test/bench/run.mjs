/**
 * npm run bench [-- --only <part of a name>] [--runs 5] [--out folder]
 *
 * CPU per record of the whole gateway in microseconds and in J (the cost of one JSON.parse of a fixed payload, same minute, same machine), with the
 * driver in a process of its own and every result checked; start, restore; then the micro benches. Medians with [min..max].
 * Writes bench.json and bench.md into the folder (default .cache/bench).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { INGEST, runIngest } from './gateway/ingest.mjs'
import { measureJ, median } from './gateway/payload.mjs'
import { runRestore, runStart } from './gateway/restart.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '5' },
    out: { type: 'string', default: '.cache/bench' },
  },
})
const runs = Number(values.runs)
const wanted = (name) => name.includes(values.only)
const lines = []
const say = (line = '') => {
  lines.push(line)
  console.log(line)
}

const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}/${process.arch}`
const command = ['npm run bench', ...process.argv.slice(2)].join(' ')
const report = { date: new Date().toISOString(), command, machine, jUs: measureJ(), parts: {} }
say(`Date ${report.date.slice(0, 16).replace('T', ' ')} UTC · \`${command}\` · ${machine} · J = ${report.jUs.toFixed(2)} µs at the start`)

/** Runs a part so many times; figures become medians with their range. */
async function measure(name, run, times = runs) {
  const found = []
  for (let n = 0; n < times; n += 1) found.push(await run())
  const figures = {}
  for (const key of Object.keys(found[0])) {
    const all = found.map((figure) => figure[key])
    figures[key] = { median: median(all), min: Math.min(...all), max: Math.max(...all) }
  }
  report.parts[name] = figures
  return figures
}

const show = (figure, digits = 0) =>
  figure === undefined ? '–' : `${figure.median.toFixed(digits)} [${figure.min.toFixed(digits)}..${figure.max.toFixed(digits)}]`

async function ingest() {
  const scenarios = INGEST.filter(({ name }) => wanted(name))
  if (scenarios.length === 0) return
  say()
  say(
    '| MQTT → 1-minute windows per device → outbox | µs per record | in J | records/s (wall) | disk B per record | PUBACK p50 / p99 ms | RSS peak MB |',
  )
  say('|---|---|---|---|---|---|---|')
  for (const scenario of scenarios) {
    const f = await measure(scenario.name, () => runIngest(scenario))
    const puback = f.pubackP50Ms === undefined ? '–' : `${f.pubackP50Ms.median.toFixed(0)} / ${f.pubackP99Ms.median.toFixed(0)}`
    say(
      `| ${scenario.name} | ${show(f.usPerRecord, 2)} | ${show(f.jPerRecord, 1)} | ${show(f.recordsPerSecond)} | ${show(f.diskBytesPerRecord)} | ${puback} | ${show(f.rssPeakMb)} |`,
    )
  }
}

async function restarts() {
  if (wanted('start')) {
    const f = await measure('start', runStart)
    say()
    say(`Start until devices can connect: ${show(f.readyMs)} ms, CPU ${show(f.cpuMs)} ms, RSS ${show(f.rssMb)} MB`)
  }
  if (wanted('restore')) {
    const f = await measure('restore', runRestore, Math.min(runs, 3))
    say()
    say(
      `Start after SIGKILL with the state of 100,000 keys: ${show(f.readyMs)} ms, ${show(f.restoreMs)} ms more than an empty start; CPU ${show(f.cpuMs)} ms, ${show(f.restoreCpuMs)} ms more; RSS ${show(f.rssMb)} MB`,
    )
  }
}

/** Every file in a folder beside gateway/ is a bench of its own: it prints lines of its own. */
function micro() {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  for (const area of areas(folder)) {
    for (const name of list(join(folder, area))) {
      if (!wanted(`${area}/${name}`)) continue
      const result = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', join(folder, area, name)], { encoding: 'utf8' })
      say()
      say(`${area}/${name.replace(/\.(?:ts|mjs)$/, '')}:`)
      say('```text')
      say((result.status === 0 ? result.stdout : `failed: ${result.stderr}`).trim())
      say('```')
      report.parts[`${area}/${name}`] = { output: result.stdout.trim().split('\n') }
      if (result.status !== 0) process.exitCode = 1
    }
  }
}

function areas(folder) {
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'gateway')
  return found.map((entry) => entry.name).sort()
}

function list(folder) {
  return readdirSync(folder)
    .filter((name) => /\.(?:ts|mjs)$/.test(name))
    .sort()
}

try {
  await ingest()
  await restarts()
  micro()
} finally {
  mkdirSync(values.out, { recursive: true })
  writeFileSync(join(values.out, 'bench.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  writeFileSync(join(values.out, 'bench.md'), `${lines.join('\n')}\n`)
}
