/**
 * What must not be written, and what to write instead. `in`: paths a ban holds for; `except`: the files that are the reason for it.
 * `code` patterns are matched against code without comments and texts, `comment` patterns against the whole file, `module` against what is imported.
 */

const CLOCK = ['src/engine-lite/time/system-clock.ts']

export const BANS = [
  { code: /\bDate\.now\b/, instead: 'Clock.nowMs()', in: ['src'], except: CLOCK },
  { code: /\bnew Date\(\s*\)/, instead: 'new Date(clock.nowMs())', in: ['src'], except: CLOCK },
  { code: /\bperformance\.now\b|\bprocess\.hrtime\b/, instead: 'Clock.monotonicMs()', in: ['src'], except: CLOCK },
  { code: /\b(?:setTimeout|setInterval)\s*\(/, instead: 'Clock.schedule()', in: ['src'], except: CLOCK },
  { code: /\bsetImmediate\s*\(/, instead: 'Clock.soon()', in: ['src'], except: CLOCK },
  { code: /\bMath\.random\b/, instead: 'an injected Random', in: ['src'], except: CLOCK },
  { code: /\bconsole\.\w+/, instead: 'an injected Logger, or the writer of the command', in: ['src'] },
  { code: /\bexport\s*\*/, instead: 'a list of names', in: ['src', 'test', 'scripts'] },
  { code: /\bexport\s+default\b/, instead: 'a named export', in: ['src', 'test', 'scripts'] },
  { code: /\b(?:it|test|describe)\.(?:only|skip|todo)\b/, instead: 'skipIf with a printed reason, or no test', in: ['test'] },
  { comment: /@ts-(?:ignore|nocheck|expect-error)/, instead: 'a type that says what is meant', in: ['src', 'test'] },
  {
    comment: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    instead: 'doing it, or leaving it out',
    in: ['src', 'test', 'scripts', 'bin'],
    except: ['scripts/tidy/'],
  },
  {
    comment: /biome-ignore(?! [\w/]+: \S)/,
    instead: 'biome-ignore rule: reason',
    in: ['src', 'test', 'scripts'],
    except: ['scripts/tidy/'],
  },
  {
    module: /^(?:better-sqlite3|node:sqlite)$/,
    instead: 'StoragePort',
    in: ['src'],
    except: ['src/engine-lite/state/sqlite-', 'src/engine-lite/connector/sqlite-'],
  },
  { module: /^(?:mqtt|aedes|mqtt-packet|mqtt-connection)$/, instead: 'the doors of edge/mqtt', in: ['src'], except: ['src/edge/mqtt/'] },
  { module: /^kafkajs$/, instead: 'KafkaPort', in: ['src'], except: ['src/sync/kafka/kafkajs-adapter.ts'] },
]

/** Words that tell of one machine or one desk and help no reader. Looked for in every text file. */
export const WORDS = [
  { word: /(?:^|[^\w.])\/(?:work|farm|home|root)\//, why: 'a path of one machine' },
  { word: /\/bash_jobs/, why: 'a path of one machine' },
]

export const LINES_MAX = [
  { under: 'src/', lines: 300 },
  { under: 'scripts/', lines: 300 },
  { under: 'bin/', lines: 300 },
  { under: '.ci/', lines: 300 },
  { under: 'test/', lines: 500 },
]
