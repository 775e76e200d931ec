import { expect, it } from 'vitest'
import { scoreParser } from '../../../oracle/parser.js'

it('decides every statement of the Flink oracle as Flink does', (context) => {
  const score = scoreParser()
  if (score === undefined) {
    expect(process.env.CI, 'the oracle data must be present in CI').toBeUndefined()
    console.log('skipped 530 parser cases: ../shared/flink-oracle is absent')
    return context.skip()
  }
  console.log(`parser.json: ${score.passed} passed, ${score.notSupported} not supported, ${score.wrong.length} wrong`)
  expect(score.wrong).toEqual([])
  expect(score.passed).toBeGreaterThanOrEqual(295)
})
