/**
 * Bundles the product into dist/: one file per entry and shared chunks; what few commands need (Kafka, the MQTT libraries, the YAML
 * parser) stays in chunks that are loaded when they are wanted. better-sqlite3 is native and stays outside.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** Output name → entry. */
const entries = {
  cli: 'src/edge/cli/main.ts',
  simulator: 'src/edge/simulator/main.ts',
  'storage-worker': 'src/engine-lite/state/storage-worker.ts',
  index: 'src/index.ts',
  testing: 'src/testing.ts',
}

const present = Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(join(root, path))))
for (const name of Object.keys(entries)) if (!(name in present)) process.stderr.write(`build: no entry ${entries[name]}\n`)

await mkdir(dist, { recursive: true })
const result = await build({
  absWorkingDir: root,
  entryPoints: present,
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['better-sqlite3'],
  // The MQTT libraries bring a copy of Node's streams, made for runtimes without them: 118 KB to load at every start, and slower.
  alias: { 'readable-stream': 'node:stream' },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  // A third less to read and to keep in memory; names stay, and lines stay short, for the traces of errors.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  // Dependencies in CommonJS call require for Node's own modules.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
})

// Chunks of earlier builds go after the new ones are there, so that a running process finds what it still has to load for a moment longer.
const made = new Set(Object.keys(result.metafile.outputs).map((path) => path.replace(/^dist\//, '')))
for (const name of await readdir(dist)) if (name.endsWith('.mjs') && !made.has(name)) await rm(join(dist, name))
