import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ConnectLimiter, isLoopback } from '../../../src/edge/mqtt/connect-limiter.js'
import { Login } from '../../../src/edge/mqtt/login.js'
import { hashPassword, PasswordTable } from '../../../src/edge/mqtt/passwords.js'
import type { Clock } from '../../../src/engine-lite/contract/clock.js'
import { clock, log } from './kit.js'

describe('passwords', () => {
  it('are kept as salted hashes and verified, the second time from memory', async () => {
    const passwordHash = await hashPassword('secret')
    expect(passwordHash).toMatch(/^scrypt\$16384\$8\$/)
    expect(passwordHash).not.toBe(await hashPassword('secret'))
    const table = new PasswordTable([{ name: 'a', passwordHash }])
    for (let round = 0; round < 2; round++) {
      expect(await table.verify('a', Buffer.from('secret'))).toBe(true)
      expect(await table.verify('a', Buffer.from('Secret'))).toBe(false)
      expect(await table.verify('b', Buffer.from('secret'))).toBe(false)
    }
  })

  it.each(['secret', 'scrypt$0$8$AA==$AA==', 'scrypt$1000$8$AA==$AA==', 'scrypt$99999999999$8$AA==$AA=='])(
    'refuse %s as a hash',
    (hash) => {
      expect(() => new PasswordTable([{ name: 'a', passwordHash: hash }])).toThrow('is not of the form')
    },
  )
})

describe('the login', () => {
  const socket = new Socket()

  it('binds client ids to users unless told otherwise', async () => {
    const users = [{ name: 'press', passwordHash: await hashPassword('x') }]
    const bound = new Login({ users, clock, log }, false)
    const any = new Login({ users, clientIds: 'any', clock, log }, false)
    const check = async (login: Login, id: string) => 'identity' in (await login.check(id, socket, 'press', Buffer.from('x')))
    expect(await Promise.all(['press', 'press-1', 'press/a', 'press1', 'pump', 'pres'].map((id) => check(bound, id)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(await check(any, 'pump')).toBe(true)
  })

  it.each(['', 'a\u0000', 'a\u009f', 'x'.repeat(257), 'e\u0301', '\ufffd'])('refuses the client id %j', async (id) => {
    const login = new Login({ clock, log }, true)
    expect(await login.check(id, socket, undefined, undefined)).toMatchObject({ returnCode: 2 })
    expect(await login.check('é', socket, undefined, undefined)).toEqual({ identity: { clientId: 'é', user: undefined } })
  })
})

describe('the limit of connections per address', () => {
  it('lets a burst in, then so many per second, loopback always', () => {
    let nowMs = 0
    const manual: Clock = { ...clock, monotonicMs: () => nowMs }
    const limiter = new ConnectLimiter(2, manual)
    const admitted = (times: number) => Array.from({ length: times }, () => limiter.admit('10.0.0.1')).filter(Boolean).length
    expect(admitted(100)).toBe(20)
    nowMs += 1500
    expect(admitted(100)).toBe(3)
    expect(limiter.admit('10.0.0.2')).toBe(true)
    nowMs += 3_600_000
    expect(admitted(100)).toBe(20)
    expect(Array.from({ length: 100 }, () => limiter.admit('::ffff:127.0.0.1')).every(Boolean)).toBe(true)
    expect(isLoopback('127.evil.example')).toBe(false)
  })

  it('remembers a bounded number of addresses', () => {
    const limiter = new ConnectLimiter(1, clock)
    for (let i = 0; i < 10_000; i++) expect(limiter.admit(`10.0.${i >> 8}.${i & 255}`)).toBe(true)
  })
})
