/** The terminal: data goes to stdout, everything said about it to stderr. */
import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

export interface Terminal {
  /** A line of data. */
  out(line: string): void
  /** A line for people. */
  say(line: string): void
  /** Styles text for stderr where that is a terminal that wants colour. */
  paint(style: Style, text: string): string
  /** The same for stdout. */
  paintData(style: Style, text: string): string
  readonly colour: boolean
}

export function processTerminal(): Terminal {
  const colourOut = wantsColour(process.stdout)
  const colourErr = wantsColour(process.stderr)
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    paint: (style, text) => (colourErr ? styleText(style, text, { validateStream: false }) : text),
    paintData: (style, text) => (colourOut ? styleText(style, text, { validateStream: false }) : text),
    colour: colourErr,
  }
}

/** https://no-color.org: any value but the empty one turns colour off. */
function wantsColour(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '') return false
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}
