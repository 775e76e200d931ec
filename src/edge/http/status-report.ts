/** What `/api/status`, the status page and `millrace status` show. Times are epoch ms; everything is a copy of one moment. */

export interface StatusReport {
  readonly gateway: GatewayStatus
  readonly health: 'ok' | 'degraded'
  /** Why it is degraded: one sentence each. */
  readonly reasons: readonly string[]
  readonly pipelines: readonly PipelineStatus[]
  readonly ledger: LedgerStatus
  readonly commits: CommitStatus
  readonly uplink: UplinkStatus
  readonly doors: readonly DoorStatus[]
  readonly deadLetters: readonly DeadLetterStatus[]
}

export interface GatewayStatus {
  readonly id: string
  readonly version: string
  readonly pid: number
  readonly startedAtMs: number
  readonly nowMs: number
  readonly rssBytes: number
}

export interface PipelineStatus {
  readonly name: string
  readonly state: string
  /** What stopped it. */
  readonly error: string | null
  readonly sources: readonly { readonly table: string; readonly rows: number; readonly watermarkMs: number | null }[]
  readonly sinks: readonly { readonly table: string; readonly rows: number }[]
}

/** The balance of what came in: `in = held + out + sum(dropped)`. Rows, counted since the data directory was made. */
export interface LedgerStatus {
  readonly in: number
  /** Taken in, part of state and not yet of a result. */
  readonly held: number
  /** Part of a result, or of none by the query's own choice. */
  readonly out: number
  readonly dropped: Readonly<Record<string, number>>
}

export interface CommitStatus {
  /** Id of the newest durable frame. */
  readonly lastId: number
  readonly lastAtMs: number | null
  readonly lastDurationMs: number | null
  readonly lastBytes: number | null
}

export interface UplinkStatus {
  readonly kind: 'kafka' | 'file' | 'none'
  /** Brokers or path. */
  readonly target: string
  readonly state: string
  readonly queueRows: number
  readonly queueBytes: number
  readonly oldestAtMs: number | null
  readonly sentRows: number
  readonly error: string | null
}

export interface DoorStatus {
  readonly kind: 'embedded' | 'external'
  readonly address: string
  readonly state: string
  readonly clients: number | null
}

export interface DeadLetterStatus {
  readonly reason: string
  readonly text: string
  readonly origin: string
  readonly count: number
  readonly atMs: number
  readonly sample: string | null
}

/** What the HTTP door asks of the gateway. */
export interface StatusSource {
  report(): Promise<StatusReport>
  healthy(): boolean
  /** Prometheus text format. */
  metrics(): string
}
