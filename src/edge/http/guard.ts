/**
 * Who may ask. A page of another site can make a browser on this machine send requests here; it cannot forge the Host header
 * (DNS rebinding) and it does not know the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Clock } from '../../engine-lite/contract/clock.js'
import type { Secret } from '../config/secret.js'
import { plain, type Reply } from './router.js'

export interface GuardOptions {
  /** Undefined: anybody who reaches the port may read. The configuration allows that on loopback only. */
  readonly token: Secret | undefined
  /** Further names this gateway is called by. */
  readonly hosts: readonly string[]
  readonly clock: Clock
}

/** Wrong tokens taken per minute, all callers together, before the door answers 429 without looking. */
const FAILURES_PER_MINUTE_MAX = 30
const MINUTE_MS = 60_000

export class RequestGuard {
  readonly #names: ReadonlySet<string>
  readonly #tokenHash: Buffer | undefined
  readonly #clock: Clock
  #failures = 0
  #failuresSinceMs = Number.NEGATIVE_INFINITY

  constructor(options: GuardOptions) {
    this.#names = new Set(['localhost', hostname().toLowerCase(), ...options.hosts.map((name) => name.toLowerCase())])
    this.#tokenHash = options.token && sha256(options.token.reveal())
    this.#clock = options.clock
  }

  /** The refusal, or undefined where the request may pass. `open` routes need the right host, but no token. */
  refuse(request: IncomingMessage, open: boolean): Reply | undefined {
    if (!this.#isKnownHost(request.headers.host)) return plain(421, 'unknown host name; add it to http.hosts')
    if (open || !this.#tokenHash) return undefined
    if (this.#tooManyFailures()) return plain(429, 'too many wrong tokens; try again in a minute', { 'retry-after': '60' })
    const given = tokenOf(request.headers.authorization)
    if (given !== undefined && timingSafeEqual(sha256(given), this.#tokenHash)) return undefined
    if (given !== undefined) this.#failures++
    return plain(401, 'token required', { 'www-authenticate': 'Basic realm="millrace", charset="UTF-8"' })
  }

  /** An address is never the target of DNS rebinding: only names can be rebound. */
  #isKnownHost(header: string | undefined): boolean {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+))(?::\d+)?$/.exec(header ?? '')
    const host = (match?.[1] ?? match?.[2])?.toLowerCase()
    return host !== undefined && (isIP(host) !== 0 || this.#names.has(host))
  }

  #tooManyFailures(): boolean {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#failuresSinceMs >= MINUTE_MS) {
      this.#failuresSinceMs = nowMs
      this.#failures = 0
    }
    return this.#failures >= FAILURES_PER_MINUTE_MAX
  }
}

/** `Bearer TOKEN`, or the password of `Basic`, which is what a browser can ask its user for. */
function tokenOf(header: string | undefined): string | undefined {
  const match = /^(Bearer|Basic)\s+(\S+)$/i.exec(header ?? '')
  if (!match) return undefined
  if (match[1]!.toLowerCase() === 'bearer') return match[2]
  const pair = Buffer.from(match[2]!, 'base64').toString('utf8')
  const at = pair.indexOf(':')
  return at < 0 ? undefined : pair.slice(at + 1)
}

/** Hashed so that the comparison takes the same time for any length. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
