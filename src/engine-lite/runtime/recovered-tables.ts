/** Reading what was recovered while a pipeline is built. */
import { WATERMARK_MIN_MS } from '../contract/row.js'
import type { StateTable } from '../contract/state.js'
import { loadTable, NO_SECTIONS } from '../state/operator-state.js'
import type { RestoredState } from '../state/restore.js'
import type { Pipeline } from './pipeline.js'

/** Fills the table from what was recovered, and has it sealed with every frame. */
export function registerTable(pipeline: Pipeline, restored: RestoredState, path: string, name: string, table: StateTable): void {
  loadTable(table, (restored.nodes.get(path) ?? NO_SECTIONS).get(name) ?? [])
  pipeline.tables.push([`${path}/${name}`, table])
}

/** Watermark of a node at the last frame. */
export function recoveredWatermark(restored: RestoredState, path: string): number {
  return restored.watermarks.get(path) ?? WATERMARK_MIN_MS
}
