import { describe, expect, it } from 'vitest'
import { blocksOf, commandsOf, matches } from './blocks.js'

const fence = '```'

describe('code blocks of a page', () => {
  it('are found with what becomes of them', () => {
    const page = [
      'Text.',
      '<!-- run -->',
      `${fence}sql`,
      'SELECT 1;',
      fence,
      `${fence}text`,
      'one',
      fence,
      '<!-- file: a/b.yaml -->',
      `${fence}yaml`,
      'a: 1',
      fence,
      '<!-- not run: needs a Pi -->',
      `${fence}console`,
      '$ reboot',
      fence,
      `${fence}console`,
      '$ true',
      fence,
      `${fence}text`,
      'a picture',
      fence,
      '',
    ].join('\n')
    expect(blocksOf(page).map(({ language, line, action, output }) => [language, line, action, output])).toEqual([
      ['sql', 2, { kind: 'run' }, 'one\n'],
      ['yaml', 9, { kind: 'file', path: 'a/b.yaml' }, undefined],
      ['console', 13, { kind: 'none' }, undefined],
      ['console', 17, { kind: 'unmarked' }, undefined],
    ])
  })

  it('hold commands with their outputs', () => {
    expect(commandsOf('$ echo a  # says a\na\n$ echo b \\\n  c\n')).toEqual([
      { command: 'echo a', output: 'a\n' },
      { command: 'echo b \\\n  c', output: '' },
    ])
  })

  it.each([
    ['a\nb\n', 'a\nb\n', true],
    ['a\n', 'a\nb\n', false],
    ['took … ms\n', 'took 12 ms\n', true],
    ['took … ms\n', 'took 12 s\n', false],
    ['first\n…\nlast\n', 'first\nx\ny\nlast\n', true],
    ['first\n…\nlast\n', 'first\nlast\n', true],
    ['first\n…\n', 'first\nx\n', true],
    ['a.b\n', 'axb\n', false],
  ])('expect %j of %j: %s', (expected, output, verdict) => {
    expect(matches(expected, output)).toBe(verdict)
  })
})
