/** Assertions that stay on in production: what they guard must never happen, and going on would be worse than stopping. */
import { MillraceError } from '../contract/errors/index.js'

/** @throws MillraceError R0001 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new MillraceError('R0001', message)
}

/** Marks a place that types say is never reached. @throws MillraceError R0001 */
export function unreachable(value: never): never {
  throw new MillraceError('R0001', `unexpected value ${String(value)}`)
}
