export { CATALOGUE, type ErrorCode, type ErrorEntry } from './catalogue.js'
export { type ErrorDetails, MillraceError, MillraceErrors, type Place, type Span } from './error.js'
