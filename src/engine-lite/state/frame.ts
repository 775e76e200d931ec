/**
 * The body of a commit frame as it lies on disk. Fixed integers are little-endian; varint, signed, text, blob and value are those of
 * base/bytes.ts.
 *
 * | offset | bytes | field | rule |
 * |---|---|---|---|
 * | 0 | 4 | magic `MRF1` | anything else: not a frame of this version |
 * | 4 | 4 | CRC-32 of everything after this field | wrong: the frame is damaged, never read in part |
 * | 8 | 8 | commit id | the id it is stored under |
 * | 16 | 4 | length of what follows | must equal what follows |
 * | 20 | | signed | wall clock of the seal, epoch ms, for people |
 * | | | sections | varint count, then each: name, u8 kind, blob |
 * | | | positions | varint count, then each: name, value |
 * | | | watermarks | varint count, then each: name, signed epoch ms |
 * | | | signatures | varint count, then each: name, text |
 *
 * A name is a varint of characters shared with the name before it in the same list, then the rest as text.
 * Section kinds: 0 delta, 1 slice of a snapshot, 2 marker (name empty): the snapshot whose last slice is in this frame began with the
 * frame of the varint in its bytes. Names of sections are `node-id/table-name`, of positions source ids, of watermarks and signatures
 * node ids. Positions, watermarks and signatures that did not change since the frame before may be left out, except in the first
 * frame of a snapshot: so the frames of a restore hold all of them, and the last one read counts.
 *
 * Validity: a restore needs the frames from the first slice of a complete snapshot (or from the first frame ever) on, without a gap.
 * Sections hold absolute values and are loaded in order, so frames read twice do no harm.
 * Crash behaviour: a body is one BLOB written in the transaction of its frame, so it is there or it is not. The CRC guards against what
 * SQLite does not see: a flipped bit in a cell passes its integrity check. An empty body is a frame that changed no state.
 * Version policy: a new layout gets a new magic; readers know every magic that was ever released.
 */
import { crc32 } from 'node:zlib'
import { GrowingByteWriter, SpanByteReader } from '../base/bytes.js'
import type { CommitId } from '../contract/sink.js'
import type { SourcePosition } from '../contract/source.js'
import type { ByteReader, ByteWriter } from '../contract/state.js'

const MAGIC = 0x3146_524d // 'MRF1'
const HEADER_BYTES = 20
/** A larger frame is refused: the loop seals long before. */
export const FRAME_BYTES_MAX = 256 * 1024 * 1024

export type SectionKind = 'delta' | 'slice' | 'marker'
const SECTION_KINDS: readonly SectionKind[] = ['delta', 'slice', 'marker']

export interface FrameSection {
  /** `node-id/table-name`; empty for a marker. */
  readonly path: string
  readonly kind: SectionKind
  readonly bytes: Uint8Array
}

export interface Frame {
  readonly id: CommitId
  readonly sealedAtMs: number
  readonly sections: readonly FrameSection[]
  readonly positions: ReadonlyMap<string, SourcePosition>
  readonly watermarks: ReadonlyMap<string, number>
  readonly signatures: ReadonlyMap<string, string>
}

export type Damage = 'too short' | 'unknown version' | 'wrong checksum' | 'wrong length' | 'wrong commit id' | 'malformed'

/** @throws RangeError if the id is not a positive safe integer or the frame is larger than {@link FRAME_BYTES_MAX} */
export function encodeFrame(frame: Frame, out = new GrowingByteWriter(1024)): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(frame.id) || frame.id <= 0) throw new RangeError(`commit id ${frame.id} is not a positive integer`)
  out.reset()
  for (let i = 0; i < HEADER_BYTES; i++) out.u8(0)
  out.signed(frame.sealedAtMs)
  writeSections(out, frame.sections)
  writeNamed(out, frame.positions, (position) => out.value(position))
  writeNamed(out, frame.watermarks, (watermarkMs) => out.signed(watermarkMs))
  writeNamed(out, frame.signatures, (signature) => out.text(signature))
  if (out.length > FRAME_BYTES_MAX) throw new RangeError(`frame of ${out.length} bytes exceeds ${FRAME_BYTES_MAX}`)
  const bytes = out.take()
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setBigUint64(8, BigInt(frame.id), true)
  view.setUint32(16, bytes.length - HEADER_BYTES, true)
  view.setUint32(4, crc32(bytes.subarray(8)), true)
  return bytes
}

/**
 * The frame, or what is wrong with it. Damage is a value, not an exception: the caller decides between falling back and stopping.
 * Sections are views into `bytes`.
 */
export function decodeFrame(bytes: Uint8Array, expectedId: CommitId): Frame | Damage {
  if (bytes.length < HEADER_BYTES) return 'too short'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== MAGIC) return 'unknown version'
  if (view.getUint32(4, true) !== crc32(bytes.subarray(8))) return 'wrong checksum'
  if (view.getUint32(16, true) !== bytes.length - HEADER_BYTES) return 'wrong length'
  const id = Number(view.getBigUint64(8, true))
  if (id !== expectedId) return 'wrong commit id'
  const from = new SpanByteReader(bytes, HEADER_BYTES)
  try {
    const sealedAtMs = from.signed()
    const sections = readSections(from)
    const positions = readNamed(from, () => from.value())
    const watermarks = readNamed(from, () => from.signed())
    const signatures = readNamed(from, () => from.text())
    return from.done ? { id, sealedAtMs, sections, positions, watermarks, signatures } : 'malformed'
  } catch (error) {
    if (error instanceof RangeError) return 'malformed'
    throw error
  }
}

/** The marker that completes a snapshot. @param firstId the frame with its first slice */
export function snapshotMarker(firstId: CommitId): FrameSection {
  const out = new GrowingByteWriter(8)
  out.varint(firstId)
  return { path: '', kind: 'marker', bytes: out.take() }
}

/** The first frame of the snapshot that this frame completes, or undefined. */
export function snapshotCompletedIn(frame: Frame): CommitId | undefined {
  for (const section of frame.sections) if (section.kind === 'marker') return new SpanByteReader(section.bytes).varint()
  return undefined
}

function writeSections(out: ByteWriter, sections: readonly FrameSection[]): void {
  out.varint(sections.length)
  let before = ''
  for (const section of sections) {
    writeName(out, section.path, before)
    before = section.path
    out.u8(SECTION_KINDS.indexOf(section.kind))
    out.blob(section.bytes)
  }
}

function readSections(from: ByteReader): FrameSection[] {
  const sections: FrameSection[] = []
  let path = ''
  for (let n = from.varint(); n > 0; n--) {
    path = readName(from, path)
    const kind = SECTION_KINDS[from.u8()]
    if (kind === undefined) throw new RangeError('section kind does not exist')
    sections.push({ path, kind, bytes: from.blob() })
  }
  return sections
}

function writeNamed<T>(out: ByteWriter, entries: ReadonlyMap<string, T>, write: (value: T) => void): void {
  out.varint(entries.size)
  let before = ''
  for (const [name, value] of entries) {
    writeName(out, name, before)
    before = name
    write(value)
  }
}

function readNamed<T>(from: ByteReader, read: () => T): Map<string, T> {
  const entries = new Map<string, T>()
  let name = ''
  for (let n = from.varint(); n > 0; n--) {
    name = readName(from, name)
    entries.set(name, read())
  }
  return entries
}

function writeName(out: ByteWriter, name: string, before: string): void {
  const limit = Math.min(name.length, before.length)
  let shared = 0
  while (shared < limit && name.charCodeAt(shared) === before.charCodeAt(shared)) shared++
  out.varint(shared)
  out.text(name.slice(shared))
}

function readName(from: ByteReader, before: string): string {
  const shared = from.varint()
  if (shared > before.length) throw new RangeError('name shares more than there is')
  return before.slice(0, shared) + from.text()
}
