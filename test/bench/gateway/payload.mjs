/** The reading every figure is about, and J: what parsing it costs on this machine, now. */

/** 92 bytes, as in the unit's definition. */
export const PAYLOAD_P = '{"deviceId":"dev-0042","ts":1690000000000,"temperature":21.53,"humidity":40.1,"status":"ok"}'

export const START_MS = 1_690_000_000_000

/** Reading `round` of device `n`: one per second of event time, values that sum exactly (quarters). */
export function reading(n, round) {
  return { deviceId: `dev-${String(n).padStart(4, '0')}`, ts: START_MS + round * 1_000, temperature: 20 + ((n + round) % 40) / 4 }
}

export function payloadText({ deviceId, ts, temperature }) {
  return `{"deviceId":"${deviceId}","ts":${ts},"temperature":${temperature.toFixed(2)},"humidity":40.1,"status":"ok"}`
}

/** Microseconds of one JSON.parse of P: median of 9 runs. */
export function measureJ() {
  const runs = []
  for (let run = 0; run < 9; run += 1) {
    const started = process.hrtime.bigint()
    let sum = 0
    for (let i = 0; i < 100_000; i += 1) sum += JSON.parse(PAYLOAD_P).temperature
    if (sum < 0) throw new Error('unreachable, keeps the loop alive')
    runs.push(Number(process.hrtime.bigint() - started) / 1e3 / 100_000)
  }
  return median(runs)
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
