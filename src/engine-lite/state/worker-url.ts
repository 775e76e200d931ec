/** Where the entry of the storage worker lies: `storage-worker.mjs` beside the bundle, or the TypeScript source in development. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** @param here URL of the module that asks, `import.meta.url` */
export function storageWorkerUrl(here: string = import.meta.url): URL {
  if (!here.endsWith('.ts')) return new URL('./storage-worker.mjs', here)
  // A worker does not inherit the loader that runs this source: it is started by a few lines that register one.
  const loader = pathToFileURL(
    createRequire(here)
      .resolve('tsx/esm/api')
      .replace(/\.cjs$/, '.mjs'),
  ).href
  const entry = new URL('./storage-worker.ts', here).href
  const source = `import { register } from '${loader}'; register(); await import('${entry}')`
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`)
}
