import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'

export interface BrokerPlace {
  readonly nodeId: number
  readonly port: number
  readonly controllerPort: number
  readonly peerPort: number
  /** Port clients are told to connect to; differs from `port` where a proxy stands in between. */
  readonly advertisedPort: number
}

export interface BrokerSetup {
  readonly jars: string
  readonly directory: string
  readonly clusterId: string
  readonly place: BrokerPlace
  /** All members of the cluster, this one included. */
  readonly places: readonly BrokerPlace[]
  readonly extra: Readonly<Record<string, string>>
  /** Arguments of the format tool, such as `--add-scram`. */
  readonly formatArguments: readonly string[]
}

/** One broker process, controller role included. */
export class Broker {
  private process: ChildProcess | undefined

  constructor(readonly setup: BrokerSetup) {
    mkdirSync(setup.directory, { recursive: true })
    writeFileSync(this.propertiesFile, this.properties())
  }

  private get propertiesFile(): string {
    return join(this.setup.directory, 'server.properties')
  }

  private get classpath(): string {
    return join(this.setup.jars, '*')
  }

  /** Formats the data directory at the first start. The port may need some seconds more; the cluster waits for it. */
  start(): void {
    if (!existsSync(join(this.setup.directory, 'data', 'meta.properties'))) this.format()
    const log = openSync(join(this.setup.directory, 'broker.log'), 'a')
    const heapMb = this.setup.places.length > 1 ? 256 : 192
    this.process = spawn(
      'java',
      [
        `-Xmx${heapMb}m`,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        this.classpath,
        'kafka.Kafka',
        this.propertiesFile,
      ],
      { stdio: ['ignore', log, log] },
    )
  }

  /** SIGTERM moves leaders away first; SIGKILL does not ask. Resolves when the process is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
    this.process = undefined
  }

  /** The end of its log, for error messages. */
  logTail(): string {
    return readFileSync(join(this.setup.directory, 'broker.log'), 'utf8').split('\n').slice(-20).join('\n')
  }

  private format(): void {
    const { clusterId, formatArguments } = this.setup
    const run = spawnSync(
      'java',
      [
        '-Xmx128m',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        this.classpath,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        clusterId,
        '-c',
        this.propertiesFile,
        ...formatArguments,
      ],
      { encoding: 'utf8' },
    )
    if (run.status !== 0) throw new Error(`format failed:\n${run.stdout}${run.stderr}`)
  }

  private properties(): string {
    const { place, places, directory, extra } = this.setup
    const several = places.length > 1
    const replicas = several ? 3 : 1
    const settings: Record<string, string> = {
      'process.roles': 'broker,controller',
      'node.id': String(place.nodeId),
      'controller.quorum.voters': places.map((peer) => `${peer.nodeId}@127.0.0.1:${peer.controllerPort}`).join(','),
      listeners: `CLIENT://127.0.0.1:${place.port},PEER://127.0.0.1:${place.peerPort},CONTROLLER://127.0.0.1:${place.controllerPort}`,
      'advertised.listeners': `CLIENT://127.0.0.1:${place.advertisedPort},PEER://127.0.0.1:${place.peerPort}`,
      'controller.listener.names': 'CONTROLLER',
      // Brokers talk to each other past any proxy that stands before clients.
      'inter.broker.listener.name': 'PEER',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PEER:PLAINTEXT,CLIENT:PLAINTEXT',
      'log.dirs': join(directory, 'data'),
      'offsets.topic.replication.factor': String(replicas),
      'offsets.topic.num.partitions': '1',
      'transaction.state.log.replication.factor': String(replicas),
      'transaction.state.log.min.isr': several ? '2' : '1',
      'group.initial.rebalance.delay.ms': '0',
      'auto.create.topics.enable': 'false',
      'log.cleaner.dedupe.buffer.size': '4194304',
      'broker.session.timeout.ms': '2000',
      'broker.heartbeat.interval.ms': '500',
      ...extra,
    }
    return Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')
  }
}

/** Free loopback ports, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ports.push((server.address() as net.AddressInfo).port)
  }
  for (const server of servers) server.close()
  return ports
}
