import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccessRules } from '../../../src/edge/mqtt/access.js'
import { LocalSubscriptions } from '../../../src/edge/mqtt/local-subscriptions.js'
import { filterCovers, filterFault, parseTopicPattern, topicFault, topicMatches } from '../../../src/edge/mqtt/topic-filter.js'
import { TopicTrie } from '../../../src/edge/mqtt/topic-trie.js'

describe('topic filters', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['a/+/c', 'a/b/c', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'a/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['+', 'finance', true],
    ['+', '/finance', false],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['A', 'a', false],
  ])('%s matches %s: %s', (filter, topic, expected) => {
    expect(topicMatches(filter, topic)).toBe(expected)
    const trie = new TopicTrie<string>()
    trie.add(filter, 'x')
    expect(trie.match(topic)).toEqual(expected ? ['x'] : [])
  })

  it('knows what is no filter and no topic', () => {
    for (const bad of ['', 'a+', '+a/b', 'a/#/b', 'a#', 'a/\u0000', 'a/\uffff', 'x/'.repeat(100)])
      expect(filterFault(bad), bad).toBeDefined()
    for (const good of ['+', '#', '/', 'a//b', 'a/+/#', 'größe/+']) expect(filterFault(good)).toBeUndefined()
    for (const bad of ['', 'a/+', '#', 'a\u0007']) expect(topicFault(bad), bad).toBeDefined()
    expect(topicFault('größe/°C')).toBeUndefined()
  })

  it('turns named levels into wildcards and remembers where they stand', () => {
    expect(parseTopicPattern('plant/{line}/{device}/telemetry')).toEqual({
      filter: 'plant/+/+/telemetry',
      levels: [
        { name: 'line', index: 1 },
        { name: 'device', index: 2 },
      ],
    })
    expect(() => parseTopicPattern('plant/{line')).toThrow('no named level')
    expect(() => parseTopicPattern('{a}/{a}')).toThrow('named twice')
    expect(() => parseTopicPattern('a/#/b')).toThrow('is not a topic filter')
  })

  const level = fc.constantFrom('a', 'b', '', '$x', '+')
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'))
  const topic = fc.array(fc.constantFrom('a', 'b', '', '$x'), { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))

  it('match in the trie as they do one by one, also after removals', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 6 }), topic, (filters, removed, name) => {
        const trie = new TopicTrie<number>()
        filters.forEach((each, i) => {
          trie.add(each, i)
        })
        for (const i of removed) if (i < filters.length) trie.remove(filters[i]!, i)
        const expected = filters.flatMap((each, i) => (removed.includes(i) || !topicMatches(each, name) ? [] : [i]))
        expect(trie.match(name).sort((a, b) => a - b)).toEqual(expected)
      }),
      { numRuns: 5000 },
    )
  })

  it('cover another only if they match all its topics', () => {
    fc.assert(
      fc.property(filter, filter, fc.array(topic, { minLength: 20, maxLength: 20 }), (wide, narrow, topics) => {
        if (!filterCovers(wide, narrow)) return
        for (const name of topics) if (topicMatches(narrow, name)) expect(topicMatches(wide, name), `${wide} ${narrow} ${name}`).toBe(true)
      }),
      { numRuns: 5000 },
    )
    expect(filterCovers('a/#', 'a/+/c')).toBe(true)
    expect(filterCovers('a/+', 'a/#')).toBe(false)
  })
})

describe('access rules', () => {
  it('put the client id into patterns, but never one that would widen them', () => {
    const rules = createAccessRules([
      { user: '*', publish: ['d/%c/#'], subscribe: ['c/%c/+'] },
      { user: 'root', publish: ['#'], subscribe: ['#'], admin: true },
    ])
    const device = { clientId: 'x', user: undefined }
    expect(rules.mayPublish(device, 'd/x/t')).toBe(true)
    expect(rules.mayPublish(device, 'd/y/t')).toBe(false)
    expect(rules.mayPublish({ clientId: '+', user: undefined }, 'd/y/t')).toBe(false)
    expect(rules.mayPublish({ clientId: 'y/z', user: undefined }, 'd/y/z')).toBe(false)
    expect(rules.maySubscribe(device, 'c/x/+')).toBe(true)
    expect(rules.maySubscribe(device, 'c/+/+')).toBe(false)
    expect(rules.maySubscribe(device, '$SYS/#')).toBe(false)
    const root = { clientId: 'r', user: 'root' }
    expect(rules.maySubscribe(root, '$SYS/#')).toBe(true)
    expect(rules.mayPublish(root, '$SYS/x')).toBe(false)
  })
})

describe('local subscriptions', () => {
  it('are remembered per connection and forgotten with it', () => {
    const subscriptions = new LocalSubscriptions()
    const [a, b] = [{}, {}]
    subscriptions.add(a, 't/+')
    subscriptions.add(b, 't/#')
    subscriptions.add(b, 't/#')
    expect(subscriptions.wants('t/1')).toBe(true)
    subscriptions.remove(b, ['t/#', 'never'])
    expect(subscriptions.wants('t')).toBe(false)
    expect(subscriptions.wants('t/1')).toBe(true)
    subscriptions.end(a)
    expect(subscriptions.wants('t/1')).toBe(false)
  })

  it('stay for a kept session until it is taken up again, and survive the late end of what was taken over', () => {
    const subscriptions = new LocalSubscriptions()
    const [old, next] = [{}, {}]
    subscriptions.add(old, 't')
    subscriptions.keep(old, 'id')
    expect(subscriptions.wants('t')).toBe(true)
    subscriptions.add(next, 't')
    subscriptions.end('id')
    subscriptions.end(old)
    expect(subscriptions.wants('t')).toBe(true)
    subscriptions.end(next)
    expect(subscriptions.wants('t')).toBe(false)
  })
})
