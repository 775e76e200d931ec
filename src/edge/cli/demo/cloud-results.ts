/** Results as a reader of the cloud sees them: the newest version of every key. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readNewestByKey } from '../../../sync/file/read-newest.js'
import type { DeviceWindow } from './proof.js'

export const DEVICE_WINDOWS_TOPIC = 'device-windows'

export async function readDeviceWindows(cloudDir: string): Promise<DeviceWindow[]> {
  const path = join(cloudDir, `${DEVICE_WINDOWS_TOPIC}.jsonl`)
  if (!existsSync(path)) return []
  const windows: DeviceWindow[] = []
  for (const { value } of (await readNewestByKey(path)).values()) if (value !== null) windows.push(toWindow(value))
  return windows
}

/** A row of `config/pipelines/device_windows`; TIMESTAMP without zone is UTC there. */
function toWindow(json: string): DeviceWindow {
  const row = JSON.parse(json) as Record<string, string | number>
  return {
    device: String(row.device),
    windowStartMs: Date.parse(`${row.window_start}Z`),
    readings: Number(row.readings),
    seqSum: Number(row.seq_sum),
  }
}
