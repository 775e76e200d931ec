import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeDocument } from './docs/describe-document.js'

const repository = fileURLToPath(new URL('..', import.meta.url))

describeDocument('README.md')

describe('paths in ARCHITECTURE.md', () => {
  const text = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8')
  const paths = [...text.matchAll(/`([\w-]+(?:\/[\w.-]+)+\/?)`/g)]
    .map(([, path]) => path!)
    .filter((path) => /\.\w+$|^(?:src|scripts|docs|config|test)\//.test(path))

  it('exist, from the root or below src', () => {
    const found = (path: string) => ['', 'src', 'src/engine-lite'].some((folder) => existsSync(join(repository, folder, path)))
    expect(paths.filter((path) => !found(path))).toEqual([])
  })

  it('name every folder of the sources', () => {
    const folders = ['src/engine-lite', 'src/sync', 'src/edge'].flatMap((layer) =>
      readdirSync(join(repository, layer), { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [`${layer}/${entry.name}`] : [],
      ),
    )
    const filled = folders.filter((folder) => readdirSync(join(repository, folder)).length > 0)
    expect(filled.filter((folder) => !text.includes(`\`${folder}\``))).toEqual([])
  })
})

describe('links between pages', () => {
  const pages = [
    ...readdirSync(repository).filter((name) => name.endsWith('.md')),
    ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
  it.each(pages)('of %s lead somewhere', (page) => {
    const text = readFileSync(join(repository, page), 'utf8').replace(/```[\s\S]*?```/g, '')
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!).filter((target) => !/^\w+:/.test(target))
    expect(links.filter((target) => !existsSync(join(repository, dirname(page), target)))).toEqual([])
  })
})
