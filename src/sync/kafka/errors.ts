/**
 * From Kafka's numeric error codes to what the shipper does about them. By number, since client libraries lag behind: the one in use
 * does not know 89 and 90.
 * Source of semantics: Kafka's `Errors` (https://kafka.apache.org/protocol#protocol_error_codes).
 */
import type { FailureClass, FailureScope } from './port.js'

export interface KafkaErrorVerdict {
  /** Kafka's name of the code. */
  readonly name: string
  readonly class: FailureClass
  readonly scope: FailureScope
  /** The records may be stored in spite of the error. */
  readonly outcomeUnknown: boolean
}

type Entry = readonly [code: number, name: string, reaction: FailureClass, scope: FailureScope, outcomeUnknown?: 'maybe-stored']

const ENTRIES: readonly Entry[] = [
  [-1, 'UNKNOWN_SERVER_ERROR', 'recycle', 'partition', 'maybe-stored'],
  [2, 'CORRUPT_MESSAGE', 'recycle', 'partition'],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION', 'retry', 'topic'],
  [5, 'LEADER_NOT_AVAILABLE', 'retry', 'partition'],
  [6, 'NOT_LEADER_OR_FOLLOWER', 'retry', 'partition'],
  [7, 'REQUEST_TIMED_OUT', 'recycle', 'partition', 'maybe-stored'],
  [8, 'BROKER_NOT_AVAILABLE', 'retry', 'partition'],
  [9, 'REPLICA_NOT_AVAILABLE', 'retry', 'partition'],
  [10, 'MESSAGE_TOO_LARGE', 'split', 'partition'],
  [13, 'NETWORK_EXCEPTION', 'recycle', 'link', 'maybe-stored'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS', 'retry', 'link'],
  [15, 'COORDINATOR_NOT_AVAILABLE', 'retry', 'link'],
  [16, 'NOT_COORDINATOR', 'retry', 'link'],
  [17, 'INVALID_TOPIC_EXCEPTION', 'fatal', 'topic'],
  [18, 'RECORD_LIST_TOO_LARGE', 'split', 'partition'],
  [19, 'NOT_ENOUGH_REPLICAS', 'retry', 'partition'],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'recycle', 'partition', 'maybe-stored'],
  [21, 'INVALID_REQUIRED_ACKS', 'fatal', 'link'],
  [29, 'TOPIC_AUTHORIZATION_FAILED', 'pause', 'topic'],
  [31, 'CLUSTER_AUTHORIZATION_FAILED', 'pause', 'link'],
  [32, 'INVALID_TIMESTAMP', 'dead-letter', 'partition'],
  [33, 'UNSUPPORTED_SASL_MECHANISM', 'pause', 'link'],
  [34, 'ILLEGAL_SASL_STATE', 'pause', 'link'],
  [35, 'UNSUPPORTED_VERSION', 'fatal', 'link'],
  [41, 'NOT_CONTROLLER', 'retry', 'link'],
  [42, 'INVALID_REQUEST', 'fatal', 'link'],
  [43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'fatal', 'topic'],
  [44, 'POLICY_VIOLATION', 'dead-letter', 'partition'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'recycle', 'partition', 'maybe-stored'],
  // Only says that some batch with these sequence numbers is stored, not that this one is.
  [46, 'DUPLICATE_SEQUENCE_NUMBER', 'recycle', 'partition', 'maybe-stored'],
  [47, 'INVALID_PRODUCER_EPOCH', 'recycle', 'partition', 'maybe-stored'],
  [48, 'INVALID_TXN_STATE', 'recycle', 'link', 'maybe-stored'],
  [49, 'INVALID_PRODUCER_ID_MAPPING', 'recycle', 'link'],
  [51, 'CONCURRENT_TRANSACTIONS', 'retry', 'link'],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'pause', 'link'],
  [54, 'SECURITY_DISABLED', 'pause', 'link'],
  [55, 'OPERATION_NOT_ATTEMPTED', 'recycle', 'partition'],
  [56, 'KAFKA_STORAGE_ERROR', 'retry', 'partition', 'maybe-stored'],
  [58, 'SASL_AUTHENTICATION_FAILED', 'pause', 'link'],
  [59, 'UNKNOWN_PRODUCER_ID', 'recycle', 'partition', 'maybe-stored'],
  [60, 'REASSIGNMENT_IN_PROGRESS', 'retry', 'partition'],
  [61, 'DELEGATION_TOKEN_AUTH_DISABLED', 'pause', 'link'],
  [65, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED', 'pause', 'link'],
  [66, 'DELEGATION_TOKEN_EXPIRED', 'pause', 'link'],
  [67, 'INVALID_PRINCIPAL_TYPE', 'pause', 'link'],
  [72, 'LISTENER_NOT_FOUND', 'retry', 'partition'],
  [74, 'FENCED_LEADER_EPOCH', 'retry', 'partition'],
  [75, 'UNKNOWN_LEADER_EPOCH', 'retry', 'partition'],
  [76, 'UNSUPPORTED_COMPRESSION_TYPE', 'fatal', 'topic'],
  [87, 'INVALID_RECORD', 'dead-letter', 'partition'],
  [89, 'THROTTLING_QUOTA_EXCEEDED', 'retry', 'link'],
  [90, 'PRODUCER_FENCED', 'recycle', 'link', 'maybe-stored'],
  [100, 'UNKNOWN_TOPIC_ID', 'retry', 'topic'],
]

const VERDICTS: ReadonlyMap<number, KafkaErrorVerdict> = new Map(
  ENTRIES.map(([code, name, reaction, scope, outcome]) => [
    code,
    { name, class: reaction, scope, outcomeUnknown: outcome === 'maybe-stored' },
  ]),
)

/**
 * The verdict on a code. One that is not in the table gets the most careful answer: a new producer and the same rows again.
 *
 * @example
 * kafkaErrorVerdict(29) // { name: 'TOPIC_AUTHORIZATION_FAILED', class: 'pause', scope: 'topic', outcomeUnknown: false }
 */
export function kafkaErrorVerdict(code: number): KafkaErrorVerdict {
  return VERDICTS.get(code) ?? { name: `ERROR_${code}`, class: 'recycle', scope: 'partition', outcomeUnknown: true }
}

/** All codes of the table, ascending. */
export const KNOWN_KAFKA_CODES: readonly number[] = ENTRIES.map((entry) => entry[0])
