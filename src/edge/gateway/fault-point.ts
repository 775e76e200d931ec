/**
 * Dying at a chosen moment, for the tests of crashes: `MILLRACE_FAULT_POINT=durable:3` kills the process when it passes `durable` the third
 * time. Points lie in the engine's thread, around a commit, and in the storage worker, around a transaction.
 */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import { FAULT_POINTS, type FaultPoint } from '../../engine-lite/runtime/engine-options.js'
import { STORAGE_FAULT_POINTS, type StorageDeath } from '../../engine-lite/state/storage-faults.js'

export interface ChosenDeath {
  readonly faultPoint?: FaultPoint
  readonly storageDeath?: StorageDeath
}

/** @throws MillraceError C0011 for a text that names no point */
export function deathAt(text: string | undefined): ChosenDeath {
  if (text === undefined) return {}
  const match = /^([a-z]+):(\d+)$/.exec(text)
  const nth = Number(match?.[2])
  const storagePoint = STORAGE_FAULT_POINTS.find((name) => name === match?.[1])
  if (storagePoint !== undefined) return { storageDeath: { point: storagePoint, nth } }
  const point = FAULT_POINTS.find((name) => name === match?.[1])
  if (point !== undefined) return { faultPoint: dieAt(point, nth) }
  throw new MillraceError('C0011', `MILLRACE_FAULT_POINT takes point:n, not \`${text}\``, {
    detail: [`points: ${[...FAULT_POINTS, ...STORAGE_FAULT_POINTS].join(', ')}`],
  })
}

function dieAt(point: string, nth: number): FaultPoint {
  let left = nth
  return (name) => {
    if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
