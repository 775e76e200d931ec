import { expect, it } from 'vitest'
import { visibleText } from '../../../src/engine-lite/base/visible-text.js'

it('shows control characters and keeps everything else where it stands', () => {
  expect(visibleText('a\u001b[31m\u0007\u007f\u009bz')).toBe('a␛[31m␇␡\ufffdz')
  expect(visibleText('é 😀\tü\n')).toBe('é 😀\tü\n')
})
