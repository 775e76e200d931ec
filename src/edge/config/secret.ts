import { inspect } from 'node:util'

/**
 * A value that must not be seen: a password or a token. Every way of printing it gives `***`; the text itself is had only from {@link reveal}.
 *
 * @example
 * const password = new Secret('hunter2')
 * `${password}`        // '***'
 * password.reveal()    // 'hunter2'
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text. Call it where the value leaves the process for its one purpose, and nowhere else. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
