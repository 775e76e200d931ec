/**
 * Who may import whom, as data. A file belongs to the first entry whose `of` is its path or a folder above it; it may import its own
 * entry's files and whatever lies under `may`. Type imports count like any other: a cycle through types is a cycle for the reader.
 *
 * The total order is edge → sync → engine-lite. Edge and sync meet only where the gateway is put together.
 */

const LITE = 'src/engine-lite'
const family = (name, ...more) => ({ of: `${LITE}/${name}`, may: ['contract', 'base', ...more].map((folder) => `${LITE}/${folder}`) })

export const LAYERS = [
  { of: `${LITE}/contract`, may: [] },
  { of: `${LITE}/base`, may: [`${LITE}/contract`] },
  family('time'),
  family('format'),
  family('state'),
  family('metrics'),
  family('operator'),
  // Key selectors, letters and watermark settings are the operators' common part.
  family('window', 'operator'),
  family('connector'),
  { of: `${LITE}/runtime`, may: ['contract', 'base', 'time', 'state', 'metrics'].map((name) => `${LITE}/${name}`) },
  { of: `${LITE}/sql`, may: [LITE], not: [`${LITE}/api`, `${LITE}/testing`] },
  { of: `${LITE}/api`, may: [LITE], not: [`${LITE}/testing`] },
  { of: `${LITE}/testing`, may: [LITE], not: [`${LITE}/api`, `${LITE}/sql`] },
  { of: 'src/sync', may: [LITE], not: [`${LITE}/sql`, `${LITE}/api`, `${LITE}/testing`] },
  { of: 'src/edge/gateway/gateway.ts', may: ['src'] },
  { of: 'src/edge/cli', may: ['src'] },
  { of: 'src/edge', may: ['src/edge', LITE], not: [`${LITE}/api`, `${LITE}/testing`] },
  { of: 'src', may: ['src'] },
]

/** Files nobody imports because something outside the sources starts them, besides those that package.json and the scripts name. */
export const ENTRIES = ['src/index.ts', 'src/testing.ts', 'scripts/reference.ts']

/** Cycles that are the thing itself. */
export const CYCLES = [
  // The syntax tree is recursive: an expression may hold a query, a query holds expressions. Types only, two files for two ideas.
  ['src/engine-lite/sql/ast/expression.ts', 'src/engine-lite/sql/ast/query.ts'],
  // So are binding and casting: a CAST of an ARRAY casts its elements, a call binds its arguments. One family of functions each, in files by idea.
  ['bind', 'bind-call', 'bind-json', 'bind-range'].map((name) => `src/engine-lite/sql/expr/${name}.ts`),
  ['constructed', 'conversion'].map((name) => `src/engine-lite/sql/functions/cast/${name}.ts`),
]
