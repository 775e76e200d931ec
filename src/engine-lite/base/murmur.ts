/** Murmur hashes. */

/**
 * MurmurHash2, 32 bit, with the seed Kafka's Java client uses: its default partitioner places a key by this value, so records we place
 * ourselves land where a Java producer would put them.
 * Source of semantics: Kafka's `Utils.murmur2`.
 *
 * @returns a signed 32-bit integer
 * @example
 * murmur2(new TextEncoder().encode('foobar')) // -790332482
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const mix = 0x5bd1e995
  let hash = 0x9747b28c ^ length
  const wholeWords = length - (length % 4)
  for (let at = 0; at < wholeWords; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, mix)
    word ^= word >>> 24
    word = Math.imul(word, mix)
    hash = Math.imul(hash, mix) ^ word
  }
  const rest = length - wholeWords
  if (rest === 3) hash ^= bytes[wholeWords + 2]! << 16
  if (rest >= 2) hash ^= bytes[wholeWords + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ bytes[wholeWords]!, mix)
  hash ^= hash >>> 13
  hash = Math.imul(hash, mix)
  return hash ^ (hash >>> 15)
}
