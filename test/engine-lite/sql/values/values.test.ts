import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMonths, civilOfDay, dayOfCivil, isoWeek } from '../../../../src/engine-lite/sql/values/calendar.js'
import { formatPattern, parsePattern } from '../../../../src/engine-lite/sql/values/date-pattern.js'
import { lenientReader, strictReader } from '../../../../src/engine-lite/sql/values/date-pattern-parse.js'
import {
  addDecimal,
  castDecimal,
  divideDecimal,
  multiplyDecimal,
  parseDecimal,
  printDecimal,
  rescale,
} from '../../../../src/engine-lite/sql/values/decimal.js'
import { addLong, fromBigInt, multiplyLong, subtractLong } from '../../../../src/engine-lite/sql/values/integral.js'
import { javaRegex } from '../../../../src/engine-lite/sql/values/java-regex.js'
import { numberText, parseJson, printJson } from '../../../../src/engine-lite/sql/values/json-document.js'
import { evaluatePath, parseJsonPath } from '../../../../src/engine-lite/sql/values/json-path.js'
import { instantOfLocal, localOfInstant, timeZone } from '../../../../src/engine-lite/sql/values/time-zone.js'

const longs = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger().map(BigInt))

describe('BIGINT arithmetic', () => {
  it('is that of 64-bit integers, in the normal form', () => {
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const [x, y] = [fromBigInt(a), fromBigInt(b)]
        expect(addLong(x, y)).toBe(fromBigInt(BigInt.asIntN(64, a + b)))
        expect(subtractLong(x, y)).toBe(fromBigInt(BigInt.asIntN(64, a - b)))
        expect(multiplyLong(x, y)).toBe(fromBigInt(BigInt.asIntN(64, a * b)))
      }),
    )
  })
})

describe('DECIMAL arithmetic', () => {
  const digits = fc.bigInt(-(10n ** 18n), 10n ** 18n).map(fromBigInt)
  const scale = fc.integer({ min: 0, max: 10 })

  it('adds and multiplies exactly where the digits suffice', () => {
    fc.assert(
      fc.property(digits, scale, digits, scale, (a, s, b, t) => {
        const common = Math.max(s, t)
        const sum = BigInt(rescale(a, s, common)) + BigInt(rescale(b, t, common))
        expect(addDecimal(a, s, b, t, 38, common)).toBe(fromBigInt(sum))
        expect(multiplyDecimal(a, s, b, t, 38, s + t)).toBe(fromBigInt(BigInt(a) * BigInt(b)))
      }),
    )
  })

  it('rounds half up, away from zero', () => {
    expect([25, -25, 24, -24].map((value) => rescale(value, 1, 0))).toEqual([3, -3, 2, -2])
    expect(divideDecimal(2, 0, 3, 0, 20, 6)).toBe(666667)
    expect(divideDecimal(-2, 0, 3, 0, 20, 6)).toBe(-666667)
  })

  it('is NULL beyond its digits', () => {
    expect(castDecimal(12345, 0, 5, 2)).toBe(null)
    expect(multiplyDecimal(10n ** 20n, 0, 10n ** 20n, 0, 38, 0)).toBe(null)
  })

  it('prints and reads the same', () => {
    fc.assert(
      fc.property(digits, scale, (value, s) => {
        expect(parseDecimal(printDecimal(value, s), 38, s)).toBe(value)
      }),
    )
    expect(parseDecimal('1e2', 10, 2)).toBe(10000)
    expect(parseDecimal('x', 10, 2)).toBeUndefined()
    expect(parseDecimal('1e999999999', 10, 2)).toBe(null)
    expect(parseDecimal('1e-999999999', 10, 2)).toBe(0)
  })
})

describe('the calendar', () => {
  it('agrees with Date for every day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        const date = new Date(day * 86_400_000)
        const civil = civilOfDay(day)
        expect(civil).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() })
        expect(dayOfCivil(civil.year, civil.month, civil.day)).toBe(day)
      }),
    )
  })

  it('keeps the day or takes the last of the month', () => {
    expect(civilOfDay(addMonths(dayOfCivil(2024, 1, 31), 1))).toEqual({ year: 2024, month: 2, day: 29 })
    expect(civilOfDay(addMonths(dayOfCivil(2024, 3, 31), -1))).toEqual({ year: 2024, month: 2, day: 29 })
  })

  it('has ISO weeks', () => {
    expect(isoWeek(dayOfCivil(2021, 1, 3))).toEqual({ year: 2020, week: 53 })
    expect(isoWeek(dayOfCivil(2024, 12, 30))).toEqual({ year: 2025, week: 1 })
  })
})

describe('time zones', () => {
  const berlin = timeZone('Europe/Berlin')

  it('move a time in the gap on, and take the first of two', () => {
    expect(instantOfLocal(Date.UTC(2024, 2, 31, 2, 30), berlin)).toBe(Date.UTC(2024, 2, 31, 1, 30))
    expect(instantOfLocal(Date.UTC(2024, 9, 27, 2, 30), berlin)).toBe(Date.UTC(2024, 9, 27, 0, 30))
  })

  it('go there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const at = seconds * 1000
        const local = localOfInstant(at, berlin)
        expect(Math.abs(instantOfLocal(local, berlin) - at) % 3_600_000).toBe(0)
      }),
    )
  })

  it('know offsets and refuse names nobody knows', () => {
    expect(timeZone('+05:30').offsetAt(0)).toBe(19_800_000)
    expect(timeZone('GMT-8').offsetAt(0)).toBe(-28_800_000)
    expect(() => timeZone('Nowhere/X')).toThrow("unknown time zone 'Nowhere/X'")
  })
})

describe('Java date patterns', () => {
  const parts = (pattern: string) => {
    const parsed = parsePattern(pattern)
    if ('invalid' in parsed) throw new Error(parsed.reason)
    return parsed
  }
  const at = Date.UTC(2024, 1, 9, 15, 4, 5, 67)

  it.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', '2024-02-09 15:04:05.067'],
    ["d.M.yy h:mm a 'Uhr'", '9.2.24 3:04 PM Uhr'],
    ["EEE, dd MMM yyyy ''HH", "Fri, 09 Feb 2024 '15"],
    ['DDD', '040'],
  ])('%s', (pattern, text) => expect(formatPattern(parts(pattern), 'java.time', at, 0)).toBe(text))

  it('are read strictly or leniently', () => {
    expect(strictReader(parts('yyyyMMddHHmmss'))?.('20240209150405')?.ms).toBe(at - 67)
    expect(strictReader(parts('yyyy-MM-dd'))?.('2024-2-9')).toBeUndefined()
    expect(strictReader(parts('yyyy-MM-dd'))?.('2023-02-30')?.ms).toBe(Date.UTC(2023, 1, 28))
    expect(lenientReader(parts('yyyy-MM'))?.('2024-13')?.ms).toBe(Date.UTC(2025, 0, 1))
    expect(lenientReader(parts('yyyy-MM-dd'))?.('2024-02-09 and more')?.ms).toBe(Date.UTC(2024, 1, 9))
  })

  it('that Java refuses are told from those not built', () => {
    expect(parsePattern('rrr')).toMatchObject({ invalid: true })
    expect(parsePattern('yyyy-ww')).toMatchObject({ invalid: false })
  })
})

describe('Java regular expressions', () => {
  const matches = (pattern: string, text: string) => {
    const regex = javaRegex(pattern)
    if (!(regex instanceof RegExp)) throw new Error(regex.reason)
    return regex.test(text)
  }

  it('mean the same here', () => {
    expect(matches('^a.c$', 'a\u0085c')).toBe(false)
    expect(matches('a$', 'a\n')).toBe(true)
    expect(matches('^\\s$', '\u00a0')).toBe(false)
    expect(matches('\\bfoo\\b', 'a foo b')).toBe(true)
    expect(matches('\\Qa.b\\E', 'a.b')).toBe(true)
    expect(matches('[\\w-]+@x', 'a-b@x')).toBe(true)
    expect(matches('(?i)ABC', 'abc')).toBe(true)
    expect(matches('a{2,3}?b', 'aab')).toBe(true)
    expect(matches('^.$', '😀')).toBe(true)
  })

  it('are refused where they have no counterpart', () => {
    expect(javaRegex('a++')).toMatchObject({ invalid: false })
    expect(javaRegex('[a-z&&[^b]]')).toMatchObject({ invalid: false })
    expect(javaRegex('\\p{Alpha}')).toMatchObject({ invalid: false })
    expect(javaRegex('(a')).toMatchObject({ invalid: true })
    expect(javaRegex('[a')).toMatchObject({ invalid: true })
    expect(javaRegex('*a')).toMatchObject({ invalid: true })
  })
})

describe('JSON documents', () => {
  it('keep numbers and agree with JSON.parse otherwise', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const document = parseJson(text)
        expect(document === undefined ? undefined : JSON.parse(printJson(document, false))).toEqual(JSON.parse(text))
      }),
    )
    expect(printJson(parseJson('{"a":12345678901234567890}') ?? null, false)).toBe('{"a":12345678901234567890}')
  })

  it('ignore what stands behind, and refuse what is broken', () => {
    expect(parseJson('{"a":1} x')).toEqual(new Map([['a', expect.anything()]]))
    for (const text of ['', '{', '[1,]', '{"a"}', "{'a':1}", '01', '"a', 'nul', '1.']) expect(parseJson(text), text).toBeUndefined()
  })

  it('print fractions as Java’s doubles, integers as they are', () => {
    expect(['1.10', '1e3', '1.5E-9', '-0', '0.000001', '100'].map(numberText)).toEqual(['1.1', '1000.0', '1.5E-9', '0', '1.0E-6', '100'])
  })

  it('are walked by paths, strict or lax', () => {
    const document = parseJson('{"a":[{"b":1},{"b":2},{}],"x y":true}')!
    const find = (path: string) => {
      const found = evaluatePath(parseJsonPath(path)!, document)
      return found.kind === 'value' ? printJson(found.value, false) : found.kind
    }
    expect(find('$.a[1].b')).toBe('2')
    expect(find("strict $['x y']")).toBe('true')
    expect(find('$.a[*].b')).toBe('[1,2]')
    expect(find('$.nope')).toBe('missing')
    expect(find('lax $.nope')).toBe('null')
    expect(parseJsonPath('$..b')).toBeUndefined()
    expect(parseJsonPath('$.a[?(@.b>1)]')).toBeUndefined()
  })
})
