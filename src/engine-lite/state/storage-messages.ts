/** Messages between the engine's thread and the storage worker. Bytes are transferred, never copied; calls are answered in order. */
import { type ErrorCode, MillraceError } from '../contract/errors/index.js'
import type { CommitId } from '../contract/sink.js'
import type { OutboxQuery, OutboxStats, Recovered, StoredDeadLetter } from '../contract/storage.js'

export type StorageRequest =
  | { readonly call: 'open' | 'outboxStats' | 'close' }
  | {
      readonly call: 'commit'
      readonly id: CommitId
      readonly sealedAtMs: number
      readonly keepFromId: CommitId
      readonly body: Uint8Array
      readonly parts: Uint8Array
    }
  | { readonly call: 'readOutbox'; readonly query: OutboxQuery }
  | { readonly call: 'deleteOutbox'; readonly refs: Uint8Array }
  | { readonly call: 'dropOutbox'; readonly destination: string; readonly bytes: number; readonly which: 'oldest' | 'newest' }
  | { readonly call: 'readDeadLetters'; readonly limit: number }

/** What a call answers with. */
export type StorageValue = Recovered | number | Uint8Array | readonly OutboxStats[] | readonly StoredDeadLetter[] | undefined

export type StorageReply =
  | { readonly ok: true; readonly value: StorageValue }
  /** `body`: of a commit that failed, given back so that the frame can be tried again. */
  | { readonly ok: false; readonly error: PlainError; readonly body?: Uint8Array }

/** An error as data: classes do not cross threads. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly detail: readonly string[]
  readonly hint: string | undefined
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof MillraceError) return { code: error.code, message: error.message, detail: error.detail, hint: error.hint }
  return { code: 'R0001', message: String(error), detail: error instanceof Error ? [error.stack ?? ''] : [], hint: undefined }
}

export function fromPlainError({ code, message, detail, hint }: PlainError): MillraceError {
  return new MillraceError(code, message, { detail, ...(hint === undefined ? {} : { hint }) })
}
