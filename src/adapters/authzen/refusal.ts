/** Why a request, or one item of a batch, is refused before anything is decided. */

/** A status and a sentence. */
export interface Refusal {
  readonly ok: false;
  readonly status: 400 | 403;
  readonly message: string;
}

/** What is malformed, by the JSON Pointer to it. */
export function malformed(pointer: string, message: string): Refusal {
  return { ok: false, status: 400, message: `${pointer}: ${message}` };
}

/** What this caller may not do. */
export function forbidden(message: string): Refusal {
  return { ok: false, status: 403, message };
}
