import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { StatusReport } from '../../../src/edge/http/status-report.js'
import { PAGE_HTML } from '../../../src/edge/ui/page.js'
import { PAGE_SCRIPT } from '../../../src/edge/ui/script.js'

const EVIL = '<img src=x onerror=alert(1)>'

const REPORT: StatusReport = {
  gateway: { id: 'gw1', version: '0.1.0', pid: 7, startedAtMs: 0, nowMs: 125_000, rssBytes: 70e6 },
  health: 'degraded',
  reasons: ['pipeline a is stopped: x'],
  pipelines: [
    {
      name: 'a',
      state: 'stopped',
      error: 'x',
      restarts: 1,
      watermarkMs: null,
      ledger: { in: 3, held: 0, out: 3, dropped: {}, results: 1 },
    },
  ],
  ledger: { in: 1_234_567, held: 3, out: 1_234_562, dropped: { late: 2, decode: 0 }, results: 1 },
  commits: { lastId: 4, lastAtMs: null, epoch: 1 },
  uplink: { kind: 'file', target: '/cloud', state: 'up', queueRows: 2, queueBytes: 1_500, oldestAtMs: 120_000, sentRows: 9, error: null },
  doors: [{ name: 'embedded', address: 'mqtt://127.0.0.1:1883', state: 'listening', connections: 2, trouble: null }],
  deadLetters: [{ pipeline: null, reason: 'decode', text: EVIL, origin: 'r/p1', count: 2, atMs: 1 }],
}

/** As much of a document as the page's script uses. Markup would have to come in through a property that is not here. */
class FakeElement {
  readonly tag: string
  own = ''
  className = ''
  children: FakeElement[] = []
  readonly tBodies: FakeElement[] = []

  constructor(tag: string) {
    this.tag = tag
    if (tag === 'table') this.tBodies.push(new FakeElement('tbody'))
  }

  get textContent(): string {
    return this.own + [...this.children, ...this.tBodies].map((child) => child.textContent).join(' ')
  }

  set textContent(text: string) {
    this.own = text
  }

  append(...children: FakeElement[]): void {
    this.children.push(...children)
  }

  replaceChildren(...children: FakeElement[]): void {
    this.children = children
  }
}

async function show(reply: () => Promise<unknown>): Promise<Map<string, FakeElement>> {
  const elements = new Map([...PAGE_HTML.matchAll(/<(\w+)[^>]* id="(\w+)"/g)].map(([, tag, id]) => [id!, new FakeElement(tag!)]))
  let done: () => void = () => {}
  const refreshed = new Promise<void>((resolve) => {
    done = resolve
  })
  const document = {
    title: '',
    hidden: false,
    getElementById: (id: string) => elements.get(id) ?? null,
    createElement: (tag: string) => new FakeElement(tag),
  }
  const context = createContext({ document, fetch: async () => ({ ok: true, json: reply }), setTimeout: () => done() })
  runInContext(PAGE_SCRIPT, context)
  await refreshed
  return elements
}

describe('the status page', () => {
  it('shows every part of a report, what came from outside only as text', async () => {
    const elements = await show(async () => REPORT)
    const text = (id: string) => elements.get(id)!.textContent
    expect(text('gateway')).toBe('gw1')
    expect(elements.get('health')).toMatchObject({ own: 'degraded', className: 'badge degraded' })
    expect(text('reasons')).toBe('pipeline a is stopped: x')
    expect(text('ledger')).toBe('1,234,567 in = 3 held + 1,234,562 out + 2 dropped ✓')
    expect(text('dropped')).toBe('dropped: late 2')
    expect(text('process')).toContain('2 min 5 s')
    expect(text('uplink')).toContain('2 rows, 1.5 kB')
    expect(text('doors')).toContain('listening, 2 connections')
    expect(text('pipelines')).toContain('stopped: x')
    expect(text('letters')).toContain(EVIL)
  })

  it('says that nobody answers', async () => {
    const elements = await show(() => Promise.reject(new Error('gone')))
    expect(elements.get('health')).toMatchObject({ own: 'no answer', className: 'badge gone' })
    expect(elements.get('reasons')!.textContent).toBe('gone')
  })
})
