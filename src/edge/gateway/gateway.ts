/**
 * The composition root: the one place where doors, engine and uplink meet, and their life cycle.
 *
 * Start: pipelines planned → storage opened and state restored → shipper → HTTP door → MQTT doors, so that nothing is taken in before there
 * is a place for it. Stop: MQTT doors → shipper → engine with a last commit, which closes storage → HTTP door. What was not acknowledged is
 * redelivered at the next start.
 */
import { builtinConnectors } from '../../engine-lite/connector/builtin.js'
import type { Clock, Random } from '../../engine-lite/contract/clock.js'
import type { ConnectorSpec } from '../../engine-lite/contract/connector.js'
import { MillraceErrors } from '../../engine-lite/contract/errors/index.js'
import type { Logger, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { StoragePort } from '../../engine-lite/contract/storage.js'
import { MetricRegistry } from '../../engine-lite/metrics/registry.js'
import { Engine } from '../../engine-lite/runtime/engine.js'
import { NO_FAULTS } from '../../engine-lite/runtime/engine-options.js'
import { fieldsPrinter } from '../../engine-lite/sql/values/row-text.js'
import { FileUplink } from '../../sync/file/file-uplink.js'
import { KAFKA_CONNECTOR, kafkaOptionsOfTable, UPSERT_KAFKA_CONNECTOR } from '../../sync/kafka/connector.js'
import { KafkajsAdapter } from '../../sync/kafka/kafkajs-adapter.js'
import type { KafkaOptions } from '../../sync/kafka/options.js'
import type { TopicPartitionBatch, UplinkPort } from '../../sync/kafka/port.js'
import { engineDoor } from '../../sync/outbox/engine-door.js'
import { Shipper } from '../../sync/outbox/shipper.js'
import { DEFAULT_SHIPPER_OPTIONS } from '../../sync/outbox/shipper-options.js'
import type { ListenAddress } from '../config/address.js'
import type { GatewayConfig, KafkaUplinkConfig } from '../config/gateway-config.js'
import { gatewayRoutes } from '../http/gateway-routes.js'
import { RequestGuard } from '../http/guard.js'
import { HttpDoor } from '../http/server.js'
import type { StatusReport } from '../http/status-report.js'
import { createMqttConnector } from '../mqtt/connector.js'
import type { MqttDoors } from '../mqtt/doors.js'
import type { ChosenDeath } from './fault-point.js'
import { GatewayStatus, type UplinkView } from './gateway-status.js'
import { gatewayStorage } from './gateway-storage.js'
import { createDoors, pemTexts } from './mqtt-doors.js'
import { readPipelines } from './pipeline-files.js'
import { planPipelines } from './plan-pipelines.js'

export interface GatewaySurroundings extends ChosenDeath {
  /** Of the configured directory, perhaps loading already (gateway-storage.ts). Made here when it is not given; closed by the gateway. */
  readonly storage?: StoragePort
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Shown every batch that the uplink acknowledged. */
  readonly onShipped?: (batch: TopicPartitionBatch) => void
}

interface GatewayParts {
  readonly engine: Engine
  readonly doors: MqttDoors
  readonly shipper: Shipper | undefined
  readonly http: HttpDoor
  readonly status: GatewayStatus
}

/**
 * A gateway that runs.
 *
 * @example
 * const gateway = await Gateway.start(loadGatewayConfig('config/gateway.yaml'), { clock: systemClock(), random: systemRandom, log })
 * gateway.failed.then((error) => process.exit(1))
 * process.once('SIGTERM', () => gateway.stop())
 */
export class Gateway {
  /** Resolves, with the reason, when the gateway cannot go on: end the process with a status other than 0, without {@link stop}. */
  readonly failed: Promise<Error>
  readonly #parts: GatewayParts
  #stopping: Promise<void> | undefined

  private constructor(parts: GatewayParts, failed: Promise<Error>) {
    this.#parts = parts
    this.failed = failed
  }

  /** @throws MillraceErrors of configuration and SQL; @throws MillraceError S01xx, M0101, R0201 */
  static async start(config: GatewayConfig, surroundings: GatewaySurroundings): Promise<Gateway> {
    for (const warning of config.warnings) surroundings.log.warn({}, warning)
    let fail: (error: Error) => void = () => {}
    const failed = new Promise<Error>((resolve) => {
      fail = resolve
    })
    const storage = surroundings.storage ?? gatewayStorage(config, surroundings)
    const parts = await assemble(config, surroundings, storage, fail).catch(async (error) => {
      await storage.close()
      throw error
    })
    const gateway = new Gateway(parts, failed)
    try {
      for (const [, door] of parts.doors.entries()) await door.start()
    } catch (error) {
      await gateway.stop()
      throw error
    }
    return gateway
  }

  /** Ends cleanly: what was taken in is committed and acknowledged. Calling it again waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= stopParts(this.#parts)
    return this.#stopping
  }

  report(): Promise<StatusReport> {
    return this.#parts.status.report()
  }

  /** Where it answers, with the ports that the system chose. */
  get addresses(): { readonly http: ListenAddress; readonly mqtt: string | undefined } {
    const door = this.#parts.doors.get('embedded')
    return { http: this.#parts.http.address, mqtt: door?.status().address }
  }
}

async function assemble(
  config: GatewayConfig,
  surroundings: GatewaySurroundings,
  storage: StoragePort,
  fail: (error: Error) => void,
): Promise<GatewayParts> {
  const { gatewayId, state } = config
  const { clock, random, log, faultPoint = NO_FAULTS } = surroundings
  const registry = new MetricRegistry()
  const metrics = registry.group()
  const doors = await createDoors(config, { clock, random, log, metrics })
  const { connectors, clusters } = gatewayConnectors(doors, gatewayId, random)
  const { planned, errors } = planPipelines(readPipelines(config.pipelinesDir), { connectors, gatewayId, clock, random })
  if (errors.length > 0) throw new MillraceErrors(errors)
  const commit = { mode: state.commitMode, idleMs: state.commitIdleMs }
  const engine = new Engine({ storage, clock, random, metrics, log, commit, faultPoint, onFatal: fail })
  for (const { graph, options } of planned) await engine.deploy(graph, options)
  await engine.start()
  const uplink = uplinkOf(config, clusters, surroundings)
  const shipper = uplink && createShipper(uplink.port, config, { ...surroundings, engine, storage, metrics, doors })
  shipper?.start()
  const view: UplinkView | undefined = uplink && shipper && { kind: uplink.kind, target: uplink.target, status: () => shipper.status() }
  const status = new GatewayStatus({ gatewayId, clock, engine, storage, doors, uplink: view, metrics: registry })
  try {
    return { engine, doors, shipper, status, http: await openHttp(config, status, surroundings) }
  } catch (error) {
    await shipper?.stop()
    await engine.stop()
    throw error
  }
}

/**
 * Every connector of a gateway. `clusters` fills with how the Kafka tables reach theirs while pipelines are planned.
 * `print` writes to stdout, which is for data.
 */
export function gatewayConnectors(
  doors: MqttDoors,
  gatewayId: string,
  random: Random,
): { connectors: ConnectorSpec[]; clusters: KafkaOptions[] } {
  const clusters: KafkaOptions[] = []
  const noting = (connector: ConnectorSpec): ConnectorSpec => ({
    ...connector,
    createSink(table, columns, environment) {
      clusters.push(kafkaOptionsOfTable(table, gatewayId))
      return connector.createSink!(table, columns, environment)
    },
  })
  const builtin = builtinConnectors({
    random,
    rowText: fieldsPrinter,
    write: (line, to) => void process[to].write(`${line}\n`),
  })
  return { connectors: [...builtin, createMqttConnector(doors), noting(KAFKA_CONNECTOR), noting(UPSERT_KAFKA_CONNECTOR)], clusters }
}

interface UplinkChoice {
  readonly kind: 'kafka' | 'file'
  readonly target: string
  readonly port: UplinkPort
}

/** The configured uplink, else the cluster that the first Kafka table names; undefined where no table needs one. */
function uplinkOf(config: GatewayConfig, clusters: readonly KafkaOptions[], { clock, log }: GatewaySurroundings): UplinkChoice | undefined {
  const { kafka, file } = config.uplink
  if (file !== undefined) return { kind: 'file', target: file, port: new FileUplink(file, clock) }
  const options = kafka ? configuredCluster(kafka) : clusters[0]
  if (!options) return undefined
  return { kind: 'kafka', target: options.brokers.join(','), port: new KafkajsAdapter(options, { clock, log }) }
}

function configuredCluster({ brokers, clientId, tls, sasl }: KafkaUplinkConfig): KafkaOptions {
  return {
    brokers,
    clientId,
    ...(tls && { tls: pemTexts(tls) }),
    ...(sasl && { sasl: { ...sasl, password: sasl.password.reveal() } }),
  }
}

interface ShipperSurroundings extends GatewaySurroundings {
  readonly engine: Engine
  readonly storage: StoragePort
  readonly metrics: MetricGroup
  readonly doors: MqttDoors
}

function createShipper(port: UplinkPort, config: GatewayConfig, surroundings: ShipperSurroundings): Shipper {
  const { doors, onShipped } = surroundings
  const { queueBytesMax: bytesMax, onFull } = config.uplink
  const options = { ...DEFAULT_SHIPPER_OPTIONS, scheme: 'kafka', gatewayId: config.gatewayId, budget: { bytesMax, onFull } }
  let release = (): void => {}
  const onBlocked = (blocked: boolean): void => {
    release()
    release = blocked ? doors.hold() : () => {}
  }
  const { engine } = surroundings
  const door = engineDoor({ engine, deadLetter: (letter) => engine.deadLetter(letter), put: (record) => engine.put(record) })
  return new Shipper(options, { ...surroundings, engine: door, port: onShipped ? observed(port, onShipped) : port, onBlocked })
}

/** The same port, telling of what was acknowledged. */
function observed(port: UplinkPort, onShipped: (batch: TopicPartitionBatch) => void): UplinkPort {
  return {
    open: () => port.open(),
    partitionCount: (topic) => port.partitionCount(topic),
    close: () => port.close(),
    async send(batch) {
      const ack = await port.send(batch)
      onShipped(batch)
      return ack
    },
  }
}

function openHttp({ http }: GatewayConfig, status: GatewayStatus, { clock, log }: GatewaySurroundings): Promise<HttpDoor> {
  const guard = new RequestGuard({ token: http.token, hosts: http.hosts, clock })
  return HttpDoor.listen({ listen: http.listen, guard, routes: gatewayRoutes(status), log })
}

/** Reading stops first: a message that finds its table gone would be acknowledged by nobody who keeps it. */
async function stopParts({ engine, doors, shipper, http }: GatewayParts): Promise<void> {
  doors.hold()
  await shipper?.stop()
  await engine.stop()
  for (const [, door] of doors.entries()) await door.stop()
  await http.close()
}
