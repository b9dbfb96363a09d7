/** Answers: JSON, or a sentence that says why not. None of them may be cached, save what is published to everybody. */
import type { Answer } from './exchange.js';

const JSON_HEADERS = Object.freeze({
  'content-type': 'application/json',
  'cache-control': 'no-store',
});
const TEXT_HEADERS = Object.freeze({
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** 200 with a JSON text. */
export function found(body: string): Answer {
  return { status: 200, headers: JSON_HEADERS, body };
}

/** 200 with a JSON text that is the same for everybody for an hour. */
export function published(body: string): Answer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' };
  return { status: 200, headers, body };
}

/** A refusal in a sentence. @see AuthZEN 1.0, "Error Responses" */
export function refused(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return {
    status,
    headers: headers === undefined ? TEXT_HEADERS : { ...TEXT_HEADERS, ...headers },
    body: message,
  };
}

/** A fault of ours: says nothing. */
export function fault(): Answer {
  return refused(500, 'something went wrong here');
}

/** Not now: ours to mend. */
export function notNow(message: string): Answer {
  return refused(503, message, { 'retry-after': '1' });
}

/** The answer with the identifier its request came with. @see AuthZEN 1.0, "Request Identification in a Response" */
export function stamped(answer: Answer, requestId: string | undefined): Answer {
  if (requestId === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
}

/** Either, at once or later. */
export type Later<T> = T | Promise<T>;

/** Goes on with a value at once where it is there: most questions need not wait for anything. */
export function after<T, U>(value: Later<T>, next: (value: T) => Later<U>): Later<U> {
  return isLater(value) ? value.then(next) : next(value);
}

/** Whether a value is still to come. */
export function isLater<T>(value: Later<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
