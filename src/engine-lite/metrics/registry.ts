/**
 * Instruments and their text form for `/metrics`. Updating one is an integer add; all work is done on scrape.
 * Text format: Prometheus exposition format 0.0.4.
 */
import { MillraceError } from '../contract/errors/index.js'
import type { Counter, Histogram, MetricGroup } from '../contract/metric.js'

type Labels = Readonly<Record<string, string>>
type FamilyKind = 'counter' | 'gauge' | 'histogram'

interface Instrument {
  readonly labels: Labels
  render(name: string, labels: string, lines: string[]): void
}

interface Family {
  readonly kind: FamilyKind
  readonly help: string
  /** By printed labels: asking twice for the same instrument gives the same one, so that a restarted pipeline goes on counting. */
  readonly instruments: Map<string, Instrument>
}

/** Series kept per name at most: a label that takes any value (a device id) must not eat the memory. */
export const SERIES_MAX = 2_000

/** All instruments of a process. */
export class MetricRegistry {
  readonly #families = new Map<string, Family>()

  /** The root group, without labels. */
  group(labels: Labels = {}): MetricGroup {
    return new RegistryGroup(this, labels)
  }

  /** Everything in Prometheus' text format, names prefixed with `millrace_`, in the order of first use. */
  text(): string {
    const lines: string[] = []
    for (const [name, family] of this.#families) {
      lines.push(`# HELP ${name} ${escapeHelp(family.help)}`, `# TYPE ${name} ${family.kind}`)
      for (const [printed, instrument] of family.instruments) instrument.render(name, printed, lines)
    }
    return `${lines.join('\n')}\n`
  }

  /** Forgets every instrument that has all these labels: a pipeline that was removed. */
  remove(labels: Labels): void {
    for (const family of this.#families.values()) {
      for (const [printed, instrument] of family.instruments) {
        if (Object.entries(labels).every(([name, value]) => instrument.labels[name] === value)) family.instruments.delete(printed)
      }
    }
  }

  /** The instrument of that name and labels, made by `create` when it is new. Beyond {@link SERIES_MAX} it works but is not shown. */
  instrument<T extends Instrument>(kind: FamilyKind, name: string, help: string, labels: Labels, create: () => T, reuse = true): T {
    const full = `millrace_${name}`
    let family = this.#families.get(full)
    if (family === undefined) {
      if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new MillraceError('R0001', `metric name '${name}' is not snake case`)
      family = { kind, help, instruments: new Map() }
      this.#families.set(full, family)
    }
    if (family.kind !== kind) throw new MillraceError('R0001', `metric '${name}' is a ${family.kind} and a ${kind}`)
    const printed = printLabels(labels)
    const existing = family.instruments.get(printed)
    if (existing !== undefined && reuse) return existing as T
    const created = create()
    if (existing !== undefined || family.instruments.size < SERIES_MAX) family.instruments.set(printed, created)
    return created
  }
}

class RegistryGroup implements MetricGroup {
  readonly #registry: MetricRegistry
  readonly #labels: Labels

  constructor(registry: MetricRegistry, labels: Labels) {
    this.#registry = registry
    this.#labels = labels
  }

  group(labels: Labels): MetricGroup {
    return new RegistryGroup(this.#registry, { ...this.#labels, ...labels })
  }

  counter(name: string, help: string): Counter {
    return this.#registry.instrument('counter', name, help, this.#labels, () => new CounterInstrument(this.#labels))
  }

  gauge(name: string, help: string, read: () => number): void {
    this.#registry.instrument('gauge', name, help, this.#labels, () => new GaugeInstrument(this.#labels, read), false)
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    return this.#registry.instrument('histogram', name, help, this.#labels, () => new HistogramInstrument(this.#labels, bounds))
  }
}

class CounterInstrument implements Counter, Instrument {
  value = 0
  readonly labels: Labels

  constructor(labels: Labels) {
    this.labels = labels
  }

  add(n: number): void {
    this.value += n
  }

  render(name: string, labels: string, lines: string[]): void {
    lines.push(`${name}${labels} ${this.value}`)
  }
}

class GaugeInstrument implements Instrument {
  readonly labels: Labels
  readonly #read: () => number

  constructor(labels: Labels, read: () => number) {
    this.labels = labels
    this.#read = read
  }

  render(name: string, labels: string, lines: string[]): void {
    lines.push(`${name}${labels} ${printNumber(this.#read())}`)
  }
}

class HistogramInstrument implements Histogram, Instrument {
  readonly labels: Labels
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    this.#counts = new Array<number>(bounds.length + 1).fill(0)
  }

  record(value: number): void {
    let at = 0
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at++
    this.#counts[at] = (this.#counts[at] as number) + 1
    this.#sum += value
  }

  render(name: string, _labels: string, lines: string[]): void {
    let total = 0
    for (let i = 0; i <= this.#bounds.length; i++) {
      total += this.#counts[i] as number
      const bound = this.#bounds[i]
      lines.push(`${name}_bucket${printLabels({ ...this.labels, le: bound === undefined ? '+Inf' : String(bound) })} ${total}`)
    }
    lines.push(`${name}_sum${printLabels(this.labels)} ${printNumber(this.#sum)}`, `${name}_count${printLabels(this.labels)} ${total}`)
  }
}

function printLabels(labels: Labels): string {
  const names = Object.keys(labels)
  if (names.length === 0) return ''
  return `{${names.map((name) => `${name}="${escapeLabel(labels[name] as string)}"`).join(',')}}`
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

/** Instruments that nobody reads, for tests and runs without a metrics page: counters count, everything else does nothing. */
export function nullMetrics(): MetricGroup {
  const group: MetricGroup = {
    group: () => group,
    counter: () => new CounterInstrument({}),
    gauge: () => {},
    histogram: () => ({ record: () => {} }),
  }
  return group
}
