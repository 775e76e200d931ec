import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeDocument } from './docs/describe-document.js'

const repository = fileURLToPath(new URL('..', import.meta.url))

describeDocument('README.md')

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
