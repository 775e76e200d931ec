import net from 'node:net'

export type ProxyMode =
  /** As if it were not there. */
  | 'pass'
  /** Requests arrive, answers do not come back; after the first lost answer the connection is reset. */
  | 'cut-answers'
  /** Nothing moves in either direction, connections stay open: a half-open link. */
  | 'freeze'
  /** Connections are reset, new ones refused. */
  | 'down'

/** A TCP proxy before one broker that breaks the link on demand. */
export class FaultProxy {
  mode: ProxyMode = 'pass'
  /** Answers to let pass before `cut-answers` begins to bite. */
  answersToPass = 0
  private readonly connections = new Set<net.Socket>()
  private readonly server: net.Server

  private constructor(private target: number) {
    this.server = net.createServer((client) => this.accept(client))
  }

  /** @param target port of the broker; may be set later */
  static async start(target = 0): Promise<FaultProxy> {
    const proxy = new FaultProxy(target)
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    return (this.server.address() as net.AddressInfo).port
  }

  aimAt(target: number): void {
    this.target = target
  }

  set(mode: ProxyMode): void {
    this.mode = mode
    if (mode === 'down') this.reset()
  }

  /** Breaks every connection now. */
  reset(): void {
    for (const socket of this.connections) socket.resetAndDestroy()
    this.connections.clear()
  }

  close(): Promise<void> {
    this.reset()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private accept(client: net.Socket): void {
    this.keep(client)
    if (this.mode === 'down') {
      client.resetAndDestroy()
      return
    }
    const broker = net.connect(this.target, '127.0.0.1')
    this.keep(broker)
    client.on('data', (chunk) => {
      if (this.mode !== 'freeze') broker.write(chunk)
    })
    broker.on('data', (chunk) => {
      if (this.mode === 'pass' || (this.mode === 'cut-answers' && this.answersToPass > 0)) {
        this.answersToPass -= 1
        client.write(chunk)
      } else if (this.mode === 'cut-answers') client.resetAndDestroy()
    })
    client.on('close', () => broker.destroy())
    broker.on('close', () => client.destroy())
  }

  private keep(socket: net.Socket): void {
    this.connections.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.connections.delete(socket))
  }
}
