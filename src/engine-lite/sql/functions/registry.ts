/** Built-in functions by name. */
import { ARITHMETIC_FUNCTIONS } from './arithmetic.js'
import { ARRAY_FUNCTIONS } from './array.js'
import { COLLECTION_FUNCTIONS } from './collection.js'
import { COMPARISON_FUNCTIONS } from './comparison.js'
import { CONDITIONAL_FUNCTIONS } from './conditional.js'
import type { ScalarFunction } from './definition.js'
import { JSON_STRING } from './json/construct.js'
import { JSON_QUERY_FUNCTIONS } from './json/query.js'
import { JSON_TEXT_FUNCTIONS } from './json/text.js'
import { LOGICAL_FUNCTIONS } from './logical.js'
import { MAP_FUNCTIONS } from './map.js'
import { MATH_FUNCTIONS } from './math.js'
import { MISC_FUNCTIONS } from './misc.js'
import { BASIC_STRING_FUNCTIONS } from './string/basic.js'
import { ENCODE_FUNCTIONS } from './string/encode.js'
import { LIKE_FUNCTIONS } from './string/like.js'
import { NET_FUNCTIONS } from './string/net.js'
import { REGEX_FUNCTIONS } from './string/regex.js'
import { URL_FUNCTIONS } from './string/url.js'
import { CONVERT_FUNCTIONS } from './temporal/convert.js'
import { CURRENT_FUNCTIONS } from './temporal/current.js'
import { DIFFERENCE_FUNCTIONS } from './temporal/difference.js'
import { EXTRACT_FUNCTIONS } from './temporal/extract.js'
import { TO_TIMESTAMP_LTZ } from './temporal/to-ltz.js'

const FAMILIES: readonly (readonly ScalarFunction[])[] = [
  COMPARISON_FUNCTIONS,
  LOGICAL_FUNCTIONS,
  ARITHMETIC_FUNCTIONS,
  CONDITIONAL_FUNCTIONS,
  MATH_FUNCTIONS,
  BASIC_STRING_FUNCTIONS,
  LIKE_FUNCTIONS,
  REGEX_FUNCTIONS,
  ENCODE_FUNCTIONS,
  EXTRACT_FUNCTIONS,
  DIFFERENCE_FUNCTIONS,
  CURRENT_FUNCTIONS,
  CONVERT_FUNCTIONS,
  [TO_TIMESTAMP_LTZ],
  COLLECTION_FUNCTIONS,
  ARRAY_FUNCTIONS,
  MAP_FUNCTIONS,
  NET_FUNCTIONS,
  URL_FUNCTIONS,
  JSON_QUERY_FUNCTIONS,
  JSON_TEXT_FUNCTIONS,
  [JSON_STRING],
  MISC_FUNCTIONS,
]

const FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(FAMILIES.flat().map((fn) => [fn.name, fn]))

/** The built-in function or operator of that name (upper case), or undefined. */
export function findFunction(name: string): ScalarFunction | undefined {
  return FUNCTIONS.get(name)
}

/** The names that can be called, for "did you mean" and the compatibility page. */
export function functionNames(): readonly string[] {
  return [...FUNCTIONS.keys()].filter((name) => /^[A-Z]\w*$/.test(name)).sort()
}
