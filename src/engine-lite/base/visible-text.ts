/** Text of others (payloads, files, names) on its way to a terminal. */

const PICTURES = 0x2400

/**
 * Control characters as pictures (`␛`), so that a payload cannot drive the terminal of whoever looks at it; line breaks and tabs stay.
 * One character for one, so that positions stay true.
 */
export function visibleText(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, (control) => {
    const code = control.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(PICTURES + code) : code === 0x7f ? '\u2421' : '\ufffd'
  })
}
