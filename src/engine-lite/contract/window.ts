/** Windows as data; times in ms. Assignment: Flink's TimeWindow.getWindowStartWithOffset. */

export type WindowSpec =
  | { readonly kind: 'tumble'; readonly sizeMs: number; readonly offsetMs: number }
  /** A row lies in every window [s, s + size) with s = offset + k · slide. */
  | { readonly kind: 'hop'; readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number }
