/** Which code of the catalogue explains a dead letter: so that a reason on the status page can be looked up. */
import type { DeadLetterReason } from '../operator.js'
import type { ErrorCode } from './catalogue.js'

export const DEAD_LETTER_CODES: Readonly<Record<DeadLetterReason, ErrorCode>> = {
  decode: 'R0102',
  expression: 'R0101',
  'null-rowtime': 'R0103',
  late: 'R0104',
  future: 'R0105',
  'key-limit': 'R0106',
  'not-null': 'R0107',
  'too-large': 'R0102',
  'uplink-refused': 'K0104',
  overflow: 'K0106',
}
