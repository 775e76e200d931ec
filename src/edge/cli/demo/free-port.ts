/** A port of this machine that nobody listens on. */
import { type AddressInfo, createServer } from 'node:net'

export interface ChosenPort {
  readonly port: number
  /** Set where the preferred port is taken. */
  readonly insteadOf: number | undefined
}

/** The preferred port if it is free, else one that the system chooses; 0 prefers none. */
export async function freePort(preferred: number): Promise<ChosenPort> {
  const port = await tryPort(preferred)
  if (port !== undefined) return { port, insteadOf: undefined }
  return { port: (await tryPort(0))!, insteadOf: preferred }
}

/** The port that was bound for a moment, or undefined where it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const bound = (server.address() as AddressInfo).port
      server.close(() => resolve(bound))
    })
  })
}
