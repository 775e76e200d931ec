/** Instruments. Updating one is an integer add; reading happens on scrape. */

export interface Counter {
  add(n: number): void
  readonly value: number
}

export interface Histogram {
  record(value: number): void
}

/** A place in the tree of metrics; labels of the group are added to each instrument. Names are snake case without the `millrace_` prefix. */
export interface MetricGroup {
  group(labels: Readonly<Record<string, string>>): MetricGroup
  counter(name: string, help: string): Counter
  gauge(name: string, help: string, read: () => number): void
  /** @param bounds upper bucket bounds, ascending */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram
}

/** The logger every part gets; pino fits. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
