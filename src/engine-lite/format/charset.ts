/** The character sets every Java has, by name. What cannot be decoded becomes a replacement character, as in `new String(bytes, charset)`. */

export interface Charset {
  decode(bytes: Uint8Array): string
}

/** Case does not matter. */
export function charsetNamed(name: string): Charset | undefined {
  switch (name.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return UTF8
    case 'ISO-8859-1':
    case 'LATIN1':
      return singleByte(0xff, '')
    case 'US-ASCII':
    case 'ASCII':
      return singleByte(0x7f, '\ufffd')
    case 'UTF-16BE':
      return utf16(false, false)
    case 'UTF-16LE':
      return utf16(true, false)
    case 'UTF-16':
      return utf16(false, true)
    default:
      return undefined
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const UTF8: Charset = { decode: (bytes) => decoder.decode(bytes) }

function singleByte(max: number, beyond: string): Charset {
  return {
    decode(bytes) {
      let text = ''
      for (const byte of bytes) text += byte <= max ? String.fromCharCode(byte) : beyond
      return text
    },
  }
}

/** @param marked a byte order mark decides when reading (big-endian without one), as Java's `UTF-16` */
function utf16(little: boolean, marked: boolean): Charset {
  return {
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let order = little
      let at = 0
      if (marked && bytes.length >= 2) {
        const mark = view.getUint16(0)
        if (mark === 0xfeff || mark === 0xfffe) {
          order = mark === 0xfffe
          at = 2
        }
      }
      let text = ''
      for (; at + 1 < bytes.length; at += 2) text += String.fromCharCode(view.getUint16(at, order))
      return at < bytes.length ? `${text}\ufffd` : text
    },
  }
}
