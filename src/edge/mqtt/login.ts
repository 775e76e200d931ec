/** Who is let in at the embedded broker, and as whom. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ClientIdentity } from './access.js'
import type { BrokerDoorOptions } from './door-options.js'
import { PasswordTable } from './passwords.js'

/** Return codes of CONNACK (MQTT 3.1.1 section 3.2.2.3). */
export const IDENTIFIER_REJECTED = 2
export const BAD_CREDENTIALS = 4
export const NOT_AUTHORIZED = 5

const NAME_BYTES_MAX = 256

export type LoginResult = { readonly identity: ClientIdentity } | { readonly returnCode: 2 | 4 | 5; readonly why: string }

export class Login {
  readonly #passwords: PasswordTable | undefined
  readonly #anonymous: boolean
  readonly #bound: boolean

  /** @throws MillraceError C0011 for a password hash that is none */
  constructor(options: BrokerDoorOptions, anonymous: boolean) {
    this.#passwords = options.users === undefined || options.users.length === 0 ? undefined : new PasswordTable(options.users)
    this.#anonymous = anonymous
    this.#bound = options.clientIds !== 'any'
  }

  async check(clientId: string, socket: Socket, user: string | undefined, password: Buffer | undefined): Promise<LoginResult> {
    if (!isName(clientId)) return refuse(IDENTIFIER_REJECTED, 'the client id is too long or holds control characters')
    const certified = certifiedName(socket)
    if (certified !== undefined) return this.#identify(clientId, certified)
    if (user === undefined)
      return this.#anonymous ? { identity: { clientId, user: undefined } } : refuse(NOT_AUTHORIZED, 'no user was given')
    if (this.#passwords === undefined) {
      return this.#anonymous ? { identity: { clientId, user: undefined } } : refuse(NOT_AUTHORIZED, 'there are no users')
    }
    const right = isName(user) && (await this.#passwords.verify(user, password ?? Buffer.alloc(0)))
    return right ? this.#identify(clientId, user) : refuse(BAD_CREDENTIALS, 'wrong user or password')
  }

  /** A client id that belongs to another user would take over that user's session. */
  #identify(clientId: string, user: string): LoginResult {
    const own = clientId === user || (clientId.startsWith(user) && /^[-_.:/]/.test(clientId.slice(user.length)))
    if (this.#bound && !own) return refuse(IDENTIFIER_REJECTED, `user \`${user}\` may not use this client id`)
    return { identity: { clientId, user } }
  }
}

function refuse(returnCode: 2 | 4 | 5, why: string): LoginResult {
  return { returnCode, why }
}

/** In one canonical form, short, without control characters. */
function isName(text: string): boolean {
  if (text.length === 0 || Buffer.byteLength(text) > NAME_BYTES_MAX || text.normalize('NFC') !== text) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code >= 0xfffd) return false
  }
  return true
}

/** Common name of a client certificate that was checked against the door's authority. */
function certifiedName(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const name = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : undefined
}
