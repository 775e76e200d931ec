import { describe, expect, it } from 'vitest'
import { createOperatorState, NO_SECTIONS } from '../../../src/engine-lite/state/operator-state.js'
import { sealed } from './tables.js'

const limits = { keysMax: 10, emitKeysMax: 500 }

describe('the state of an operator', () => {
  it('comes back table by table, by name', () => {
    const { state, tables } = createOperatorState(NO_SECTIONS, limits)
    const keys = state.keys('keys')
    const slots = state.slots('sums', [{ name: 'sum', storage: 'f64', initial: 0 }])
    const panes = state.panes('panes', [{ name: 'sum', storage: 'f64', initial: 0 }])
    const items = state.items<string>('items')
    const cell = state.cell<unknown>('cursor', null)
    const slot = keys.slotOf('a', ['a'])
    slots.add(slot)
    panes.open(60_000).add(slot)
    items.set(slot, 1, 'one')
    cell.set(new Map([['at', [1, 'x']]]))
    expect(tables.map(([name]) => name)).toEqual(['keys', 'sums', 'panes', 'items', 'cursor'])
    const sections = new Map(tables.map(([name, table]) => [name, [sealed(table) as Uint8Array]]))

    const again = createOperatorState(sections, limits).state
    expect(again.keys('keys').find('a')).toBe(slot)
    expect(again.slots('sums', [{ name: 'sum', storage: 'f64', initial: 0 }]).has(slot)).toBe(true)
    expect(
      again
        .panes('panes', [{ name: 'sum', storage: 'f64', initial: 0 }])
        .find(60_000)
        ?.has(slot),
    ).toBe(true)
    expect([...again.items<string>('items').entries(slot)]).toEqual([[1, 'one']])
    expect(again.cell<unknown>('cursor', null).get()).toEqual(new Map([['at', [1, 'x']]]))
    expect(again.cell('new', 7).get()).toBe(7)
  })

  it('refuses a table name that was taken', () => {
    const { state } = createOperatorState(NO_SECTIONS, limits)
    state.keys('keys')
    expect(() => state.cell('keys', 0)).toThrow(expect.objectContaining({ code: 'R0001' }))
  })

  it('refuses sections of another plan', () => {
    const { state, tables } = createOperatorState(NO_SECTIONS, limits)
    state.keys('t').slotOf('a', ['a'])
    const section = sealed(tables[0]?.[1] as never) as Uint8Array
    expect(() => createOperatorState(new Map([['t', [section]]]), limits).state.items('t')).toThrow(
      expect.objectContaining({ code: 'R0201' }),
    )
    expect(() => createOperatorState(new Map([['t', [section.subarray(0, 3)]]]), limits).state.keys('t')).toThrow(
      expect.objectContaining({ code: 'R0201' }),
    )
  })
})
