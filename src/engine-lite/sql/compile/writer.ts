/** The text of one generated function, with its constants kept beside it: they become parameters, never text. */

export class CodeWriter {
  private readonly lines: string[] = []
  private readonly values: unknown[] = []
  private readonly names = new Map<unknown, string>()
  private variableCount = 0
  private depth = 1

  /** Appends a statement. */
  line(text: string): void {
    this.lines.push('  '.repeat(this.depth) + text)
  }

  /** Appends `head {`, what `body` writes, and `}`. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`)
    this.depth++
    body()
    this.depth--
    this.line('}')
  }

  /** A name under which generated code sees the value. The same value gets the same name. */
  bind(value: unknown): string {
    const known = this.names.get(value)
    if (known !== undefined) return known
    const name = `c${this.values.length}`
    this.values.push(value)
    this.names.set(value, name)
    return name
  }

  /** A new variable name. */
  fresh(): string {
    return `v${this.variableCount++}`
  }

  /** The statements so far. */
  get text(): string {
    return this.lines.join('\n')
  }

  /** Makes the function. `parameters` are its arguments, `helpers` further values by name; the returned source is what EXPLAIN CODE shows. */
  build<F>(parameters: readonly string[], helpers: ReadonlyMap<unknown, string> = new Map()): { readonly run: F; readonly source: string } {
    const source = `(${parameters.join(', ')}) => {\n${this.text}\n}`
    const names = [...this.values.map((_, i) => `c${i}`), ...helpers.values()]
    const make = new Function(...names, `'use strict'\nreturn ${source}`) as (...values: unknown[]) => F
    return { run: make(...this.values, ...helpers.keys()), source }
  }
}
