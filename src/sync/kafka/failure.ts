/** What the client library threw, as a verdict. It buries Kafka's code under layers of `cause`, or in a sentence. */
import { kafkaErrorVerdict } from './errors.js'
import { type FailureClass, type FailureScope, type TopicPartitionBatch, UplinkFailure } from './port.js'

/** Codes of Node's TLS for a certificate that is not believed: somebody must act. */
const CERTIFICATE_CODE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|ERR_SSL_)/

const KAFKA_INVALID_TIMESTAMP = 32
/** Depth of `cause` that is looked at: chains of the library are 2 to 4 long. */
const CHAIN_MAX = 10

interface Layer {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly cause?: unknown
}

/**
 * Classifies anything that was thrown on the way to Kafka.
 *
 * @param sent whether a produce request may have left before it was thrown; else nothing can be stored
 */
export function classifyFailure(thrown: unknown, sent: boolean): UplinkFailure {
  if (thrown instanceof UplinkFailure) return thrown
  const layers = chainOf(thrown)
  const code = layers.map(kafkaCodeOf).find((found) => found !== undefined)
  const text = textOf(layers)
  if (code !== undefined) {
    const verdict = kafkaErrorVerdict(code)
    return new UplinkFailure(`${verdict.name} (${code}): ${text}`, {
      class: verdict.class,
      scope: verdict.scope,
      kafkaCode: code,
      // The library retries on its own: an earlier try may be stored even where the last answer says no.
      outcomeUnknown: sent && (verdict.outcomeUnknown || verdict.class === 'retry'),
      cause: thrown,
    })
  }
  const [reaction, scope] = transportVerdict(layers)
  return new UplinkFailure(text, { class: reaction, scope, kafkaCode: null, outcomeUnknown: sent && scope === 'link', cause: thrown })
}

/** Connecting failed: nothing can be stored. */
export function withoutSend(failure: unknown): unknown {
  if (!(failure instanceof UplinkFailure) || !failure.outcomeUnknown) return failure
  const { class: reaction, scope, kafkaCode, cause } = failure
  return new UplinkFailure(failure.message, { class: reaction, scope, kafkaCode, outcomeUnknown: false, cause })
}

/** A refused time of sending is no fault of the rows: the wall clock is wrong, and would refuse them all. */
export function wrongClock(failure: UplinkFailure, batch: TopicPartitionBatch | undefined): UplinkFailure {
  if (failure.kafkaCode !== KAFKA_INVALID_TIMESTAMP || batch?.records.some((record) => record.timestampMs !== null)) return failure
  return new UplinkFailure(`the broker refuses our clock: ${failure.message}`, {
    class: 'pause',
    scope: 'link',
    kafkaCode: KAFKA_INVALID_TIMESTAMP,
    outcomeUnknown: false,
    cause: failure,
  })
}

function transportVerdict(layers: readonly Layer[]): [FailureClass, FailureScope] {
  for (const layer of layers) {
    const name = String(layer.name)
    if (name === 'KafkaJSSASLAuthenticationError') return ['pause', 'link']
    if (name === 'KafkaJSServerDoesNotSupportApiKey') return ['fatal', 'link']
    // A TLS failure hides its code in the sentence of a connection error.
    if (typeof layer.code === 'string' && CERTIFICATE_CODE.test(layer.code)) return ['pause', 'link']
    if (/certificate|self[- ]signed|altnames/i.test(String(layer.message))) return ['pause', 'link']
    if (name === 'KafkaJSTopicMetadataNotLoaded' || name === 'KafkaJSMetadataNotLoaded') return ['retry', 'topic']
  }
  return ['retry', 'link']
}

function chainOf(thrown: unknown): Layer[] {
  const layers: Layer[] = []
  for (let next = thrown; isLayer(next) && layers.length < CHAIN_MAX && !layers.includes(next); next = next.cause) layers.push(next)
  return layers.length > 0 ? layers : [{ message: String(thrown) }]
}

function isLayer(value: unknown): value is Layer {
  return typeof value === 'object' && value !== null
}

function kafkaCodeOf(layer: Layer): number | undefined {
  // −99 is the library's own number for codes it does not know; the real one stands in the sentence.
  if (typeof layer.code === 'number' && layer.code !== -99 && layer.code !== 0) return layer.code
  const unknown = /Unknown error code (-?\d+)/.exec(String(layer.message))
  return unknown === null ? undefined : Number(unknown[1])
}

/** The innermost sentence says most: outer layers repeat it. */
function textOf(layers: readonly Layer[]): string {
  const texts = layers.map((layer) => layer.message).filter((text): text is string => typeof text === 'string' && text !== '')
  return texts.at(-1) ?? 'failed without a message'
}
