import { expect, it } from 'vitest'
import { builtinConnectors } from '../../../src/engine-lite/connector/builtin.js'

it('lists the built-in connectors with what each can do', () => {
  const connectors = builtinConnectors({ random: () => 0, write: () => undefined, rowText: () => () => '' })
  const found = connectors.map(({ name, createSource, createSink }) => [name, createSource !== undefined, createSink !== undefined])
  expect(found).toEqual([
    ['blackhole', false, true],
    ['datagen', true, false],
    ['filesystem', true, true],
    ['print', false, true],
  ])
})
