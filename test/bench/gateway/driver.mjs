/**
 * The devices, in a process of their own: raw MQTT 3.1.1 on plain sockets, so that what is measured is the gateway.
 *
 *   node driver.mjs '{"port":1883,"connections":10,"devices":10000,"rounds":60,"qos":1,"inFlight":1000,"bulk":true,"topic":"bench/{}"}'
 *
 * Devices are dealt out over the connections. Round r is one reading of every device. `bulk`: the readings of a connection and round go
 * out in writes of 64 KB; else every packet is a write of its own. Answers on stdout, one JSON object per line: `ready`, `sent`, `closed`;
 * `go` and `close` are read from stdin. `close` sends one reading a day ahead, which closes every window.
 */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { payloadText, reading, START_MS } from './payload.mjs'

const BULK_BYTES = 64 * 1024
const options = JSON.parse(process.argv[2])
const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`)

class Connection {
  #socket
  #packetId = 0
  #pending = []
  #pendingBytes = 0
  #rest = Buffer.alloc(0)
  #connected
  #wake = () => {}
  /** Send time by packet id, for the latency of acknowledgements. */
  #sentAt = new Map()
  writable = true
  inFlight = 0
  acknowledged = 0
  latencies = []

  open(index) {
    this.#socket = connect({ host: '127.0.0.1', port: options.port, noDelay: true })
    this.#socket.on('drain', () => {
      this.writable = true
      this.#wake()
    })
    this.#socket.on('data', (bytes) => this.#receive(bytes))
    this.#socket.on('error', (error) => fail(`connection ${index}: ${error.message}`))
    this.#socket.on('close', () => !closing && fail(`connection ${index} was closed by the gateway`))
    const id = Buffer.from(`bench-${index}`)
    const body = Buffer.concat([Buffer.from([0, 4]), Buffer.from('MQTT'), Buffer.from([4, 2, 0, 0, 0, id.length]), id])
    this.#socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]))
    return new Promise((resolve) => {
      this.#connected = resolve
    })
  }

  /** Resolves when another packet may be sent. */
  async ready() {
    while (!this.writable || (options.qos === 1 && this.inFlight >= options.inFlight)) {
      this.flush()
      await new Promise((resolve) => {
        this.#wake = resolve
      })
    }
  }

  get free() {
    return this.writable && !(options.qos === 1 && this.inFlight >= options.inFlight)
  }

  async allAcknowledged() {
    while (options.qos === 1 && this.inFlight > 0) {
      await new Promise((resolve) => {
        this.#wake = resolve
      })
    }
  }

  publish(topic, payload) {
    const packet = this.#packet(topic, payload)
    if (!options.bulk) {
      this.writable = this.#socket.write(packet)
      return
    }
    this.#pending.push(packet)
    this.#pendingBytes += packet.length
    if (this.#pendingBytes >= BULK_BYTES) this.flush()
  }

  flush() {
    if (this.#pending.length === 0) return
    this.writable = this.#socket.write(Buffer.concat(this.#pending, this.#pendingBytes))
    this.#pending = []
    this.#pendingBytes = 0
  }

  end() {
    this.#socket.end(Buffer.from([0xe0, 0]))
  }

  #packet(topic, payload) {
    const qos = options.qos
    const length = 2 + topic.length + (qos === 0 ? 0 : 2) + payload.length
    const packet = Buffer.allocUnsafe(3 + length)
    packet[0] = 0x30 | (qos << 1)
    packet[1] = (length & 0x7f) | 0x80
    packet[2] = length >> 7
    packet.writeUInt16BE(topic.length, 3)
    packet.latin1Write(topic, 5)
    let at = 5 + topic.length
    if (qos === 1) {
      this.#packetId = (this.#packetId % 0xffff) + 1
      packet.writeUInt16BE(this.#packetId, at)
      at += 2
      this.inFlight += 1
      if (this.#packetId % 16 === 0) this.#sentAt.set(this.#packetId, performance.now())
    }
    packet.latin1Write(payload, at)
    return packet
  }

  #receive(bytes) {
    const data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    while (data.length - at >= 4) {
      const type = data[at] >> 4
      if (type === 4) this.#acknowledge(data.readUInt16BE(at + 2))
      else if (type === 2) {
        if (data[at + 3] !== 0) fail(`refused with ${data[at + 3]}`)
        this.#connected()
      }
      at += 4
    }
    this.#rest = data.subarray(at)
    if (this.free || this.inFlight === 0) this.#wake()
  }

  #acknowledge(id) {
    this.inFlight -= 1
    this.acknowledged += 1
    const sentAt = this.#sentAt.get(id)
    if (sentAt === undefined) return
    this.latencies.push(performance.now() - sentAt)
    this.#sentAt.delete(id)
  }
}

let closing = false
function fail(reason) {
  say('failed', { reason })
  process.exit(1)
}

const connections = Array.from({ length: options.connections }, () => new Connection())
const perConnection = Array.from(connections, (_, index) => {
  const own = []
  for (let n = index; n < options.devices; n += options.connections) own.push(n)
  return own
})
const topics = Array.from({ length: options.devices }, (_, n) => options.topic.replace('{}', reading(n, 0).deviceId))

/** All connections side by side, each at its own pace but at most some rounds apart, so that none is late. */
const ROUNDS_APART_MAX = 120
const progress = new Array(options.connections).fill(0)

async function send() {
  let sum = 0
  const started = performance.now()
  const paceMs = options.perSecond === undefined ? 0 : (1_000 * options.devices) / options.perSecond
  await Promise.all(
    connections.map(async (connection, index) => {
      for (let round = 0; round < options.rounds; round += 1) {
        progress[index] = round
        while (round - Math.min(...progress) > ROUNDS_APART_MAX) await new Promise((resolve) => setTimeout(resolve, 1))
        for (const n of perConnection[index]) {
          if (!connection.free) await connection.ready()
          const row = reading(n, round)
          sum += row.temperature
          connection.publish(topics[n], payloadText(row))
        }
        connection.flush()
        // Spread over the second, not all at once.
        const due = started + (round + 1 + index / options.connections) * paceMs
        const waitMs = due - performance.now()
        if (paceMs > 0 && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
      progress[index] = Number.POSITIVE_INFINITY
      connection.flush()
      await connection.allAcknowledged()
    }),
  )
  const latencies = connections.flatMap((connection) => connection.latencies).sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
  say('sent', {
    messages: options.devices * options.rounds,
    acknowledged: connections.reduce((total, connection) => total + connection.acknowledged, 0),
    sum,
    wallMs: performance.now() - started,
    ...(latencies.length > 0 && { pubackMs: { p50: at(0.5), p99: at(0.99), max: latencies.at(-1) } }),
  })
}

function closeWindows() {
  const last = reading(0, 0)
  connections[0].publish(topics[0], payloadText({ ...last, ts: START_MS + 86_400_000 }))
  connections[0].flush()
  connections[0].allAcknowledged().then(() => {
    closing = true
    for (const connection of connections) connection.end()
    say('closed')
    setTimeout(() => process.exit(0), 100)
  })
}

for (const [index, connection] of connections.entries()) await connection.open(index)
say('ready')
createInterface({ input: process.stdin }).on('line', (line) => (line === 'go' ? void send() : line === 'close' && closeWindows()))
