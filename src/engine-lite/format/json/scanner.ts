/**
 * The compiled byte scanner: for the columns a query uses, a function is generated that walks the payload in the receive buffer once,
 * compares names byte by byte, and reads flat fields where they stand. Whatever is unusual (an escape, an exponent, more digits than a
 * double holds, a string where a number is wanted, anything malformed) makes it give up before it has changed anything; the general path
 * then decides. So its results are those of the general path, only sooner.
 *
 * Numbers: up to 15 digits m with d behind the point are m / 10^d, which is the correctly rounded double (both operands are exact).
 */
import type { Row } from '../../contract/row.js'
import { asciiText, ByteIntern, HASH_PRIME, HASH_SEED } from '../byte-intern.js'
import { skipValue, stringEnd } from './byte-skip.js'
import { conversionOf, type JsonOptions, type RowField } from './field-readers.js'

/** Appends the row of `bytes[start, end)` to `into` and returns true, or returns false and leaves it to the general path. */
export type Scan = (bytes: Uint8Array, start: number, end: number, into: Row[]) => boolean

/** More columns than this are not worth a generated function. */
const COLUMNS_MAX = 100
/** Bits of the set of fields seen. */
const MISSING_FIELDS_MAX = 30

const BLANKS = 'while(c===32||c===10||c===13||c===9)c=b[++i];'

/** Undefined where a column needs the general path anyway (nested types, too many). */
export function compileScanner(fields: readonly RowField[], options: JsonOptions): Scan | undefined {
  const used = fields.map((field, at) => ({ field, at })).filter(({ field }) => field.read !== false)
  if (used.length > COLUMNS_MAX || (options.failOnMissingField && used.length > MISSING_FIELDS_MAX)) return undefined
  const conversions: ((text: string, token: 'string') => unknown)[] = []
  const cases = new Map<number, string>()
  const encoder = new TextEncoder()
  for (const [bit, { field, at }] of used.entries()) {
    const value = valueCode(field, at, conversions, options)
    if (value === undefined) return undefined
    const name = encoder.encode(field.name)
    const test = Array.from(name, (byte, n) => `b[k${n === 0 ? '' : `+${n}`}]===${byte}`).join('&&') || 'true'
    const seen = options.failOnMissingField ? `seen|=${1 << bit};` : ''
    cases.set(name.length, `${cases.get(name.length) ?? ''}if(${test}){${value}${seen}break field}\n`)
  }
  const all = options.failOnMissingField ? (1 << used.length) - 1 : 0
  const source = scannerCode(fields, cases, all)
  const bind = new Function('skip', 'stringEnd', 'intern', 'utf8', 'ascii', 'P10', 'convert', source) as (...helpers: unknown[]) => Scan
  return bind(skipValue, stringEnd, new ByteIntern(), utf8Text, asciiText, POWERS_OF_TEN, conversions)
}

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, n) => 10 ** n)
const decoder = new TextDecoder()

function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

function scannerCode(fields: readonly RowField[], cases: ReadonlyMap<number, string>, allSeen: number): string {
  const locals = fields.map((field, at) => (field.read === false ? '' : `,v${at}=null`)).join('')
  const row = fields.map((field, at) => (field.read === false ? 'null' : `v${at}`)).join(',')
  const branches = Array.from(cases, ([length, code]) => `case ${length}:\n${code}break;\n`).join('')
  return `'use strict';
return function scan(b,i,end,into){
let c=b[i],seen=0,s=0,n=0,m=0,d=0,h=0${locals};
let neg=false;
${BLANKS}
if(c!==123)return false;
c=b[++i];${BLANKS}
if(c===125)i++;
else for(;;){
if(c!==34)return false;
const k=++i;
while((c=b[i])!==34){if(!(c>31&&c<127&&c!==92))return false;i++}
n=i-k;
c=b[++i];${BLANKS}
if(c!==58)return false;
c=b[++i];${BLANKS}
field:{
switch(n){
${branches}}
i=skip(b,i,1);
if(i===-1)return false;
}
c=b[i];${BLANKS}
if(c===44){c=b[++i];${BLANKS}continue}
if(c===125){i++;break}
return false;
}
while(i<end&&((c=b[i])===32||c===10||c===13||c===9))i++;
if(i!==end||seen!==${allSeen})return false;
into.push([${row}]);
return true;
}`
}

/** Code that reads the value at `i`, whose first byte is `c`, into the local of the column, and leaves `i` behind it. */
function valueCode(
  field: RowField,
  at: number,
  conversions: ((text: string, token: 'string') => unknown)[],
  options: JsonOptions,
): string | undefined {
  const target = `v${at}`
  const type = field.type
  const orNull = (code: string) => `if(c===110){${literalCode('null', target, 'null')}}else ${code}`
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return orNull(`{${stringCode(target)}}`)
    case 'BOOLEAN':
      return orNull(
        `if(c===116){${literalCode('true', target, 'true')}}else if(c===102){${literalCode('false', target, 'false')}}else return false;`,
      )
    case 'DOUBLE':
      return orNull(`{${numberCode(15)}${target}=neg?-m:m;}`)
    case 'FLOAT':
      return orNull(`{${numberCode(15)}${target}=Math.fround(neg?-m:m);}`)
    case 'TINYINT':
      return orNull(`{${integerCode(target, '128', false)}}`)
    case 'SMALLINT':
      return orNull(`{${integerCode(target, '32768', false)}}`)
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return orNull(`{${integerCode(target, '2147483648', true)}}`)
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return orNull(`{${integerCode(target, '9007199254740991', true)}}`)
    case 'DECIMAL':
      return orNull(`{${decimalCode(target, type.precision, type.scale)}}`)
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'BINARY':
    case 'VARBINARY': {
      const index = conversions.push(conversionOf(type, field.name, options.timestampStandard)) - 1
      return orNull(`{${textCode(target, index)}}`)
    }
    default:
      return undefined
  }
}

function literalCode(word: string, target: string, value: string): string {
  const test = Array.from(word, (char, n) => `b[i+${n}]===${char.charCodeAt(0)}`)
    .slice(1)
    .join('&&')
  return `if(!(${test}))return false;i+=${word.length};${target}=${value};`
}

/** A string that is a text: interned when all bytes are below 128, else checked to be UTF-8. */
function stringCode(target: string): string {
  return `if(c!==34)return false;
s=++i;h=${HASH_SEED};
while((c=b[i])<128&&c!==34&&c!==92){h=Math.imul(h^c,${HASH_PRIME});i++}
if(c===34){${target}=intern.ascii(b,s,i,h)}
else{i=stringEnd(b,i);if(i===-1||i>end)return false;${target}=utf8(b,s,i)}
i++;`
}

/** A string of a form: date, time, base64. */
function textCode(target: string, index: number): string {
  return `if(c!==34)return false;
s=++i;
while((c=b[i])<128&&c!==34&&c!==92)i++;
if(c!==34||i>end)return false;
${target}=convert[${index}](ascii(b,s,i),'string');
if(${target}===undefined)return false;
i++;`
}

/** Sign into `neg`, digits into `m`, their number into `n` and, of the fraction, `d`. Gives up on exponents and leading zeros. */
function digitsCode(digitsMax: number): string {
  return `neg=c===45;if(neg)c=b[++i];
if(!(c>47&&c<58))return false;
s=i;m=0;d=0;
if(c===48){c=b[++i];if(c>47&&c<58)return false}
else do{m=m*10+(c-48);c=b[++i]}while(c>47&&c<58);
n=i-s;
if(c===46){s=i+1;c=b[s];i=s;if(!(c>47&&c<58))return false;do{m=m*10+(c-48);c=b[++i]}while(c>47&&c<58);d=i-s;n+=d}
if(c===101||c===69||n>${digitsMax})return false;
`
}

function numberCode(digitsMax: number): string {
  return `${digitsCode(digitsMax)}if(d!==0)m=m/P10[d];
`
}

/** @param bound the largest magnitude, reached by negative values only (or, for BIGINT, the largest safe integer) */
function integerCode(target: string, bound: string, fractions: boolean): string {
  const whole = fractions ? 'if(d!==0){if(n>15)return false;m=Math.trunc(m/P10[d])}\n' : 'if(d!==0)return false;\n'
  const positive = bound === '9007199254740991' ? bound : `${bound}-1`
  return `${digitsCode(16)}${whole}if(m>(neg?${bound}:${positive}))return false;${target}=neg?0-m:m;`
}

/** The unscaled value while it is a safe integer and nothing must be rounded. */
function decimalCode(target: string, precision: number, scale: number): string {
  const limit = precision < 16 ? `m>=${10 ** precision}` : 'false'
  return `${digitsCode(15)}if(d>${scale}||${scale}-d>22)return false;
m=m*P10[${scale}-d];
if(m>9007199254740991||${limit})return false;
${target}=neg?0-m:m;`
}
