/**
 * The closed list of error codes. Each area keeps its own file; this one joins them. The documentation page of errors and
 * `millrace error CODE` are generated from here.
 */
import { CONFIG_ERRORS } from './config.js'
import { MQTT_ERRORS } from './mqtt.js'
import { RUNTIME_ERRORS } from './runtime.js'
import { SQL_ERRORS } from './sql.js'
import { STORAGE_ERRORS } from './storage.js'
import { UPLINK_ERRORS } from './uplink.js'

export interface ErrorEntry {
  /** One line: what this code means. */
  readonly title: string
  /** A short paragraph: when it is raised and what to do about it. */
  readonly help: string
  readonly retriable: boolean
}

export const CATALOGUE = {
  ...SQL_ERRORS,
  ...CONFIG_ERRORS,
  ...RUNTIME_ERRORS,
  ...STORAGE_ERRORS,
  ...UPLINK_ERRORS,
  ...MQTT_ERRORS,
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof CATALOGUE
