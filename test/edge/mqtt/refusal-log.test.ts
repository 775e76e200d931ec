import { expect, it } from 'vitest'
import { RefusalLog } from '../../../src/edge/mqtt/refusal-log.js'
import type { Logger } from '../../../src/engine-lite/contract/metric.js'
import { SimulatedClock } from '../../../src/engine-lite/testing/simulated-clock.js'

it('says ten a minute one by one, and how many more there were', () => {
  const said: string[] = []
  const nothing = (): void => {}
  const log: Logger = {
    debug: nothing,
    info: nothing,
    error: nothing,
    warn: (fields, text) => said.push(`${text} ${JSON.stringify(fields)}`),
  }
  const clock = new SimulatedClock()
  const refusals = new RefusalLog(log, clock)
  for (let i = 0; i < 25; i++) refusals.say(`c${i}`, '10.0.0.1', 'a second CONNECT')
  expect(said).toHaveLength(10)
  expect(said[0]).toBe('MQTT connection ended {"clientId":"c0","address":"10.0.0.1","reason":"a second CONNECT"}')
  clock.advance(60_000)
  refusals.say('d', '10.0.0.1', 'a second CONNECT')
  expect(said.slice(10)).toEqual([
    'more MQTT connections were ended for what they sent {"connections":15}',
    'MQTT connection ended {"clientId":"d","address":"10.0.0.1","reason":"a second CONNECT"}',
  ])
})
