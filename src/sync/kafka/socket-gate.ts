/**
 * All sockets of one producer, so that throwing the producer away really ends it: its connections are reset, bytes not yet sent are
 * dropped, and it gets no new ones. Without this a retry inside the library could write an old row after its newer version.
 */
import net from 'node:net'
import tls from 'node:tls'

const KEEP_ALIVE_MS = 15_000

export interface SocketRequest {
  readonly host: string
  readonly port: number
  readonly ssl?: tls.ConnectionOptions | boolean | undefined
  readonly onConnect: () => void
}

export class SocketGate {
  private readonly sockets = new Set<net.Socket>()
  private shut = false

  /** Fits the library's `socketFactory`. */
  readonly open = (request: SocketRequest): net.Socket => {
    if (this.shut) {
      const refused = new net.Socket()
      refused.destroy(new Error('this producer was thrown away'))
      return refused
    }
    const socket = connect(request)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.setNoDelay(true)
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    return socket
  }

  /** Resets every connection and opens none any more. */
  close(): void {
    this.shut = true
    for (const socket of this.sockets) {
      // Once the library has dropped its listeners an error event would end the process.
      socket.on('error', () => {})
      if (socket instanceof tls.TLSSocket) socket.destroy()
      else socket.resetAndDestroy()
    }
    this.sockets.clear()
  }
}

function connect({ host, port, ssl, onConnect }: SocketRequest): net.Socket {
  if (!ssl) return net.connect({ host, port }, onConnect)
  const options = ssl === true ? {} : ssl
  return tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }), ...options }, onConnect)
}
