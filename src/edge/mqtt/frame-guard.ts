/**
 * What a client of the embedded broker may send, judged by fixed headers and packet ids before the library sees a byte: types and flags
 * of MQTT 3.1.1 section 2.2, exact lengths, sizes before and after CONNECT, packet id 0.
 */
import {
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBSCRIBE,
  typeOf,
  UNSUBSCRIBE,
  uint16,
} from './packet/types.js'

export interface SizeLimits {
  readonly connectBytesMax: number
  readonly packetBytesMax: number
}

/** Smallest SUBSCRIBE: packet id, a filter of one character, its QoS. */
const SUBSCRIBE_BYTES_MIN = 6
const UNSUBSCRIBE_BYTES_MIN = 5

/** The fault of a header, or undefined. */
export function headerFault(first: number, bodyBytes: number, connected: boolean, limits: SizeLimits): string | undefined {
  const type = typeOf(first)
  if (!connected) {
    if (first !== CONNECT << 4) return 'the first packet is no CONNECT'
    return bodyBytes > limits.connectBytesMax ? `a CONNECT of ${bodyBytes} bytes, more than ${limits.connectBytesMax}` : undefined
  }
  if (bodyBytes > limits.packetBytesMax) return `a packet of ${bodyBytes} bytes, more than ${limits.packetBytesMax}`
  if (type === PUBLISH) return undefined
  const flags = first & 0x0f
  const wanted = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0
  if (flags !== wanted) return `flags ${flags} on a packet of type ${type}`
  return lengthFault(type, bodyBytes)
}

function lengthFault(type: number, bodyBytes: number): string | undefined {
  switch (type) {
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return bodyBytes === 2 ? undefined : `an acknowledgement of ${bodyBytes} bytes`
    case PINGREQ:
    case DISCONNECT:
      return bodyBytes === 0 ? undefined : `a packet of type ${type} with a body`
    case SUBSCRIBE:
      return bodyBytes < SUBSCRIBE_BYTES_MIN ? 'a SUBSCRIBE is too short' : undefined
    case UNSUBSCRIBE:
      return bodyBytes < UNSUBSCRIBE_BYTES_MIN ? 'an UNSUBSCRIBE is too short' : undefined
    case CONNECT:
      return 'a second CONNECT'
    default:
      return `a packet of type ${type} from a client`
  }
}

/** The fault of a packet that passes on to the library, its body complete; PUBLISH has its own checks where it is parsed. */
export function bodyFault(type: number, bytes: Uint8Array, body: number): string | undefined {
  const identified = (type >= PUBACK && type <= SUBSCRIBE) || type === UNSUBSCRIBE
  return identified && uint16(bytes, body) === 0 ? `a packet of type ${type} with packet id 0` : undefined
}
