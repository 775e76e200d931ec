import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as index from '../src/index.js'
import * as testing from '../src/testing.js'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Export {
  readonly name: string
  readonly isType: boolean
  /** The file it is exported from, relative to the repository. */
  readonly from: string
}

function exportsOf(entry: string): Export[] {
  const text = readFileSync(join(root, entry), 'utf8')
  return [...text.matchAll(/export (type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(([, allTypes, names, path]) =>
    names!
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => ({
        name: name.replace(/^type /, ''),
        isType: allTypes !== undefined || name.startsWith('type '),
        from: posix.join(dirname(entry), path!.replace(/\.js$/, '.ts')),
      })),
  )
}

/** The file that declares a name, behind files that only hand it on. */
function declarationOf({ name, from }: Export): string {
  const text = readFileSync(join(root, from), 'utf8')
  const declared = new RegExp(`^export (?:declare )?(?:abstract )?(?:class|interface|type|const|function) ${name}\\b`, 'm').exec(text)
  if (declared !== null) return text.slice(0, declared.index)
  const handed = exportsOf(from).find((one) => one.name === name)
  if (handed === undefined) throw new Error(`${from} does not declare ${name}`)
  return declarationOf(handed)
}

const entries = { 'src/index.ts': index, 'src/testing.ts': testing }

describe.each(Object.entries(entries))('the API of %s', (entry, module) => {
  const found = exportsOf(entry)

  it('is what was promised', async () => {
    const list = found.map(({ name, isType }) => `${isType ? 'type ' : ''}${name}`).sort()
    await expect(`${list.join('\n')}\n`).toMatchFileSnapshot(join(root, 'test/api', `${entry.slice(4, -3)}.txt`))
  })

  it('has no values beyond the listed ones', () => {
    expect(Object.keys(module).sort()).toEqual(
      found
        .filter(({ isType }) => !isType)
        .map(({ name }) => name)
        .sort(),
    )
  })

  it('imports nothing but what it hands on', () => {
    const text = readFileSync(join(root, entry), 'utf8').replace(/^\/\*\*[\s\S]*?\*\/\n/, '')
    expect(text.replace(/export (type )?\{[^}]*\} from '[^']+'\n/g, '')).toBe('')
  })

  it.each(found.filter(({ isType }) => !isType))('says what $name is', (one) => {
    expect(declarationOf(one)).toMatch(/\*\/\n(?:@\w+\n)*$|^\/\*\*/)
  })
})

it('is offered by the package under the names of its exports', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(Object.keys(exports)).toEqual(['.', './testing', './package.json'])
  const build = readFileSync(join(root, 'scripts/build.mjs'), 'utf8')
  for (const entry of Object.keys(entries)) expect(build).toContain(`'${entry}'`)
  expect(readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'))).toEqual(['index.ts', 'testing.ts'])
})
