/** What the errors of PostgreSQL mean to who uses a store. */
import { type StoreCode, StoreError } from './store.js';

/** Whether a statement commits: a COMMIT, or a writing statement that is a transaction of its own. */
export type Committing = 'now' | 'nothing';

/** Five characters, as PostgreSQL writes them: none of its classes begins with E, but `EPIPE` and `EBUSY` of Node do. */
const SQL_STATE = /^(?!E)[0-9A-Z]{5}$/u;

/** The error's SQLSTATE; undefined when the connection failed before the server could answer. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof StoreError ? error.cause : error;
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && SQL_STATE.test(code) ? code : undefined;
}

/** Whether the connection on which the error came is gone, or in a state nobody knows. */
export function isConnectionLost(error: unknown): boolean {
  return meaningOf(sqlStateOf(error)).isLost;
}

/** A driver's error as a StoreError. */
export function storeErrorOf(error: unknown, committing: Committing): StoreError {
  if (error instanceof StoreError) return error;
  const state = sqlStateOf(error);
  const { code, retryable, isLost } = meaningOf(state);
  const text = error instanceof Error ? error.message : String(error);
  return new StoreError(code, state === undefined ? text : `${text} (${state})`, {
    // The server may have committed and died, or the network, before we heard of it.
    mayHaveActed: isLost && committing === 'now',
    retryable,
    cause: error,
  });
}

interface Meaning {
  readonly code: StoreCode;
  readonly retryable: boolean;
  /** Whether the connection is gone, and with it the answer to what was last asked. */
  readonly isLost: boolean;
}

/** @see PostgreSQL documentation, Appendix A, "PostgreSQL Error Codes". */
function meaningOf(state: string | undefined): Meaning {
  const gone = { code: 'unavailable', retryable: true, isLost: true } as const;
  if (state === undefined) return gone;
  switch (state) {
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '55P03': // lock_not_available: somebody held the organisation for too long
      return { code: 'conflict', retryable: true, isLost: false };
    case 'XX001': // data_corrupted
    case 'XX002': // index_corrupted
      return { code: 'corrupt', retryable: false, isLost: false };
    case '25006': // read_only_sql_transaction: a stand-by that will be, or was, the primary
    case '57014': // query_canceled
      return { code: 'unavailable', retryable: true, isLost: false };
    case '25P03': // idle_in_transaction_session_timeout
    case '57P01': // admin_shutdown
    case '57P02': // crash_shutdown
    case '57P03': // cannot_connect_now
    case '57P05': // idle_session_timeout
      return gone;
    default:
      // 08: connection exception, 53: insufficient resources.
      if (state.startsWith('08')) return gone;
      return { code: 'unavailable', retryable: state.startsWith('53'), isLost: false };
  }
}
