/** Who may publish and subscribe where. One object serves the fast lane and the broker library's hooks. */
import { filterCovers, topicMatches } from './topic-filter.js'

export interface ClientIdentity {
  readonly clientId: string
  /** undefined for anonymous clients. */
  readonly user: string | undefined
}

export interface AccessRules {
  mayPublish(who: ClientIdentity, topic: string): boolean
  maySubscribe(who: ClientIdentity, filter: string): boolean
}

/** Filters a user is held to; `%c` stands for the client id, `%u` for the user. */
export interface AccessRule {
  /** A user name; `*` for everyone without a rule of their own, anonymous clients included. */
  readonly user: string
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  /** May read `$SYS`. Default false. */
  readonly admin?: boolean
}

/**
 * Access by lists of filters. Without rules everyone may publish and subscribe anywhere but under `$`; with rules, what no rule
 * allows is refused.
 *
 * @example
 * createAccessRules([{ user: '*', publish: ['d/%c/#'], subscribe: ['c/%c/#'] }])
 */
export function createAccessRules(rules: readonly AccessRule[]): AccessRules {
  const byUser = new Map(rules.map((rule) => [rule.user, rule]))
  const open = rules.length === 0
  const ruleOf = (who: ClientIdentity) => (who.user === undefined ? undefined : byUser.get(who.user)) ?? byUser.get('*')
  return {
    mayPublish(who, topic) {
      if (topic.startsWith('$')) return false
      if (open) return true
      return ruleOf(who)?.publish.some((pattern) => covers(pattern, who, (filter) => topicMatches(filter, topic))) ?? false
    },
    maySubscribe(who, filter) {
      if (filter.startsWith('$')) return ruleOf(who)?.admin === true
      if (open) return true
      return ruleOf(who)?.subscribe.some((pattern) => covers(pattern, who, (allowed) => filterCovers(allowed, filter))) ?? false
    },
  }
}

/** A client id or user with a wildcard or level separator in it is never put into a pattern: it would widen it. */
function covers(pattern: string, who: ClientIdentity, test: (filter: string) => boolean): boolean {
  const needsId = pattern.includes('%c')
  const needsUser = pattern.includes('%u')
  if (needsId && /[+#/]/.test(who.clientId)) return false
  if (needsUser && (who.user === undefined || /[+#/]/.test(who.user))) return false
  return test(pattern.replaceAll('%c', () => who.clientId).replaceAll('%u', () => who.user ?? ''))
}
