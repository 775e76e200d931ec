/** Doors as the configuration has them: `embedded` and `external`. The MQTT libraries are loaded for the doors that are wanted. */
import { readFileSync } from 'node:fs'
import type { Clock, Random } from '../../engine-lite/contract/clock.js'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { Logger, MetricGroup } from '../../engine-lite/contract/metric.js'
import type { EmbeddedBrokerConfig, ExternalBrokerConfig, GatewayConfig, MqttUserConfig } from '../config/gateway-config.js'
import { type AccessRules, createAccessRules } from '../mqtt/access.js'
import type { BrokerUser } from '../mqtt/door-options.js'
import { type Door, MqttDoors } from '../mqtt/doors.js'

export interface DoorSurroundings {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: MetricGroup
}

/** Neither listens nor connects yet. @throws MillraceError C0001 where a certificate cannot be read, C0011 */
export async function createDoors(config: GatewayConfig, surroundings: DoorSurroundings): Promise<MqttDoors> {
  const doors = new MqttDoors()
  const { embedded, external } = config.mqtt
  if (embedded) doors.add('embedded', await brokerDoor(embedded, surroundings))
  if (external) doors.add('external', await clientDoor(external, surroundings))
  return doors
}

async function brokerDoor(config: EmbeddedBrokerConfig, surroundings: DoorSurroundings): Promise<Door> {
  const { createBrokerDoor } = await import('../mqtt/broker-door.js')
  const { tls } = config
  return createBrokerDoor({
    ...surroundings,
    host: config.listen.host,
    port: config.listen.port,
    connectionsMax: config.connectionsMax,
    users: await Promise.all(config.users.map(brokerUser)),
    access: accessOf(config.users),
    ...(config.anonymous && { anonymous: true }),
    ...(tls && { tls: { cert: pem(tls.cert), key: pem(tls.key), ...(tls.ca !== undefined && { ca: pem(tls.ca) }) } }),
  })
}

async function clientDoor(config: ExternalBrokerConfig, surroundings: DoorSurroundings): Promise<Door> {
  const { createClientDoor } = await import('../mqtt/client-door.js')
  const { url, clientId, username, password, tls } = config
  return createClientDoor({
    ...surroundings,
    name: 'external',
    url,
    clientId,
    ...(username !== undefined && { username }),
    ...(password && { password: password.reveal() }),
    ...(tls && { tls: { ...pemTexts(tls), insecure: tls.insecure } }),
  })
}

/** A password may stand in the configuration as the hash that is kept of it. */
async function brokerUser({ name, password }: MqttUserConfig): Promise<BrokerUser> {
  const { hashPassword } = await import('../mqtt/passwords.js')
  const text = password.reveal()
  return { name, passwordHash: text.startsWith('scrypt$') ? text : await hashPassword(text) }
}

/** A user without lists of its own may publish and subscribe everywhere but under `$`. */
function accessOf(users: readonly MqttUserConfig[]): AccessRules {
  if (users.every(({ publish, subscribe }) => publish === undefined && subscribe === undefined)) return createAccessRules([])
  return createAccessRules(
    users.map(({ name, publish, subscribe }) => ({ user: name, publish: publish ?? ['#'], subscribe: subscribe ?? ['#'] })),
  )
}

interface TlsFiles {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

/** The files' texts. @throws MillraceError C0001 */
export function pemTexts({ ca, cert, key }: TlsFiles): { ca?: string; cert?: string; key?: string } {
  return {
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(cert !== undefined && { cert: pem(cert) }),
    ...(key !== undefined && { key: pem(key) }),
  }
}

function pem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new MillraceError('C0001', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, {
      place: { file: path },
      cause: error,
    })
  }
}
