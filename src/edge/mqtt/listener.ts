/**
 * The listening socket of the embedded broker, plain or TLS, with the limits that hold before a byte is read. A client may close its
 * side right behind its last packets: sockets stay half open until those were looked at.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Clock } from '../../engine-lite/contract/clock.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import { ConnectLimiter } from './connect-limiter.js'
import type { ServerTls } from './door-options.js'
import type { DoorAddress } from './doors.js'

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  readonly tls: ServerTls | undefined
  readonly connectionsMax: number
  readonly connectTimeoutMs: number
  readonly connectsPerSecondMax: number
  readonly clock: Clock
  accepted(socket: Socket): void
  refused(): void
}

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions

  /** @throws MillraceError C0011 for a key or certificate that is none */
  constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = options.tls === undefined ? createServer({ noDelay: true, allowHalfOpen: true }) : this.#tlsServer(options.tls)
    const limiter = new ConnectLimiter(options.connectsPerSecondMax, options.clock)
    this.#server.maxConnections = options.connectionsMax
    this.#server.on('connection', (raw: Socket) => {
      raw.on('error', () => raw.destroy())
      if (limiter.admit(raw.remoteAddress ?? '')) {
        if (options.tls === undefined) options.accepted(raw)
      } else {
        options.refused()
        raw.destroy()
      }
    })
    this.#server.on('drop', () => options.refused())
  }

  #tlsServer(tls: ServerTls): Server {
    const withAuthority = tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }
    try {
      const server = createTlsServer({
        key: tls.key,
        cert: tls.cert,
        minVersion: 'TLSv1.2',
        handshakeTimeout: this.#options.connectTimeoutMs,
        noDelay: true,
        allowHalfOpen: true,
        ...withAuthority,
      })
      server.on('secureConnection', (socket) => this.#options.accepted(socket))
      server.on('tlsClientError', (_error, socket) => {
        this.#options.refused()
        socket.destroy()
      })
      return server
    } catch (cause) {
      throw new MillraceError('C0011', 'the key or certificate of the MQTT door cannot be used', { cause, detail: [String(cause)] })
    }
  }

  /** @throws MillraceError M0101 */
  listen(): Promise<DoorAddress> {
    const { host, port, tls } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause: Error) => {
        reject(new MillraceError('M0101', `cannot listen for MQTT on ${host}:${port}`, { cause, detail: [cause.message] }))
      })
      this.#server.listen(port, host, () => {
        const bound = (this.#server.address() as AddressInfo).port
        const shown = host.includes(':') ? `[${host}]` : host
        resolve({ address: `${tls === undefined ? 'mqtt' : 'mqtts'}://${shown}:${bound}`, port: bound })
      })
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
    })
  }
}
