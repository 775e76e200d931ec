/**
 * Passwords of MQTT users: kept as scrypt hashes, compared in constant time. What was verified once is remembered as a keyed digest
 * in memory, so that a thousand devices reconnecting after a power cut do not wait for a thousand scrypts.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { MillraceError } from '../../engine-lite/contract/errors/index.js'

const COST = 16_384
const BLOCK = 8
const KEY_BYTES = 32
const COST_MAX = 1_048_576

interface ParsedHash {
  readonly cost: number
  readonly block: number
  readonly salt: Buffer
  readonly key: Buffer
}

/**
 * The text to keep for a password: `scrypt$16384$8$<salt>$<key>`, base64.
 *
 * @example
 * const user = { name: 'press-1', passwordHash: await hashPassword('secret') }
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(Buffer.from(password), { cost: COST, block: BLOCK, salt, key: Buffer.alloc(KEY_BYTES) })
  return `scrypt$${COST}$${BLOCK}$${salt.toString('base64')}$${key.toString('base64')}`
}

/** @throws MillraceError C0011 */
function parseHash(user: string, text: string): ParsedHash {
  const match = /^scrypt\$(\d+)\$(\d+)\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/.exec(text)
  const cost = Number(match?.[1])
  if (match === null || cost < 2 || cost > COST_MAX || (cost & (cost - 1)) !== 0) {
    throw new MillraceError('C0011', `the password hash of MQTT user \`${user}\` is not of the form scrypt$cost$block$salt$key`)
  }
  return { cost, block: Number(match[2]), salt: Buffer.from(match[3]!, 'base64'), key: Buffer.from(match[4]!, 'base64') }
}

function derive(password: Buffer, hash: ParsedHash): Promise<Buffer> {
  const options = { N: hash.cost, r: hash.block, p: 1, maxmem: 256 * hash.cost * hash.block }
  return new Promise((resolve, reject) => {
    scrypt(password, hash.salt, hash.key.length, options, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

export class PasswordTable {
  readonly #hashes: ReadonlyMap<string, ParsedHash>
  readonly #verified = new Map<string, Buffer>()
  readonly #digestKey = randomBytes(32)
  /** Verified against for unknown users, so that they take as long. */
  readonly #decoy: ParsedHash = { cost: COST, block: BLOCK, salt: randomBytes(16), key: randomBytes(KEY_BYTES) }

  /** @throws MillraceError C0011 for a hash that is none */
  constructor(users: readonly { readonly name: string; readonly passwordHash: string }[]) {
    this.#hashes = new Map(users.map((user) => [user.name, parseHash(user.name, user.passwordHash)]))
  }

  async verify(user: string, password: Buffer): Promise<boolean> {
    const digest = createHmac('sha256', this.#digestKey).update(password).digest()
    const known = this.#verified.get(user)
    if (known !== undefined && timingSafeEqual(known, digest)) return true
    const hash = this.#hashes.get(user)
    const key = await derive(password, hash ?? this.#decoy)
    if (hash === undefined || !timingSafeEqual(key, hash.key)) return false
    this.#verified.set(user, digest)
    return true
  }
}
