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
  /** Newest first, the same ones counted together. */
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
  /** What stopped it, or why it is being restarted. */
  readonly error: string | null
  readonly restarts: number
  /** Smallest watermark of its sinks. */
  readonly watermarkMs: number | null
  readonly ledger: LedgerStatus
}

/** The balance of what came in, in rows since the pipeline was first started: `in = held + out + sum(dropped)`. */
export interface LedgerStatus {
  /** Handed over by the doors, undecodable payloads included. */
  readonly in: number
  /** Decoded and waiting for its turn, or in an open window. */
  readonly held: number
  /** Through the operators: in a result, or filtered out by the query. */
  readonly out: number
  /** Left another way, by reason; each has its dead letter. */
  readonly dropped: Readonly<Record<string, number>>
  /** Rows of results. */
  readonly results: number
}

export interface CommitStatus {
  /** Id of the newest durable frame. */
  readonly lastId: number
  /** Wall clock when it became durable. */
  readonly lastAtMs: number | null
  /** Rises when the database was made anew or fell back to an older state. */
  readonly epoch: number
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
  readonly name: string
  readonly address: string
  readonly state: string
  readonly connections: number
  readonly trouble: string | null
}

export interface DeadLetterStatus {
  readonly pipeline: string | null
  readonly reason: string
  readonly text: string
  readonly origin: string
  readonly count: number
  readonly atMs: number
}

/** What the HTTP door asks of the gateway. */
export interface StatusSource {
  report(): Promise<StatusReport>
  healthy(): boolean
  /** Prometheus text format. */
  metrics(): string
}
