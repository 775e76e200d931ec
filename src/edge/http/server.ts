/** The HTTP door: `node:http` with limits, the guard and the router. It only reads; nothing can be changed over it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { Logger } from '../../engine-lite/contract/metric.js'
import { formatAddress, type ListenAddress } from '../config/address.js'
import type { RequestGuard } from './guard.js'
import { type HttpRequest, match, plain, type Reply, type Routes } from './router.js'

export interface HttpDoorOptions {
  readonly listen: ListenAddress
  readonly guard: RequestGuard
  readonly routes: Routes
  readonly log: Logger
}

const CONNECTIONS_MAX = 64
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 15_000
const URL_LENGTH_MAX = 2_048

/** Nothing is loaded from elsewhere, nothing is embedded elsewhere, no inline script runs. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export class HttpDoor {
  readonly #server: Server
  readonly #options: HttpDoorOptions

  private constructor(server: Server, options: HttpDoorOptions) {
    this.#server = server
    this.#options = options
  }

  /** @throws MillraceError C0023 where the address is taken or not ours */
  static async listen(options: HttpDoorOptions): Promise<HttpDoor> {
    const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 8_192 })
    server.maxConnections = CONNECTIONS_MAX
    const door = new HttpDoor(server, options)
    server.on('request', (request, response) => void door.#answer(request, response))
    await bind(server, options.listen)
    return door
  }

  /** Where it listens, with the port the system chose if it was 0. */
  get address(): ListenAddress {
    return { host: this.#options.listen.host, port: (this.#server.address() as AddressInfo).port }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const reply = await this.#reply(request)
    const body = Buffer.from(reply.body, 'utf8')
    response.writeHead(reply.status, {
      ...SECURITY_HEADERS,
      'content-type': reply.type,
      'content-length': body.length,
      ...reply.headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #reply(message: IncomingMessage): Promise<Reply> {
    try {
      const request = parseRequest(message)
      if (!request) return plain(400, 'bad request')
      const route = match(this.#options.routes, request)
      const refusal = this.#options.guard.refuse(message, 'handle' in route && route.open === true)
      if (refusal) return refusal
      return 'handle' in route ? await route.handle(request) : route
    } catch (error) {
      this.#options.log.error({ err: error, url: message.url }, 'a request failed')
      return plain(500, 'internal error')
    }
  }
}

function parseRequest(message: IncomingMessage): HttpRequest | undefined {
  const url = message.url ?? ''
  if (url.length > URL_LENGTH_MAX || !url.startsWith('/')) return undefined
  const at = url.indexOf('?')
  return {
    method: message.method ?? 'GET',
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
  }
}

function bind(server: Server, listen: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : `${error.code}`
      reject(
        new MillraceError('C0023', `http.listen: cannot listen on ${formatAddress(listen)}: ${reason}`, {
          hint: 'choose another port; 0 takes any free one',
          cause: error,
        }),
      )
    })
    server.listen(listen.port, listen.host, resolve)
  })
}
