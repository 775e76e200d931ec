/** MQTT 3.1.1 control packet types (section 2.2.1). */
export const CONNECT = 1
export const PUBLISH = 3
export const PUBACK = 4
export const PUBREC = 5
export const PUBREL = 6
export const PUBCOMP = 7
export const SUBSCRIBE = 8
export const UNSUBSCRIBE = 10
export const PINGREQ = 12
export const PINGRESP = 13
export const DISCONNECT = 14

export const typeOf = (first: number): number => first >>> 4

/** The big-endian number of two bytes. */
export const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
