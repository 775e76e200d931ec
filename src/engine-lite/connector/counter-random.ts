/**
 * Chance by position: the n-th value of a stream is a hash of (seed, stream, n), so a generator that stopped after any row goes on with
 * the same values and keeps no state but the number of rows. The mixing step is the finaliser of MurmurHash3 (32 bit).
 */

/** Uniform 32 bits for draw `n` of a stream. */
export function bitsAt(seed: number, stream: number, n: number): number {
  const low = n | 0
  const high = Math.floor(n / 0x1_0000_0000) | 0
  return mix(mix(mix(seed ^ Math.imul(stream + 1, 0x9e37_79b9)) ^ high) ^ low) >>> 0
}

/** Uniform in [0, 1) with 53 bits. Uses draws 2n and 2n + 1 of the stream. */
export function unitAt(seed: number, stream: number, n: number): number {
  return ((bitsAt(seed, stream, 2 * n) >>> 5) * 67_108_864 + (bitsAt(seed, stream, 2 * n + 1) >>> 6)) / 9_007_199_254_740_992
}

function mix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}
