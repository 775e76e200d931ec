/** What a statement of a session came to. */
import type { Row } from '../../contract/row.js'
import type { Schema } from '../../contract/type.js'
import type { LogicalPlan, SinkPlan } from '../logical/plan.js'
import type { Settings } from './settings.js'

/** What a statement came to. */
export type StatementResult =
  /** It changed the catalog or the settings. `notice`: something the user should know. */
  | { readonly kind: 'done'; readonly notice?: string }
  /** It asked about the session. */
  | { readonly kind: 'answer'; readonly columns: Schema; readonly rows: readonly Row[] }
  /** `settings`: those in force where the statement stands; a later SET is not its concern. */
  | { readonly kind: 'query'; readonly plan: LogicalPlan; readonly settings: Settings }
  /** One INSERT, or all of a statement set: they run as one graph. */
  | InsertResult

export interface InsertResult {
  readonly kind: 'insert'
  readonly sinks: readonly SinkPlan[]
  readonly settings: Settings
}
