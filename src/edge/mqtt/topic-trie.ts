/** Filters arranged by their levels, so that a topic finds all it matches in one walk (MQTT 3.1.1 section 4.7). */

interface Node<T> {
  readonly children: Map<string, Node<T>>
  readonly values: T[]
}

const node = <T>(): Node<T> => ({ children: new Map(), values: [] })

export class TopicTrie<T> {
  readonly #root: Node<T> = node()

  add(filter: string, value: T): void {
    let at = this.#root
    for (const level of filter.split('/')) {
      let next = at.children.get(level)
      if (next === undefined) {
        next = node()
        at.children.set(level, next)
      }
      at = next
    }
    at.values.push(value)
  }

  /** Removes one occurrence and the branch that is then empty. */
  remove(filter: string, value: T): void {
    const path: [Node<T>, string][] = []
    let at = this.#root
    for (const level of filter.split('/')) {
      const next = at.children.get(level)
      if (next === undefined) return
      path.push([at, level])
      at = next
    }
    const place = at.values.indexOf(value)
    if (place !== -1) at.values.splice(place, 1)
    for (let i = path.length - 1; i >= 0; i--) {
      const [parent, level] = path[i]!
      const child = parent.children.get(level)!
      if (child.values.length > 0 || child.children.size > 0) return
      parent.children.delete(level)
    }
  }

  /** Values of all filters the topic matches, in no particular order. */
  match(topic: string): T[] {
    const found: T[] = []
    this.#walk(this.#root, topic.split('/'), 0, topic.startsWith('$'), found)
    return found
  }

  #walk(at: Node<T>, levels: readonly string[], depth: number, system: boolean, found: T[]): void {
    // `#` also stands for the level above it: `a/#` matches `a`
    const wildcards = depth > 0 || !system
    if (wildcards) {
      const rest = at.children.get('#')
      if (rest !== undefined) found.push(...rest.values)
    }
    if (depth === levels.length) {
      found.push(...at.values)
      return
    }
    const named = at.children.get(levels[depth]!)
    if (named !== undefined) this.#walk(named, levels, depth + 1, system, found)
    const any = wildcards ? at.children.get('+') : undefined
    if (any !== undefined) this.#walk(any, levels, depth + 1, system, found)
  }
}
