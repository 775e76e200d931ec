import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../../src/engine-lite/connector/line-splitter.js'

function split(blocks: readonly string[], bytesMax = 1_000) {
  const out: [string, number][] = []
  const splitter = new LineSplitter(bytesMax)
  const sink = {
    line: (bytes: Uint8Array, start: number, end: number, endOffset: number) => {
      out.push([Buffer.from(bytes.subarray(start, end)).toString(), endOffset])
    },
    tooLong: (endOffset: number) => {
      out.push(['(too long)', endOffset])
    },
  }
  for (const block of blocks) splitter.push(Buffer.from(block), sink)
  splitter.end(sink)
  return out
}

describe('line splitter', () => {
  it('gives lines with the offset behind them', () => {
    expect(split(['ab\ncd', 'e\r\n', '\nf'])).toEqual([
      ['ab', 3],
      ['cde', 8],
      ['', 9],
      ['f', 10],
    ])
  })

  it('leaves out a line beyond the limit and finds the next one', () => {
    expect(split(['abcd', 'ef', 'g\nab\n', 'abcde\n', 'abcdef'], 4)).toEqual([
      ['(too long)', 8],
      ['ab', 11],
      ['(too long)', 17],
      ['(too long)', 23],
    ])
  })

  it('does not care where blocks are cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', 'x'), maxLength: 40 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
        const bytes = Buffer.from(whole)
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const blocks = at.slice(1).map((end, i) => bytes.subarray(at[i], end).toString('latin1'))
        const one = split(
          [bytes.toString('latin1')].map((block) => block),
          1_000,
        )
        expect(split(blocks)).toEqual(one)
      }),
    )
  })
})
