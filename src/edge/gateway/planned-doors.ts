/** Doors for planning without a gateway: they have names and nothing behind them. `validate` and `explain` need no more. */
import { MillraceError } from '../../engine-lite/contract/errors/index.js'
import { type Door, MqttDoors } from '../mqtt/doors.js'

export const DOOR_NAMES = ['embedded', 'external'] as const

/** A plan over these cannot be started. */
export function plannedDoors(names: readonly string[]): MqttDoors {
  const doors = new MqttDoors()
  for (const name of names) doors.add(name, PLANNED_DOOR)
  return doors
}

const PLANNED_DOOR: Door = {
  start: () => Promise.reject(new MillraceError('R0001', 'a door made for planning cannot be started')),
  stop: () => Promise.resolve(),
  status: () => ({
    kind: 'broker',
    state: 'stopped',
    address: undefined,
    connections: 0,
    filters: [],
    paused: false,
    counters: {},
    trouble: undefined,
  }),
  bind: () => () => {},
  pause: () => {},
  resume: () => {},
}
