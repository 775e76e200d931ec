/** The compiled scanner against the general path: where the scanner gives a row at all, it is the same row. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../../../src/engine-lite/contract/row.js'
import type { RowField } from '../../../../src/engine-lite/format/json/field-readers.js'
import { createGeneralJsonDecoder } from '../../../../src/engine-lite/format/json/json-decoder.js'
import { compileScanner } from '../../../../src/engine-lite/format/json/scanner.js'
import { BYTES, decimal, plain, STRING, timestamp } from './columns.js'

const options = { ignoreParseErrors: false, failOnMissingField: false, timestampStandard: 'ISO-8601' } as const
const FIELDS: readonly RowField[] = [
  { name: 'id', type: STRING },
  { name: 'ts', type: plain('BIGINT') },
  { name: 'va', type: plain('DOUBLE') },
  { name: 'flag', type: plain('BOOLEAN') },
  { name: 'int', type: plain('INTEGER') },
  { name: 'tiny', type: plain('TINYINT') },
  { name: 'f', type: plain('FLOAT') },
  { name: 'dec', type: decimal(12, 3) },
  { name: 'when', type: timestamp(3) },
  { name: 'bytes', type: BYTES },
  { name: 'unused', type: plain('DOUBLE'), read: false },
  { name: 'größe', type: plain('DOUBLE') },
]

const scan = compileScanner(FIELDS, options)!
const strictScan = compileScanner(FIELDS.slice(0, 3), { ...options, failOnMissingField: true })!
const general = createGeneralJsonDecoder(FIELDS, options)
const strictGeneral = createGeneralJsonDecoder(FIELDS.slice(0, 3), { ...options, failOnMissingField: true })

const BEFORE = Buffer.from('{"id":"')
const AFTERS = ['}', '"', ',"id":"zz"}', '0}', '', ']', ' \n}'].map((text) => Buffer.from(text))

const CASES_PER_SEED = 50
/** `FUZZ_FACTOR=20 npx vitest run test/engine-lite/format/json/scanner.test.ts` takes a longer look. */
const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1)

let scanned = 0
let tried = 0

/** Value by value, −0 and NaN included. */
function same(a: Row, b: Row): boolean {
  return a.every(
    (value, at) => Object.is(value, b[at]) || (value instanceof Uint8Array && Buffer.compare(value, b[at] as Uint8Array) === 0),
  )
}

function agree(payload: Uint8Array, after: Buffer): void {
  const chunk = Buffer.concat([BEFORE, payload, after])
  const end = BEFORE.length + payload.length
  for (const [fast, slow] of [
    [scan, general],
    [strictScan, strictGeneral],
  ] as const) {
    const rows: Row[] = []
    tried++
    if (!fast(chunk, BEFORE.length, end, rows)) {
      if (rows.length !== 0) throw new Error('the scanner gave up and left a row')
      continue
    }
    scanned++
    const expected: Row[] = []
    const error = slow.decode(chunk, BEFORE.length, end, expected)
    if (error !== undefined) throw new Error(`the scanner took what is refused: ${error.text}: ${Buffer.from(payload).toString()}`)
    if (!same(rows[0]!, expected[0]!)) expect(rows).toStrictEqual(expected)
  }
}

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.tuple(fc.integer({ min: -999999, max: 999999 }), fc.nat(999999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom(
    '-0',
    '0',
    '-0.0',
    '00',
    '1.',
    '.5',
    '1e5',
    '1E-2',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740993',
    '127',
    '128',
    '-128',
    '-129',
    '2147483647.5',
    '999999999.9994',
    '99999999.9999',
  ),
)
const jsonValue = fc.oneof(
  { weight: 4, arbitrary: numberText },
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map((text) => JSON.stringify(text)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '"dev-1"',
      '"dev-2"',
      '"2024-02-29T10:11:12.5"',
      '"2024-02-29T10:11"',
      '"AP8="',
      '"AP8"',
      '"\t"',
      '"1.5"',
      '""',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('null', 'true', 'false', 'nul', 'tru', 'NaN', '') },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
)
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FIELDS.map((field) => field.name), 'idx', 'it', 'x', 'status', '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
)
const blank = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  ')
const objectText = fc
  .array(fc.tuple(name, blank, jsonValue, blank), { maxLength: 8 })
  .map(
    (fields) =>
      `{${fields.map(([key, before, value, after]) => `${before}${JSON.stringify(key)}${before}:${after}${value}${after}`).join(',')}}`,
  )

describe('the compiled scanner', () => {
  it(
    'agrees with the general path on generated objects',
    () => {
      fc.assert(
        fc.property(objectText, blank, fc.constantFrom(...AFTERS), (text, around, after) =>
          agree(Buffer.from(around + text + around), after),
        ),
        { numRuns: 40_000 * FACTOR },
      )
      // the property would be empty if the scanner gave up on everything
      expect(scanned / tried).toBeGreaterThan(0.1)
    },
    240_000 * FACTOR,
  )

  it(
    'agrees with the general path on mutated payloads',
    () => {
      const corpus = [
        '{"id":"dev-0042","ts":1690000000000,"va":21.53,"unused":40.1,"status":"ok"}',
        '{"status":{"a":[1,2,{"b":null}],"c":"}"},"flag":true,"int":-12,"tiny":7,"f":1.25,"dec":12.345}',
        ' { "when" : "2024-02-29T10:11:12.345" , "bytes" : "AAEC" , "größe" : 1e3, "id": "Gerät \\u00e9" } ',
        '{"id":null,"ts":null,"va":null,"x":[[[[]]]],"y":"\\"","z":-0.0e-1}',
      ].map((text) => Buffer.from(text))
      // a generator of its own behind fast-check's seed: most of the time goes into cases, not into shrinkable values
      const bytesOfJson = Buffer.from('{}[]",:\\0123456789.-+eEntf \n')
      const many = (seed: number) => {
        let state = seed | 1
        const below = (n: number) => {
          state ^= state << 13
          state ^= state >>> 17
          state ^= state << 5
          return (state >>> 0) % n
        }
        for (let n = 0; n < CASES_PER_SEED; n++) {
          const bytes = [...corpus[below(corpus.length)]!]
          for (let left = 1 + below(3); left > 0; left--) {
            const place = below(bytes.length + 1)
            const byte = below(3) === 0 ? below(256) : bytesOfJson[below(bytesOfJson.length)]!
            const kind = below(4)
            if (kind === 0) bytes[place] = byte
            else if (kind === 1) bytes.splice(place, 1)
            else if (kind === 2) bytes.splice(place, 0, byte)
            else bytes.length = place
          }
          agree(Uint8Array.from(bytes), AFTERS[below(AFTERS.length)]!)
        }
      }
      fc.assert(fc.property(fc.integer(), many), { numRuns: 5000 * FACTOR })
    },
    240_000 * FACTOR,
  )

  it('gives up when the payload ends inside the object that the buffer goes on with', () => {
    const whole = Buffer.from('{"id":"dev-1","ts":1690000000000,"va":21.53,"flag":true,"dec":1.5,"when":"2024-02-29T10:11:12"}')
    for (let end = 0; end < whole.length; end++) {
      const rows: Row[] = []
      expect(scan(whole, 0, end, rows)).toBe(false)
      expect(rows).toEqual([])
    }
    expect(scan(whole, 0, whole.length, [])).toBe(true)
  })

  it('hands out the same string object content for the same bytes, however many texts there are', () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 30_000; i++) {
        const rows: Row[] = []
        const bytes = Buffer.from(`{"id":"device-${i}"}`)
        expect(scan(bytes, 0, bytes.length, rows)).toBe(true)
        if (rows[0]![0] !== `device-${i}`) throw new Error(`wrong text for ${i}`)
      }
    }
  })

  it('is not made where a used column is nested', () => {
    expect(compileScanner([{ name: 'a', type: { kind: 'ARRAY', element: STRING, nullable: true } }], options)).toBeUndefined()
    expect(compileScanner([{ name: 'a', type: { kind: 'ARRAY', element: STRING, nullable: true }, read: false }], options)).toBeDefined()
  })
})
