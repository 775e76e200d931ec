/**
 * What one node of a chain sees as its output: direct calls of the nodes after it.
 *
 * The functions of a link are generated, with one call site per reader, because V8 keeps call-site feedback per function text: a
 * shared `emit` would see every operator class of the process and cost several times as much per hop.
 *
 * A reader that throws in `process` fails one row: the exception ends at the link before it, so that other readers of the row and the
 * sender go on. Exceptions from `advance` and timers are no row's fault and travel up to the loop.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Output, OutputTag, StreamStatus } from '../contract/operator.js'
import { INSERT, type Row, type RowKind } from '../contract/row.js'

/** A node as a link calls it. */
export interface Reader {
  readonly target: object
  readonly method: 'process' | 'processLeft' | 'processRight' | 'write'
  failed(error: unknown, row: Row): void
  advance(watermarkMs: number): void
  status(status: StreamStatus): void
}

/** Counts rows for the ledger. */
export interface RowCount {
  rows: number
}

/** Created before its readers exist, connected when they do. */
export class Link implements Output {
  emit: (row: Row, kind: RowKind) => void = notConnected
  emitTo: (tag: OutputTag, row: Row) => void = notConnected
  advance: (watermarkMs: number) => void = notConnected
  status: (status: StreamStatus) => void = notConnected

  connect({ main, tagged, count, countOf, unread }: Connections): void {
    this.emit = compileEmit(count, main)
    const byTag = new Map([...tagged].map(([tag, readers]) => [tag, compileEmit(countOf(tag), readers)]))
    this.emitTo = (tag, row) => {
      const emit = byTag.get(tag)
      if (emit === undefined) unread(tag, row)
      else emit(row, INSERT)
    }
    const all = [...main, ...[...tagged.values()].flat()]
    this.advance = compileFanOut(all.map((reader) => reader.advance))
    this.status = compileFanOut(all.map((reader) => reader.status))
  }
}

export interface Connections {
  readonly main: readonly Reader[]
  readonly tagged: ReadonlyMap<OutputTag, readonly Reader[]>
  readonly count: RowCount
  countOf(tag: OutputTag): RowCount
  /** Takes rows of a side output that nobody reads. */
  unread(tag: OutputTag, row: Row): void
}

function notConnected(): never {
  throw new MillraceError('R0001', 'an operator used its output while it was being built')
}

let serial = 0

function compileEmit(count: RowCount, readers: readonly Reader[]): (row: Row, kind: RowKind) => void {
  serial++
  const names = readers.flatMap((_, i) => [`reader${i}`, `failed${i}`])
  const calls = readers.map(({ method }, i) => `try { reader${i}.${method}(row, kind) } catch (error) { failed${i}(error, row) }`)
  const text = `'use strict'; return function emit_${serial}(row, kind) { count.rows++; ${calls.join('; ')} }`
  const values = readers.flatMap((reader) => [reader.target, (error: unknown, row: Row) => reader.failed(error, row)])
  return new Function('count', ...names, text)(count, ...values) as (row: Row, kind: RowKind) => void
}

function compileFanOut<T>(functions: readonly ((value: T) => void)[]): (value: T) => void {
  serial++
  const names = functions.map((_, i) => `reader${i}`)
  const text = `'use strict'; return function tell_${serial}(value) { ${names.map((name) => `${name}(value)`).join('; ')} }`
  return new Function(...names, text)(...functions) as (value: T) => void
}

/** What `rise` needs of a node: its time and what it does when time rises. */
export interface Riser {
  readonly time: { watermarkMs: number; nextEventMs: number }
  fire(): void
  /** Left out: the node does not care for time (a sink). */
  readonly target?: { advance(watermarkMs: number): void }
}

/** The watermark of a node rises: never back, timers first, then the operator, which hands it on. */
export function compileRise({ time, fire, target }: Riser): (watermarkMs: number) => void {
  serial++
  const text = `'use strict'; return function rise_${serial}(watermarkMs) {
    if (watermarkMs <= time.watermarkMs) return
    time.watermarkMs = watermarkMs
    if (time.nextEventMs <= watermarkMs) fire()
    ${target === undefined ? '' : 'target.advance(watermarkMs)'}
  }`
  return new Function('time', 'fire', 'target', text)(time, fire, target) as (watermarkMs: number) => void
}

/** Feeds rows `from` … `to` (exclusive) to a source's link until an emission is deferred; returns where it stopped. */
export type Feed = (rows: readonly Row[], kinds: readonly RowKind[] | undefined, from: number, to: number) => number

export function compileFeed(link: Link, deferred: { readonly count: number }): Feed {
  serial++
  const text = `'use strict'; const emit = link.emit
  return function feed_${serial}(rows, kinds, from, to) {
    let at = from
    do {
      emit(rows[at], kinds === undefined ? 0 : kinds[at])
      at++
    } while (at < to && deferred.count === 0)
    return at
  }`
  return new Function('link', 'deferred', text)(link, deferred) as Feed
}
