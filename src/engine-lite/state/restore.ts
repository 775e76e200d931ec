/** What the recovered frames add up to: sections of every table, positions, watermarks, signatures, and where snapshots go on. */
import { MillraceError } from '../contract/errors/index.js'
import type { CommitId } from '../contract/sink.js'
import type { SourcePosition } from '../contract/source.js'
import type { Recovered } from '../contract/storage.js'
import { decodeFrame, type Frame, snapshotCompletedIn } from './frame.js'
import type { RecoveredSections } from './operator-state.js'
import type { SnapshotHistory } from './snapshots.js'

export interface RestoredState {
  /** Sections in commit order by node id, then by table name. */
  readonly nodes: ReadonlyMap<string, RecoveredSections>
  readonly positions: ReadonlyMap<string, SourcePosition>
  readonly watermarks: ReadonlyMap<string, number>
  readonly signatures: ReadonlyMap<string, string>
  readonly history: SnapshotHistory
}

/**
 * @example
 * const restored = restoreState(await storage.open())
 * const { state } = createOperatorState(restored.nodes.get('p1/2-window') ?? NO_SECTIONS, limits)
 */
export function restoreState(recovered: Pick<Recovered, 'frames'>): RestoredState {
  const frames = neededFrames(recovered.frames)
  const nodes = new Map<string, Map<string, Uint8Array[]>>()
  const positions = new Map<string, SourcePosition>()
  const watermarks = new Map<string, number>()
  const signatures = new Map<string, string>()
  let snapshotBytes = 0
  let changelogBytes = 0
  for (const frame of frames) {
    for (const section of frame.sections) {
      if (section.kind === 'marker') continue
      if (section.kind === 'slice') snapshotBytes += section.bytes.length
      else changelogBytes += section.bytes.length + section.path.length
      addSection(nodes, section.path, section.bytes)
    }
    for (const [name, position] of frame.positions) positions.set(name, position)
    for (const [name, watermarkMs] of frame.watermarks) watermarks.set(name, watermarkMs)
    for (const [name, signature] of frame.signatures) signatures.set(name, signature)
  }
  const history = { firstId: frames[0]?.id ?? 1, snapshotBytes, changelogBytes }
  return { nodes, positions, watermarks, signatures, history }
}

/** From the first slice of the newest complete snapshot on; all of them when there is none. Storage has checked them already. */
function neededFrames(stored: Recovered['frames']): Frame[] {
  const frames: Frame[] = []
  let firstId: CommitId = 0
  for (let i = stored.length - 1; i >= 0; i--) {
    const { id, body } = stored[i] as Recovered['frames'][number]
    if (id < firstId) break
    if (body.length === 0) continue
    const frame = decodeFrame(body, id)
    if (typeof frame === 'string') throw new MillraceError('S0104', `commit frame ${id} is damaged: ${frame}`)
    frames.push(frame)
    if (firstId === 0) firstId = snapshotCompletedIn(frame) ?? 0
  }
  return frames.reverse()
}

function addSection(nodes: Map<string, Map<string, Uint8Array[]>>, path: string, bytes: Uint8Array): void {
  const slash = path.lastIndexOf('/')
  const node = path.slice(0, slash)
  const name = path.slice(slash + 1)
  let tables = nodes.get(node)
  if (tables === undefined) {
    tables = new Map()
    nodes.set(node, tables)
  }
  const sections = tables.get(name)
  if (sections === undefined) tables.set(name, [bytes])
  else sections.push(bytes)
}
