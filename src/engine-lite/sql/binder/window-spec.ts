/** The limits Flink puts on windows. Source: Flink's SliceAssigners and the legacy LogicalWindowAggregateRule. */
import type { Span } from '../../contract/errors/index.js'
import type { WindowSpec } from '../../contract/window.js'
import { fail } from './context.js'

/** @throws MillraceError E0213 */
export function tumble(sizeMs: number, offsetMs: number, span: Span): WindowSpec {
  positive('size', sizeMs, span)
  if (Math.abs(offsetMs) >= sizeMs)
    fail('E0213', `the offset of a TUMBLE window is smaller than its size: ${offsetMs} ms, ${sizeMs} ms`, span)
  return { kind: 'tumble', sizeMs, offsetMs }
}

/**
 * @param wholeSlides the table function needs size = n × slide, the legacy form takes any
 * @throws MillraceError E0213
 */
export function hop(sizeMs: number, slideMs: number, offsetMs: number, wholeSlides: boolean, span: Span): WindowSpec {
  positive('size', sizeMs, span)
  positive('slide', slideMs, span)
  if (wholeSlides && sizeMs % slideMs !== 0) {
    fail('E0213', `the size of a HOP window is a multiple of its slide: ${sizeMs} ms is none of ${slideMs} ms`, span, {
      hint: 'HOP takes the slide first, then the size',
    })
  }
  if (Math.abs(offsetMs) >= slideMs)
    fail('E0213', `the offset of a HOP window is smaller than its slide: ${offsetMs} ms, ${slideMs} ms`, span)
  return { kind: 'hop', sizeMs, slideMs, offsetMs }
}

function positive(what: string, ms: number, span: Span): void {
  if (ms <= 0) fail('E0213', `the ${what} of a window is positive, not ${ms} ms`, span)
}
