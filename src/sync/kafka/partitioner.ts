/**
 * Which partition a record goes to. Chosen here and sent explicitly, so that a re-send lands in the same partition, and the same as a
 * Java producer's (Kafka's default partitioner): murmur2 of the key, sign bit cleared, modulo the number of partitions.
 */
import { murmur2 } from '../../engine-lite/base/murmur.js'

/**
 * @param key of the record, as bytes
 * @param partitionCount of the topic, at least 1
 */
export function partitionOf(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}
