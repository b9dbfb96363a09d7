// @ts-check
// How the desk says no: a status of HTTP, a code for programs and a sentence for people.

/** A call that is refused. But for `desk_failed`, after which nobody knows, nothing of it was done. */
export class Refusal extends Error {
  /** @override */
  name = 'Refusal';
  /** @param {400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503} status @param {import('./setup.mjs').DeskErrorCode} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** An answer in JSON, which nobody may keep. @param {number} status @param {unknown} json */
export function jsonAnswer(status, json) {
  return new Response(JSON.stringify(json), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}

/** @param {Refusal} refusal */
export function refusalAnswer({ status, code, message }) {
  return jsonAnswer(status, { error: { code, message } });
}
