/** The field types the schema is made of. Each says in its message what it takes, so that an error needs no manual. */
import * as v from 'valibot'
import { parseDurationMs, parseSizeBytes } from '../../engine-lite/base/duration.js'
import { parseListenAddress } from './address.js'
import { Secret } from './secret.js'

/** A bare number is refused: its unit would be a guess. */
const isDuration = (text: string): boolean => /[a-z]$/i.test(text) && parseDurationMs(text) !== undefined
const isSize = (text: string): boolean => /[a-z]$/i.test(text) && parseSizeBytes(text) !== undefined
const isAddress = (text: string): boolean => parseListenAddress(text) !== undefined

export const text = v.pipe(v.string('takes a text'), v.nonEmpty('takes a text that is not empty'))

/** A text that may be written as a number in YAML: a name, a user. */
export const name = v.pipe(
  v.union([v.string(), v.number()], 'takes a text'),
  v.transform((value) => String(value)),
  v.nonEmpty('takes a text that is not empty'),
)

export const secret = v.pipe(
  name,
  v.transform((value) => new Secret(value)),
)

/** A whole number of things, at least one. */
export const count = v.pipe(
  v.number('takes a whole number'),
  v.integer('takes a whole number'),
  v.minValue(1, 'takes a whole number from 1 on'),
)

export const flag = v.boolean('takes true or false')

/** Output in ms. */
export const duration = v.pipe(
  v.string('takes a duration such as 250ms, 10s, 5m, 2h'),
  v.check(isDuration, 'takes a duration such as 250ms, 10s, 5m, 2h'),
  v.transform((value) => parseDurationMs(value)!),
)

/** Output in bytes. */
export const size = v.pipe(
  v.string('takes a size such as 800KB, 500MB, 2GB'),
  v.check(isSize, 'takes a size such as 800KB, 500MB, 2GB'),
  v.transform((value) => parseSizeBytes(value)!),
)

export const listen = v.pipe(
  v.string('takes host:port, such as 127.0.0.1:8081'),
  v.check(isAddress, 'takes host:port, such as 127.0.0.1:8081'),
  v.transform((value) => parseListenAddress(value)!),
)

export const oneOf = <const T extends readonly string[]>(...values: T) => v.picklist(values, `takes one of: ${values.join(', ')}`)

/** A list; one reference may stand for several items: `[${KAFKA_BROKERS}]` with `a:9092,b:9092`. */
export const textList = v.pipe(
  v.array(text, 'takes a list of texts'),
  v.transform((items) => items.flatMap((item) => item.split(',')).map((item) => item.trim())),
  v.check((items) => items.length > 0 && items.every((item) => item !== ''), 'takes a list of texts that are not empty'),
)

export const mqttUrl = v.pipe(
  v.string('takes a URL such as mqtt://192.168.1.10:1883'),
  v.regex(/^(mqtt|mqtts|tcp|ssl):\/\/[^\s/]+\/?$/, 'takes a URL such as mqtt://192.168.1.10:1883 or mqtts://broker.example:8883'),
)

/** Goes into topics, keys and headers: no separators, no control characters. */
export const gatewayId = v.pipe(
  name,
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'takes up to 64 letters, digits, dots, dashes and underscores'),
)
