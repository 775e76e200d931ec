/** `millrace status`: asks the running gateway over its HTTP door. */
import { MillraceError } from '../../../engine-lite/contract/errors/index.js'
import { formatAddress } from '../../config/address.js'
import { loadGatewayConfig } from '../../config/load.js'
import type { Secret } from '../../config/secret.js'
import type { StatusReport } from '../../http/status-report.js'
import { EXIT_OK } from '../exit-code.js'
import { statusLines } from '../status-lines.js'
import type { Terminal } from '../terminal.js'

export interface StatusOptions {
  readonly config: string
  readonly url?: string
  readonly json?: boolean
}

const TIMEOUT_MS = 5_000

export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  const { url, token } = whereToAsk(options)
  const report = await fetchStatus(url, token)
  if (options.json) terminal.out(JSON.stringify(report))
  else for (const line of statusLines(report)) terminal.out(line)
  return EXIT_OK
}

function whereToAsk(options: StatusOptions): { url: string; token: Secret | undefined } {
  if (options.url !== undefined) return { url: options.url, token: undefined }
  const { listen, token } = loadGatewayConfig(options.config).http
  const host = listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host === '::' ? '::1' : listen.host
  return { url: `http://${formatAddress({ host, port: listen.port })}`, token }
}

/** @throws MillraceError C0022 where nobody answers, C0011 where the token is not taken or the address is none */
async function fetchStatus(url: string, token: Secret | undefined): Promise<StatusReport> {
  if (!URL.canParse('/api/status', url))
    throw new MillraceError('C0021', `\`${url}\` is not a URL`, { hint: 'write it as http://127.0.0.1:8081' })
  let reply: Response
  try {
    reply = await fetch(new URL('/api/status', url), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: token ? { authorization: `Bearer ${token.reveal()}` } : {},
    })
  } catch (error) {
    throw new MillraceError('C0022', `no gateway answers at ${url}`, { hint: 'is it running? millrace run starts it', cause: error })
  }
  if (reply.status === 401) throw new MillraceError('C0011', `the gateway at ${url} does not take the token of the configuration`)
  if (!reply.ok) throw new MillraceError('C0022', `the gateway at ${url} answers with HTTP ${reply.status}`)
  const report: unknown = await reply.json().catch(() => undefined)
  if (!isReport(report))
    throw new MillraceError('C0022', `what answers at ${url} is no gateway`, { hint: 'its address is http.listen in gateway.yaml' })
  return report
}

function isReport(value: unknown): value is StatusReport {
  return typeof value === 'object' && value !== null && 'gateway' in value && 'ledger' in value
}
