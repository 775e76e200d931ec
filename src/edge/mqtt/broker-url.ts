/** Where an external broker is, and a socket to it. */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import type { ClientTls } from './door-options.js'

/** @throws MillraceError C0011 */
export function parseBrokerUrl(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text)
    if ((url.protocol === 'mqtt:' || url.protocol === 'mqtts:') && url.hostname !== '') return url
  }
  throw new MillraceError('C0011', `\`${text}\` is no address of an MQTT broker`, { hint: 'write mqtt://host:1883 or mqtts://host:8883' })
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'mqtts:' ? 8883 : 1883) : Number(url.port)
}

/** Starts connecting. The broker's name is checked against its certificate. */
export function openSocket(url: URL, tls: ClientTls | undefined): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = portOf(url)
  if (url.protocol !== 'mqtts:') return connect({ host, port, noDelay: true })
  return connectTls({
    host,
    port,
    // a name to ask for, which an address is not (RFC 6066 section 3)
    ...(isIP(host) === 0 && { servername: host }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: tls?.insecure !== true,
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    ...(tls?.cert !== undefined && { cert: tls.cert }),
    ...(tls?.key !== undefined && { key: tls.key }),
  })
}
