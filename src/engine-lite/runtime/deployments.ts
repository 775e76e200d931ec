/** The pipelines of an engine: which are built, and the saved state of those that are not. */
import type { Random } from '../contract/clock.js'
import { MillraceError } from '../contract/errors/index.js'
import type { StreamGraph } from '../contract/graph.js'
import type { CommitId } from '../contract/sink.js'
import type { SourcePosition } from '../contract/source.js'
import { FrameSealer, type SealedFrame } from '../state/frame-sealer.js'
import type { RecoveredSections } from '../state/operator-state.js'
import type { RestoredState } from '../state/restore.js'
import { RetainedTable } from '../state/retained-table.js'
import { DEFAULT_SNAPSHOT_OPTIONS, type NamedTable, SnapshotSchedule } from '../state/snapshots.js'
import { buildPipeline } from './chain.js'
import { DEFAULT_RESTART, type DeployOptions, type Ledger, type PipelineState, type PipelineStatus } from './engine-options.js'
import type { PipelineHost } from './host.js'
import { LifeCycle, PIPELINE_TRANSITIONS } from './life-cycle.js'
import type { Pipeline } from './pipeline.js'
import { RestartPolicy } from './restart-policy.js'

export interface Deployment {
  readonly graph: StreamGraph
  readonly options: DeployOptions
  readonly life: LifeCycle<PipelineState>
  readonly policy: RestartPolicy
  /** Null while it is not built: before the start, waiting for a restart, or stopped. */
  pipeline: Pipeline | null
  /** As of when it was last built. */
  ledger: Ledger
  error: Error | null
}

export class Deployments {
  readonly #byName = new Map<string, Deployment>()
  readonly #host: PipelineHost
  readonly #random: Random
  #restored: RestoredState | null = null
  #sealer: FrameSealer | null = null
  /** Recovered sections that no built pipeline owns, by node. What is built is in its tables, and lets go of its sections. */
  #sections = new Map<string, RecoveredSections>()
  /** These as tables, so that snapshots carry them on. Null until the first frame after a restore, by when most are built. */
  #retained: NamedTable[] | null = []
  #tables: NamedTable[] = []
  #built: Pipeline[] = []

  constructor(host: PipelineHost, random: Random) {
    this.#host = host
    this.#random = random
  }

  add(graph: StreamGraph, options: DeployOptions): Deployment {
    if (this.#byName.has(graph.pipeline)) throw new MillraceError('R0001', `a pipeline named ${graph.pipeline} is deployed already`)
    const deployment: Deployment = {
      graph,
      options,
      life: new LifeCycle<PipelineState>(`pipeline ${graph.pipeline}`, PIPELINE_TRANSITIONS, 'deployed'),
      policy: new RestartPolicy(options.restart ?? DEFAULT_RESTART, this.#random),
      pipeline: null,
      ledger: { pipeline: graph.pipeline, rowsIn: 0, rowsOut: 0, rowsQueued: 0, rowsHeld: 0, dropped: {}, lines: [] },
      error: null,
    }
    this.#byName.set(graph.pipeline, deployment)
    return deployment
  }

  get(name: string): Deployment | undefined {
    return this.#byName.get(name)
  }

  get all(): Iterable<Deployment> {
    return this.#byName.values()
  }

  get built(): readonly Pipeline[] {
    return this.#built
  }

  /** Starts from what storage recovered: nothing is built, all saved state is retained. */
  restore(restored: RestoredState): void {
    this.#sections = new Map(restored.nodes)
    this.#restored = { ...restored, nodes: this.#sections }
    this.#sealer = new FrameSealer(new SnapshotSchedule(DEFAULT_SNAPSHOT_OPTIONS, restored.history))
    for (const deployment of this.#byName.values()) {
      deployment.ledger = this.ledger(deployment)
      deployment.pipeline = null
    }
    this.#retained = null
    this.#refresh()
  }

  /** @throws MillraceError R0201 */
  build(deployment: Deployment): Pipeline {
    if (this.#restored === null) throw new MillraceError('R0001', 'a pipeline is built before storage was opened')
    const pipeline = buildPipeline(deployment.graph, deployment.options, this.#restored, this.#host)
    deployment.pipeline = pipeline
    const own = `${pipeline.name}/`
    for (const node of this.#sections.keys()) if (node.startsWith(own)) this.#sections.delete(node)
    this.#retained = this.#retained?.filter(([path]) => !path.startsWith(own)) ?? null
    this.#refresh()
    return pipeline
  }

  seal(id: CommitId, sealedAtMs: number): SealedFrame {
    if (this.#sealer === null || this.#restored === null) throw new MillraceError('R0001', 'a frame is sealed before storage was opened')
    if (this.#retained === null) this.#retain()
    for (let i = 0; i < this.#built.length; i++) this.#built[i]?.beforeSeal()
    const positions = new Map<string, SourcePosition>(this.#restored.positions)
    const watermarks = new Map<string, number>(this.#restored.watermarks)
    const signatures = new Map<string, string>(this.#restored.signatures)
    for (const pipeline of this.#built) pipeline.collect(positions, watermarks, signatures)
    return this.#sealer.seal({ id, sealedAtMs, tables: this.#tables, positions, watermarks, signatures })
  }

  committed(id: CommitId): void {
    for (let i = 0; i < this.#tables.length; i++) this.#tables[i]?.[1].committed?.()
    for (const pipeline of this.#built) pipeline.committed(id)
  }

  /** Bytes of state in memory, roughly. */
  get stateBytes(): number {
    return this.#tables.reduce((total, [, table]) => total + table.bytes, 0)
  }

  /** Of a pipeline that is not running: its last one, with nothing queued. */
  ledger({ pipeline, ledger }: Deployment): Ledger {
    return pipeline === null ? { ...ledger, rowsQueued: 0 } : pipeline.ledger()
  }

  status(): PipelineStatus[] {
    return [...this.#byName.values()].map(({ graph, life, error, policy, pipeline }) => ({
      name: graph.pipeline,
      state: life.state,
      error,
      restarts: policy.restarts,
      watermarkMs: pipeline?.watermarkMs ?? null,
    }))
  }

  /** Makes tables of what is not built. Their copies take the place of the recovered sections, which are views of whole frames. */
  #retain(): void {
    const retained: NamedTable[] = []
    for (const [node, tables] of this.#sections) {
      const copies = new Map<string, readonly Uint8Array[]>()
      for (const [name, sections] of tables) {
        const table = new RetainedTable(sections)
        copies.set(name, table.sections)
        retained.push([`${node}/${name}`, table])
      }
      this.#sections.set(node, copies)
    }
    this.#retained = retained
    this.#refresh()
  }

  #refresh(): void {
    this.#built = [...this.#byName.values()].map(({ pipeline }) => pipeline).filter((pipeline) => pipeline !== null)
    this.#tables = [...this.#built.flatMap((pipeline) => pipeline.tables), ...(this.#retained ?? [])]
  }
}
