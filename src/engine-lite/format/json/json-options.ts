/** Options of Flink's json format for reading. */
import { MillraceError } from '../../contract/errors/index.js'
import type { OptionSpec } from '../../contract/format.js'
import type { JsonOptions } from './field-readers.js'

export const JSON_DECODE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'ignore-parse-errors',
    help: 'A bad field reads as NULL and a payload that is no JSON object is skipped, instead of becoming a dead letter.',
    default: 'false',
    type: 'boolean',
  },
  {
    name: 'fail-on-missing-field',
    help: 'A payload without one of the columns is an error instead of NULL.',
    default: 'false',
    type: 'boolean',
  },
  {
    name: 'timestamp-format.standard',
    help: 'Form of TIMESTAMP texts: SQL is `2024-02-29 10:11:12.123`, ISO-8601 is `2024-02-29T10:11:12.123`; with local time zone both end in Z.',
    default: 'SQL',
    values: ['SQL', 'ISO-8601'],
  },
]

/** @throws MillraceError E0209 where two options contradict each other */
export function jsonOptions(options: ReadonlyMap<string, string>): JsonOptions {
  const ignoreParseErrors = options.get('ignore-parse-errors')?.toLowerCase() === 'true'
  const failOnMissingField = options.get('fail-on-missing-field')?.toLowerCase() === 'true'
  if (ignoreParseErrors && failOnMissingField) {
    throw new MillraceError('E0209', '`json.ignore-parse-errors` and `json.fail-on-missing-field` are both true', {
      hint: 'a missing field is a parse error: keep one of the two',
    })
  }
  const timestampStandard = options.get('timestamp-format.standard')?.toUpperCase() === 'ISO-8601' ? 'ISO-8601' : 'SQL'
  return { ignoreParseErrors, failOnMissingField, timestampStandard }
}
