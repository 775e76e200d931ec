/** What the gateway says about itself: gathered from its parts when somebody asks, never kept. */
import type { Clock } from '../../engine-lite/contract/clock.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { StoragePort } from '../../engine-lite/contract/storage.js'
import type { MetricRegistry } from '../../engine-lite/metrics/registry.js'
import type { EngineControl, PipelineStatus as EnginePipeline, Ledger } from '../../engine-lite/runtime/engine-options.js'
import { VERSION } from '../cli/version.js'
import type {
  DeadLetterStatus,
  DoorStatus,
  LedgerStatus,
  PipelineStatus,
  StatusReport,
  StatusSource,
  UplinkStatus,
} from '../http/status-report.js'
import type { MqttDoors } from '../mqtt/doors.js'

/** What the status takes from the uplink, which belongs to another layer. */
export interface UplinkView {
  readonly kind: UplinkStatus['kind']
  readonly target: string
  status(): {
    readonly link: string
    readonly queuedRows: number
    readonly queuedBytes: number
    readonly oldestAgeMs: number | null
    readonly lastError: { readonly code: string; readonly text: string } | null
    readonly exits: { readonly acknowledged: number }
    readonly blocked: boolean
    readonly destinations: readonly { readonly destination: string; readonly heldBecause: string | null }[]
  }
}

export interface StatusParts {
  readonly gatewayId: string
  readonly clock: Clock
  readonly engine: Pick<EngineControl, 'status' | 'ledger'>
  readonly storage: Pick<StoragePort, 'readDeadLetters'>
  readonly doors: MqttDoors
  readonly uplink: UplinkView | undefined
  readonly metrics: MetricRegistry
}

/** Different dead letters shown; the counters have them all. */
const DEAD_LETTERS_SHOWN = 50
const NOTHING: LedgerStatus = { in: 0, held: 0, out: 0, dropped: {}, results: 0 }
/** Links that do not move. */
const TROUBLED_LINKS = new Set(['down', 'paused', 'failed'])

export class GatewayStatus implements StatusSource {
  readonly #parts: StatusParts
  readonly #startedAtMs: number
  /** A pipeline that waits for its restart has no ledger at hand: it had this one. */
  readonly #ledgers = new Map<string, LedgerStatus>()

  constructor(parts: StatusParts) {
    this.#parts = parts
    this.#startedAtMs = parts.clock.nowMs()
  }

  healthy(): boolean {
    return this.#reasons().length === 0
  }

  metrics(): string {
    return this.#parts.metrics.text()
  }

  async report(): Promise<StatusReport> {
    const { engine, clock, gatewayId } = this.#parts
    const { pipelines, lastCommitId, lastCommitMs, epoch } = engine.status()
    const reasons = this.#reasons()
    const reported = pipelines.map((pipeline) => pipelineStatus(pipeline, this.#ledgerOf(pipeline.name)))
    return {
      gateway: {
        id: gatewayId,
        version: VERSION,
        pid: process.pid,
        startedAtMs: this.#startedAtMs,
        nowMs: clock.nowMs(),
        rssBytes: process.memoryUsage.rss(),
      },
      health: reasons.length === 0 ? 'ok' : 'degraded',
      reasons,
      pipelines: reported,
      ledger: sumLedgers(reported.map(({ ledger }) => ledger)),
      commits: { lastId: lastCommitId, lastAtMs: lastCommitMs, epoch },
      uplink: this.#uplink(),
      doors: this.#doors(),
      deadLetters: await this.#deadLetters(),
    }
  }

  /** The uplink being away is not a reason: working offline is what the gateway is for. */
  #reasons(): string[] {
    const { engine, doors, uplink } = this.#parts
    const { state, degraded, pipelines } = engine.status()
    const reasons: string[] = []
    if (state !== 'running') reasons.push(`the engine is ${state}`)
    if (degraded) reasons.push(`commits are refused: ${degraded.message}`)
    for (const { name, state: pipelineState, error } of pipelines) {
      if (pipelineState === 'restarting' || (pipelineState === 'stopped' && error))
        reasons.push(`pipeline ${name} is ${pipelineState}: ${error?.message ?? 'no reason given'}`)
    }
    for (const [name, door] of doors.entries()) {
      const { trouble } = door.status()
      if (trouble !== undefined) reasons.push(`door ${name}: ${trouble}`)
    }
    if (uplink?.status().blocked) reasons.push('the outbox is full and intake stands still')
    return reasons
  }

  #uplink(): UplinkStatus {
    const { uplink, clock } = this.#parts
    if (!uplink) return { kind: 'none', target: '', state: 'off', queueRows: 0, queueBytes: 0, oldestAtMs: null, sentRows: 0, error: null }
    const { link, queuedRows, queuedBytes, oldestAgeMs, exits, lastError, destinations } = uplink.status()
    const held = destinations
      .filter(({ heldBecause }) => heldBecause !== null)
      .map(({ destination, heldBecause }) => `${destination}: ${heldBecause}`)
    return {
      kind: uplink.kind,
      target: uplink.target,
      state: held.length > 0 && !TROUBLED_LINKS.has(link) ? 'held' : link,
      queueRows: queuedRows,
      queueBytes: queuedBytes,
      oldestAtMs: oldestAgeMs === null ? null : clock.nowMs() - oldestAgeMs,
      sentRows: exits.acknowledged,
      error: TROUBLED_LINKS.has(link) && lastError ? `${lastError.code}: ${lastError.text}` : held.length > 0 ? held.join('; ') : null,
    }
  }

  #doors(): DoorStatus[] {
    return [...this.#parts.doors.entries()].map(([name, door]) => {
      const { address, state, connections, trouble, paused } = door.status()
      return { name, address: address ?? '', state: paused ? `${state}, paused` : state, connections, trouble: trouble ?? null }
    })
  }

  #ledgerOf(pipeline: string): LedgerStatus {
    try {
      this.#ledgers.set(pipeline, ledgerStatus(this.#parts.engine.ledger(pipeline)))
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
    }
    return this.#ledgers.get(pipeline) ?? NOTHING
  }

  /** Storage is closed for the moment in which the engine goes back to its last commit. */
  async #deadLetters(): Promise<DeadLetterStatus[]> {
    const letters = await this.#parts.storage.readDeadLetters(DEAD_LETTERS_SHOWN).catch(() => [])
    return letters.map(({ pipeline, reason, text, origin, count, atMs }) => ({
      pipeline: pipeline ?? null,
      reason,
      text,
      origin,
      count,
      atMs,
    }))
  }
}

function pipelineStatus({ name, state, error, restarts, watermarkMs }: EnginePipeline, ledger: LedgerStatus): PipelineStatus {
  return { name, state, error: error?.message ?? null, restarts, watermarkMs, ledger }
}

/**
 * `rowsIn` counts rows as they pass their source, so those of the queue come on top. A row that several windows hold is held once: never
 * more than came in and was not dropped.
 */
export function ledgerStatus({ rowsIn, rowsOut, rowsQueued, rowsHeld, dropped }: Ledger): LedgerStatus {
  const droppedRows = Object.values(dropped).reduce((sum, rows) => sum + rows, 0)
  const kept = Math.max(0, Math.min(rowsHeld, rowsIn - droppedRows))
  return { in: rowsIn + rowsQueued, held: rowsQueued + kept, out: rowsIn - droppedRows - kept, dropped: { ...dropped }, results: rowsOut }
}

export function sumLedgers(ledgers: readonly LedgerStatus[]): LedgerStatus {
  const dropped: Record<string, number> = {}
  for (const ledger of ledgers) for (const [reason, rows] of Object.entries(ledger.dropped)) dropped[reason] = (dropped[reason] ?? 0) + rows
  const sum = (of: (ledger: LedgerStatus) => number): number => ledgers.reduce((total, ledger) => total + of(ledger), 0)
  return { in: sum((l) => l.in), held: sum((l) => l.held), out: sum((l) => l.out), dropped, results: sum((l) => l.results) }
}
