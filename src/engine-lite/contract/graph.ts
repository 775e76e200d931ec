/** A pipeline as a graph of factories: what a planner or the fluent API hands to the runtime. Ids are stable across restarts. */
import type { OperatorFactory, OutputTag, TwoInputOperatorFactory } from './operator.js'
import type { SinkFactory } from './sink.js'
import type { SourceFactory } from './source.js'

export interface Edge {
  readonly from: string
  /** Reads a side output instead of the main one. */
  readonly tag?: OutputTag
}

/** Several inputs of a one-input node are a union: rows as they come, watermark the minimum of those that are not idle. */
export type GraphNode =
  | {
      readonly kind: 'source'
      readonly id: string
      readonly name: string
      readonly create: SourceFactory /** Table it reads, for the status page. */
      readonly table: string
    }
  | {
      readonly kind: 'operator'
      readonly id: string
      readonly name: string
      readonly create: OperatorFactory
      readonly inputs: readonly Edge[] /** Layout of its state, checked on restore. */
      readonly signature: string
    }
  | {
      readonly kind: 'two-input'
      readonly id: string
      readonly name: string
      readonly create: TwoInputOperatorFactory
      readonly left: readonly Edge[]
      readonly right: readonly Edge[]
      readonly signature: string
    }
  | {
      readonly kind: 'sink'
      readonly id: string
      readonly name: string
      readonly create: SinkFactory
      readonly inputs: readonly Edge[]
      readonly table: string
    }

export interface StreamGraph {
  readonly pipeline: string
  /** Every node after its inputs. */
  readonly nodes: readonly GraphNode[]
}
