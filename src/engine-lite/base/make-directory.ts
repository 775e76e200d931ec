/** Making a directory and those above it, one at a time. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * As `mkdirSync(path, { recursive: true })`, which never returns where the file system answers ENOENT although the parent is there
 * (below /proc, some network and user-space mounts): here that is an error like any other.
 *
 * @throws the system's error
 */
export function makeDirectory(path: string, mode?: number): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeDirectory(parent, mode)
  try {
    mkdirSync(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
