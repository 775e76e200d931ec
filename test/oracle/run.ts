/**
 * `npm run oracle [-- --update]`: scores the SQL engine against Flink's own expectations and prints a table. Fails when a case is wrong, when fewer
 * pass than the table in score.md says, or, in CI, when the data are not there. `--update` writes score.md, from which the SQL page is made.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { scoreFunctions } from './functions.js'
import { readOracle, type Score } from './oracle.js'
import { scoreParser } from './parser.js'
import { scorePrograms } from './programs.js'
import { scoreScalar } from './scalar.js'

const TABLE = new URL('./score.md', import.meta.url)

interface Line {
  readonly name: string
  readonly passed: number
  readonly notSupported: number
  readonly wrong: number
}

const lineOf = (name: string, { passed, notSupported, wrong }: Score): Line => ({ name, passed, notSupported, wrong: wrong.length })

function sum(name: string, lines: readonly Line[]): Line {
  const total = (key: 'passed' | 'notSupported' | 'wrong') => lines.reduce((count, line) => count + line[key], 0)
  return { name, passed: total('passed'), notSupported: total('notSupported'), wrong: total('wrong') }
}

const print = ({ name, passed, notSupported, wrong }: Line): string => `| ${name} | ${passed} | ${notSupported} | ${wrong} |`

function table(files: readonly Line[], groups: readonly Line[]): string {
  const head = (title: string) => [`| ${title} | passed | not supported | wrong |`, '|---|---|---|---|']
  return `${[...head('file'), ...files.map(print), print(sum('**all**', files)), '', ...head('group'), ...groups.map(print)].join('\n')}\n`
}

/** Passed cases of every line of a table, by name. */
function passedIn(text: string): Map<string, number> {
  return new Map([...text.matchAll(/^\| ([\w*-]+) \| (\d+) \|/gm)].map(([, name, passed]) => [name!, Number(passed)]))
}

async function main(): Promise<number> {
  const parser = scoreParser()
  const scalar = scoreScalar()
  const functions = scoreFunctions()
  const programs = await scorePrograms()
  if (parser === undefined || scalar === undefined || functions === undefined || programs === undefined) {
    console.log('skipped 4,394 cases: the oracle data are not beside the repository')
    return process.env.CI ? 1 : 0
  }
  const groups = [...scalar, ...functions].map((group) => lineOf(group.name, group))
  const patterns = readOracle('cep.json') as readonly unknown[]
  const files = [
    lineOf('parser', parser),
    sum(
      'scalar',
      scalar.map((group) => lineOf(group.name, group)),
    ),
    sum(
      'functions',
      functions.map((group) => lineOf(group.name, group)),
    ),
    lineOf('programs', programs),
    { name: 'cep', passed: 0, notSupported: patterns.length, wrong: 0 },
  ]
  const text = table(files, groups)
  console.log(text)
  const wrong = [parser, ...scalar, ...functions, programs].flatMap((score) => score.wrong)
  for (const line of wrong) console.log(`wrong: ${line}`)
  if (process.argv.includes('--update')) writeFileSync(TABLE, text)
  const before = passedIn(readFileSync(TABLE, 'utf8'))
  const fewer = [...passedIn(text)].filter(([name, passed]) => passed < (before.get(name) ?? 0))
  for (const [name, passed] of fewer) console.log(`${name}: ${passed} pass, ${before.get(name)} did before`)
  return wrong.length + fewer.length === 0 ? 0 : 1
}

process.exitCode = await main()
