/** A status report as lines for a terminal. */
import { visibleText } from '../../engine-lite/base/visible-text.js'
import { DEAD_LETTER_CODES } from '../../engine-lite/contract/errors/dead-letter-codes.js'
import { formatBytes } from '../config/units.js'
import type { LedgerStatus, StatusReport } from '../http/status-report.js'

export function statusLines(report: StatusReport): string[] {
  const { gateway } = report
  const up = formatSpan(gateway.nowMs - gateway.startedAtMs)
  return [
    line('gateway', [
      gateway.id,
      report.health,
      `up ${up}`,
      formatBytes(gateway.rssBytes),
      `pid ${gateway.pid}`,
      `millrace ${gateway.version}`,
    ]),
    ...report.reasons.map((reason) => line('', ['!', reason])),
    line('ledger', [ledgerText(report.ledger)]),
    ...report.pipelines.map((pipeline) => line('pipeline', pipelineParts(pipeline))),
    line('commits', commitParts(report)),
    line('uplink', uplinkParts(report)),
    ...report.doors.map(({ name, address, state, connections, trouble }) =>
      line('door', [name, address, state, `${connections} connections`, trouble ?? '']),
    ),
    ...report.deadLetters.map(({ reason, count, pipeline, origin, text }) =>
      line('dead', [letterText(reason), `${count}×`, pipeline ?? '', origin, text]),
    ),
  ]
}

/** `late (R0104)`: the reason, and where the errors page explains it. */
function letterText(reason: string): string {
  const code = (DEAD_LETTER_CODES as Readonly<Record<string, string>>)[reason]
  return code === undefined ? reason : `${reason} (${code})`
}

const line = (label: string, parts: readonly string[]): string =>
  `${label.padEnd(9)} ${visibleText(parts.filter((part) => part !== '').join('  '))}`

/** `812 in = 0 held + 800 out + 12 dropped (late 9, decode 3)` */
export function ledgerText(ledger: LedgerStatus): string {
  const dropped = Object.entries(ledger.dropped).filter(([, rows]) => rows > 0)
  const total = dropped.reduce((sum, [, rows]) => sum + rows, 0)
  const reasons = dropped.length === 0 ? '' : ` (${dropped.map(([reason, rows]) => `${reason} ${rows}`).join(', ')})`
  return `${ledger.in} in = ${ledger.held} held + ${ledger.out} out + ${total} dropped${reasons}`
}

function pipelineParts({ name, state, error, watermarkMs, ledger }: StatusReport['pipelines'][number]): string[] {
  const watermark = watermarkMs === null ? '' : `watermark ${new Date(watermarkMs).toISOString()}`
  return [name, state, `${ledger.in} rows in`, `${ledger.results} results`, watermark, error ?? '']
}

function commitParts({ commits, gateway }: StatusReport): string[] {
  const ago = commits.lastAtMs === null ? '' : `${formatSpan(gateway.nowMs - commits.lastAtMs)} ago`
  return [`#${commits.lastId}`, ago, `epoch ${commits.epoch}`]
}

function uplinkParts({ uplink }: StatusReport): string[] {
  if (uplink.kind === 'none') return ['none: results of kafka tables wait on disk']
  const queue = `queue ${uplink.queueRows} rows, ${formatBytes(uplink.queueBytes)}`
  return [uplink.kind, uplink.target, uplink.state, queue, `sent ${uplink.sentRows}`, uplink.error ?? '']
}

/** `8 s`, `3 min 20 s`, `5 h 12 min`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}
