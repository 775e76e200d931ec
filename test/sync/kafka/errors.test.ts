import { describe, expect, it } from 'vitest'
import { KNOWN_KAFKA_CODES, kafkaErrorVerdict } from '../../../src/sync/kafka/errors.js'
import { classifyFailure } from '../../../src/sync/kafka/failure.js'
import type { FailureClass, FailureScope } from '../../../src/sync/kafka/port.js'

/** An error as the library throws it: the code buried under causes. */
function buried(layers: readonly object[]): Error {
  let cause: unknown
  for (const layer of [...layers].reverse())
    cause = Object.assign(new Error('outer', { cause }), layer, cause === undefined ? {} : { cause })
  return cause as Error
}

describe('the verdict on a Kafka code', () => {
  const EXPECTED: [number, FailureClass, FailureScope][] = [
    [3, 'retry', 'topic'],
    [6, 'retry', 'partition'],
    [7, 'recycle', 'partition'],
    [10, 'split', 'partition'],
    [18, 'split', 'partition'],
    [20, 'recycle', 'partition'],
    [29, 'pause', 'topic'],
    [32, 'dead-letter', 'partition'],
    [35, 'fatal', 'link'],
    [45, 'recycle', 'partition'],
    [46, 'recycle', 'partition'],
    [58, 'pause', 'link'],
    [59, 'recycle', 'partition'],
    [87, 'dead-letter', 'partition'],
    [89, 'retry', 'link'],
    [90, 'recycle', 'link'],
  ]
  it.each(EXPECTED)('%d is %s of the %s', (code, reaction, scope) => {
    expect(kafkaErrorVerdict(code)).toMatchObject({ class: reaction, scope })
  })

  it('of a code nobody knows is the careful one', () => {
    expect(kafkaErrorVerdict(999)).toEqual({ name: 'ERROR_999', class: 'recycle', scope: 'partition', outcomeUnknown: true })
  })

  it('lists each code once, ascending', () => {
    expect(KNOWN_KAFKA_CODES).toEqual([...new Set(KNOWN_KAFKA_CODES)].sort((a, b) => a - b))
  })
})

describe('what the library throws is classified', () => {
  it('by the code inside its causes', () => {
    const thrown = buried([{ name: 'KafkaJSNumberOfRetriesExceeded' }, { name: 'KafkaJSProtocolError', code: 3, message: 'no such topic' }])
    expect(classifyFailure(thrown, true)).toMatchObject({ class: 'retry', scope: 'topic', kafkaCode: 3 })
    expect(classifyFailure(thrown, true).message).toContain('UNKNOWN_TOPIC_OR_PARTITION (3): no such topic')
  })

  it('by the number in the sentence where the library does not know the code', () => {
    const thrown = buried([{ code: -99, message: 'Unknown error code 89' }])
    expect(classifyFailure(thrown, true)).toMatchObject({ class: 'retry', scope: 'link', kafkaCode: 89 })
  })

  it.each([
    ['KafkaJSSASLAuthenticationError', 'pause', 'link'],
    ['KafkaJSServerDoesNotSupportApiKey', 'fatal', 'link'],
    ['KafkaJSTopicMetadataNotLoaded', 'retry', 'topic'],
    ['KafkaJSConnectionError', 'retry', 'link'],
    ['KafkaJSRequestTimeoutError', 'retry', 'link'],
  ])('by its name: %s', (name, reaction, scope) => {
    expect(classifyFailure(buried([{ name: 'KafkaJSNumberOfRetriesExceeded' }, { name }]), true)).toMatchObject({ class: reaction, scope })
  })

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'a certificate that is not believed pauses: %s',
    (code) => {
      expect(classifyFailure(buried([{ name: 'KafkaJSConnectionError' }, { code }]), true)).toMatchObject({ class: 'pause', scope: 'link' })
    },
  )

  it('a broken connection leaves the outcome open only if something was sent', () => {
    const thrown = buried([{ name: 'KafkaJSConnectionClosedError', code: 'ECONNRESET' }])
    expect(classifyFailure(thrown, true).outcomeUnknown).toBe(true)
    expect(classifyFailure(thrown, false).outcomeUnknown).toBe(false)
  })

  it('a refusal is certain, an error after possible retries inside the library is not', () => {
    expect(classifyFailure(buried([{ code: 10 }]), true).outcomeUnknown).toBe(false)
    expect(classifyFailure(buried([{ code: 87 }]), true).outcomeUnknown).toBe(false)
    expect(classifyFailure(buried([{ code: 6 }]), true).outcomeUnknown).toBe(true)
  })

  it('even things that are no errors, and causes that turn in a circle', () => {
    expect(classifyFailure('boom', true)).toMatchObject({ class: 'retry', message: 'boom' })
    const circle: { cause?: unknown; message: string } = { message: 'round' }
    circle.cause = circle
    expect(classifyFailure(circle, true).message).toBe('round')
  })
})
