import { describe, expect, it } from 'vitest'
import { blackholeConnector } from '../../../src/engine-lite/connector/blackhole.js'
import { printConnector } from '../../../src/engine-lite/connector/print.js'
import { HandClock, INT, SinkDriver, STRING, table } from './kit.js'

function printed(options: Record<string, string>) {
  const lines: [string, string][] = []
  const connector = printConnector({ write: (line, to) => lines.push([to, line]), rowText: () => (row) => row.join(', ') })
  const { sink } = new SinkDriver(
    connector,
    table(options, [
      ['a', STRING],
      ['b', INT],
    ]),
    new HandClock(),
  )
  sink.write(['x', 1], 0)
  sink.write(['x', 1], 1)
  sink.write(['x', 2], 2)
  sink.write(['x', 2], 3)
  return lines
}

describe('print', () => {
  it('prints a changelog with its kinds', () => {
    expect(printed({}).map(([, line]) => line)).toEqual(['+I[x, 1]', '-U[x, 1]', '+U[x, 2]', '-D[x, 2]'])
  })

  it('puts the identifier before each line and writes where it is told', () => {
    expect(printed({ 'print-identifier': 'alarm', 'standard-error': 'true' })[0]).toEqual(['stderr', 'alarm> +I[x, 1]'])
    expect(printed({ 'standard-error': 'false' })[0]).toEqual(['stdout', '+I[x, 1]'])
  })
})

describe('blackhole', () => {
  it('takes any change and closes', async () => {
    const { sink } = new SinkDriver(blackholeConnector(), table({}, [['a', INT]]), new HandClock())
    for (const kind of [0, 1, 2, 3] as const) sink.write([1], kind)
    await expect(sink.close()).resolves.toBeUndefined()
  })
})
