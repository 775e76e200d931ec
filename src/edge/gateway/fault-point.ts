/** Dying at a chosen moment, for the tests of crashes: `MILLRACE_FAULT_POINT=durable:3` kills the process when it passes `durable` the third time. */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import { FAULT_POINTS, type FaultPoint, NO_FAULTS } from '../../engine-lite/runtime/engine-options.js'

/** @throws MillraceError C0011 for a text that names no point */
export function faultPointOf(text: string | undefined): FaultPoint {
  if (text === undefined) return NO_FAULTS
  const match = /^([a-z]+):(\d+)$/.exec(text)
  const point = FAULT_POINTS.find((name) => name === match?.[1])
  if (match === null || point === undefined) {
    throw new MillraceError('C0011', `MILLRACE_FAULT_POINT takes point:n, not \`${text}\``, {
      detail: [`points: ${FAULT_POINTS.join(', ')}`],
    })
  }
  let left = Number(match[2])
  return (name) => {
    if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
