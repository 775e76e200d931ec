/** The two ways readings come in: devices at the gateway's own broker, or at a mosquitto that the gateway reads from. */
import { Mosquitto, mosquittoPath } from '../mqtt/mosquitto.js'
import { freePort } from './gateway-files.js'

export interface CrashDoor {
  /** Where devices publish. */
  readonly port: number
  /** What stands below `mqtt:` in the configuration. */
  readonly config: string
  /** Rounds of readings per second at most; where a broker stands in between, its acknowledgements keep nobody back. */
  readonly roundsPerSecondMax?: number
  close(): Promise<void>
}

export interface DoorUnderTest {
  readonly name: string
  readonly present: boolean
  /** Devices are acknowledged by a broker in between, whatever becomes of the gateway. */
  readonly brokerBetween: boolean
  /** Beginning of the file in dist/ that has its code. */
  readonly chunk: string
  open(): Promise<CrashDoor>
}

const embedded: DoorUnderTest = {
  name: 'embedded door',
  brokerBetween: false,
  present: true,
  chunk: 'broker-door-',
  async open() {
    const port = await freePort()
    return { port, config: `embedded: { listen: 127.0.0.1:${port} }`, close: async () => undefined }
  },
}

/** The queue without a limit, so that nothing is lost before the gateway; and more in flight than the default of 20, for more load. */
const MOSQUITTO_SETTINGS = ['max_queued_messages 0', 'max_queued_bytes 0', 'max_inflight_messages 200', 'set_tcp_nodelay true']

const mosquitto: DoorUnderTest = {
  name: 'client door behind mosquitto',
  brokerBetween: true,
  present: mosquittoPath !== undefined,
  chunk: 'client-door-',
  async open() {
    const broker = await Mosquitto.start(MOSQUITTO_SETTINGS)
    return {
      port: broker.port,
      config: `external: { url: "mqtt://127.0.0.1:${broker.port}", clientId: crash-gw }`,
      roundsPerSecondMax: 250,
      close: () => broker.remove(),
    }
  },
}

export const DOORS: readonly DoorUnderTest[] = [embedded, mosquitto]
export const EMBEDDED = embedded
