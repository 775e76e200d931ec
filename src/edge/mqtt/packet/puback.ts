/** PUBACK packets (MQTT 3.1.1 section 3.4). */

/** One buffer for many. */
export function pubacks(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(packetIds.length * 4)
  let at = 0
  for (let i = 0; i < packetIds.length; i++) {
    const id = packetIds[i]!
    bytes[at] = 0x40
    bytes[at + 1] = 2
    bytes[at + 2] = id >>> 8
    bytes[at + 3] = id & 0xff
    at += 4
  }
  return bytes
}
