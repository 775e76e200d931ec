import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = fileURLToPath(new URL('..', import.meta.url))

function tidy(root: string) {
  const run = spawnSync(process.execPath, [join(repository, 'scripts/tidy.mjs'), '--root', root], { encoding: 'utf8' })
  return { code: run.status, out: run.stdout.trim().split('\n') }
}

const lines = (count: number) => 'const a = 1\n'.repeat(count)
const ignore = `@ts-${'ignore'}`
const lint = `biome-${'ignore'}`
/** A placeholder of a template, for a source that is text here. */
const hole = (code: string) => ['$', '{', code, '}'].join('')
const later = 'TO'.concat('DO')

/** One bad tree per rule: its files, and the findings it must give, each by path, line and rule. */
const bad: [string, Record<string, string>, string[]][] = [
  ['a source longer than 300 lines', { 'src/index.ts': lines(301) }, ['src/index.ts:300  length: 301 lines']],
  ['a test longer than 500 lines', { 'test/long.test.ts': lines(501) }, ['test/long.test.ts:500  length: 501 lines']],
  [
    'an import upwards, also of a type',
    {
      'src/index.ts': "import './engine-lite/state/table.js'\nimport './sync/shipper.js'\n",
      'src/engine-lite/state/table.ts': "import type { Shipper } from '../../sync/shipper.js'\n",
      'src/sync/shipper.ts': 'export interface Shipper { a: 1 }\n',
    },
    ['src/engine-lite/state/table.ts:1  layer: src/engine-lite/state must not import ../../sync/shipper.js'],
  ],
  [
    'an import between families of the engine',
    {
      'src/index.ts': "import './engine-lite/runtime/loop.js'\n",
      'src/engine-lite/runtime/loop.ts': "const a = 1\nexport { b } from '../window/tumble.js'\n",
      'src/engine-lite/window/tumble.ts': 'export const b = 2\n',
    },
    ['src/engine-lite/runtime/loop.ts:2  layer:'],
  ],
  [
    'sync met by an edge file that is not the gateway',
    {
      'src/index.ts': "import './edge/gateway/gateway.js'\nimport './edge/http/server.js'\n",
      'src/edge/gateway/gateway.ts': "import '../../sync/shipper.js'\n",
      'src/edge/http/server.ts': "import '../../sync/shipper.js'\n",
      'src/sync/shipper.ts': 'export const a = 1\n',
    },
    ['src/edge/http/server.ts:1  layer:'],
  ],
  ['an import that leads nowhere', { 'src/index.ts': "import './gone.js'\n" }, ['src/index.ts:1  missing: nothing lies at ./gone.js']],
  [
    'a cycle, closed by a type import',
    {
      'src/index.ts': "import './a.js'\n",
      'src/a.ts': "import { b } from './b.js'\nexport interface A { b: typeof b }\n",
      'src/b.ts': "import type { A } from './a.js'\nexport const b: A | 1 = 1\n",
    },
    ['src/a.ts:1  cycle: import cycle: src/a.ts → src/b.ts → src/a.ts'],
  ],
  [
    'clocks and chance outside the system clock',
    {
      'src/index.ts': `const a = Date.now()\nconst b = new Date()\nsetTimeout(run, 1)\nMath.random()\nperformance.now()\nsetImmediate(run)\nconst text = \`${hole('Date.now()')} {\`\nconst c = 4 / 2 / Date.now()\n`,
      'src/engine-lite/time/system-clock.ts': 'export const now = () => Date.now()\n',
      'test/clock.test.ts': "import '../src/engine-lite/time/system-clock.js'\nsetTimeout(run, 1)\n",
    },
    [
      'src/index.ts:1  ban: Date.now: use Clock.nowMs()',
      'src/index.ts:7  ban: Date.now: use Clock.nowMs()',
      'src/index.ts:8  ban: Date.now: use Clock.nowMs()',
      'src/index.ts:2  ban: new Date(): use new Date(clock.nowMs())',
      'src/index.ts:5  ban: performance.now: use Clock.monotonicMs()',
      'src/index.ts:3  ban: setTimeout(: use Clock.schedule()',
      'src/index.ts:6  ban: setImmediate(: use Clock.soon()',
      'src/index.ts:4  ban: Math.random: use an injected Random',
    ],
  ],
  [
    'libraries outside their files',
    {
      'src/index.ts':
        "import 'kafkajs'\nimport type { Client } from 'mqtt'\nconst sqlite = await import('better-sqlite3')\nimport 'aedes'\n",
      'src/sync/kafka/kafkajs-adapter.ts': "import 'kafkajs'\n",
      'test/a.test.ts': "import '../src/sync/kafka/kafkajs-adapter.js'\n",
    },
    [
      'src/index.ts:3  ban: import of better-sqlite3: use StoragePort',
      'src/index.ts:2  ban: import of mqtt: use the doors of edge/mqtt',
      'src/index.ts:4  ban: import of aedes: use the doors of edge/mqtt',
      'src/index.ts:1  ban: import of kafkajs: use KafkaPort',
    ],
  ],
  [
    'barrels, default exports and the console',
    { 'src/index.ts': "export * from './b.js'\nexport default 1\nconsole.log(1)\n", 'src/b.ts': '' },
    [
      'src/index.ts:3  ban: console.log: use an injected Logger, or the writer of the command',
      'src/index.ts:1  ban: export *: use a list of names',
      'src/index.ts:2  ban: export default: use a named export',
    ],
  ],
  [
    'silenced types, silenced lint without a reason, postponed work, tests left out',
    {
      'src/index.ts': `// ${ignore}\n// ${lint} lint/style/x\n// ${later}: later\n// ${lint} lint/style/x: a reason\n`,
      'test/a.test.ts': 'it.only(1)\ndescribe.skip(2)\nit.skipIf(windows)(3)\n',
    },
    [
      `src/index.ts:1  ban: ${ignore}:`,
      `src/index.ts:3  ban: ${later}:`,
      `src/index.ts:2  ban: ${lint}:`,
      'test/a.test.ts:1  ban: it.only:',
      'test/a.test.ts:2  ban: describe.skip:',
    ],
  ],
  [
    'a path of one machine, in any text file',
    { 'README.md': 'run\nsee /work/main/x\n', 'docs/a.yaml': 'path: /home/me/x\n' },
    ['README.md:2  word: /work/', 'docs/a.yaml:1  word: /home/'],
  ],
  [
    'a file that nothing reaches, while workers, scripts and tests keep theirs alive',
    {
      'src/index.ts': "new Worker(new URL('./worker.js', import.meta.url))\n",
      'src/worker.ts': '',
      'src/lost.ts': '',
      'src/entry.ts': '',
      'scripts/build.mjs': "build('src/entry.ts')\n",
      'package.json': '{ "scripts": { "build": "node scripts/build.mjs" } }',
      'test/a.test.ts': "import './kit.js'\n",
      'test/kit.ts': '',
      'test/unused.ts': '',
    },
    ['src/lost.ts:1  dead:', 'test/unused.ts:1  dead:'],
  ],
]

describe('tidy', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidy-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function plant(name: string, files: Record<string, string>) {
    const root = join(folder, name)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }

  it.each(bad)('finds %s', (name, files, findings) => {
    const run = tidy(plant(name, files))
    const found = run.out.slice(0, -1)
    expect(found.map((line, at) => line.slice(0, findings[at]?.length))).toEqual(findings)
    expect(run.code).toBe(1)
  })

  it('lets texts and comments speak of what code must not do', () => {
    const root = plant('texts', {
      'src/index.ts': [
        '// Date.now() is banned, and so is /* Math.random */ here',
        "const a = 'setTimeout(run)' + \"it's Date.now\"",
        `const b = \`Date.now() ${hole(`a + \`console.log ${hole('a')}\``)} Math.random\``,
        'const c = /console.log[/"]/g',
        '/** @example import kafkajs from "x"; export * */',
        '',
      ].join('\n'),
    })
    expect(tidy(root)).toEqual({ code: 0, out: ['tidy: 1 files, 0 findings'] })
  })

  it('finds nothing in this repository', () => {
    expect(tidy(repository).out.slice(0, -1)).toEqual([])
  })
})
