/** Being told to stop: Ctrl-C, SIGTERM, or the end of the process that started this one as its child. */

/** Resolves with the name of the first one. A second Ctrl-C ends the process at once. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name))
    if (process.send) process.once('disconnect', () => resolve('disconnect'))
  })
}
