/** What was sent, read without the product's own code. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SentRecord } from './arrived.js'
import { RESULTS_TOPIC } from './pipeline.js'

export interface CrashUplink {
  /** What stands below `uplink:` in the configuration. */
  readonly config: string
  /** Everything so far, in the order of the log. */
  read(): Promise<SentRecord[]>
}

/** The stand-in: one file per topic, a line per record. */
export function fileUplink(dir: string): CrashUplink {
  const cloud = join(dir, 'cloud')
  const file = join(cloud, `${RESULTS_TOPIC}.jsonl`)
  return {
    config: `file: ${cloud}`,
    async read() {
      if (!existsSync(file)) return []
      const text = readFileSync(file, 'utf8')
      // Complete lines only: the last one may still be on its way.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
      return whole.filter((line) => line !== '').map((line) => JSON.parse(line) as SentRecord)
    },
  }
}
