/** Reading a request: the one border at which a question may be refused as malformed. */
import { INSTANT_END, INSTANT_MIN, parseInstant } from '../values/instant.js';
import { type AccessRequest, RequestError } from './request.js';

/** The time an engine can decide about, epoch milliseconds `[from, until)`. */
interface Known {
  readonly from: number;
  readonly until: number;
}

/**
 * Checks subject, action, resource and time, and answers the time in epoch milliseconds.
 * @throws RequestError for whatever of them is missing or ill-typed.
 */
export function readRequest(request: AccessRequest, known: Known): number {
  if (typeof request !== 'object' || request === null) {
    throw new RequestError('', 'a request is an object');
  }
  const { subject, action, resource, context } = request;
  if (
    typeof subject !== 'object' ||
    subject === null ||
    typeof subject.type !== 'string' ||
    typeof subject.id !== 'string'
  ) {
    refuseEntity('/subject', subject);
  }
  if (typeof action !== 'object' || action === null || typeof action.name !== 'string') {
    refuseAction(action);
  }
  if (
    typeof resource !== 'object' ||
    resource === null ||
    typeof resource.type !== 'string' ||
    typeof resource.id !== 'string'
  ) {
    refuseEntity('/resource', resource);
  }
  return readTime(context, known);
}

/**
 * The `time` of a context in epoch milliseconds.
 * @throws RequestError when the context or its time is missing, ill-typed or outside what the engine's time-zone source knows (at most the years 0001 to 9999).
 */
export function readTime(context: unknown, known: Known): number {
  if (typeof context !== 'object' || context === null) {
    throw new RequestError('/context', 'missing: the time of a request is in its context');
  }
  const { time } = context as { time?: unknown };
  // The usual case first, and handed on as it came: a number made anew would be allocated.
  const usual = typeof time === 'number' && time >= known.from && time < known.until;
  return usual && Math.floor(time) === time ? time : readUnusualTime(time, known);
}

function readUnusualTime(time: unknown, known: Known): number {
  // Whole milliseconds, as everywhere: between two of them nothing changes.
  const instant = typeof time === 'number' ? Math.floor(time) : readInstant(time);
  if (instant >= known.from && instant < known.until) return instant;
  if (!Number.isNaN(instant)) {
    throw new RequestError('/context/time', 'outside what the time-zone source knows');
  }
  if (time === undefined || time === null) {
    throw new RequestError('/context/time', 'missing: the core never reads a clock');
  }
  throw new RequestError(
    '/context/time',
    `not an RFC 3339 date-time with an offset, a Date or epoch milliseconds \`${shown(time)}\``,
  );
}

/** Epoch milliseconds of RFC 3339 text, a Date or a number; NaN for anything else or outside the years 0001 to 9999. */
export function readInstant(value: unknown): number {
  let instant = Number.NaN;
  if (typeof value === 'number') instant = Math.floor(value);
  else if (typeof value === 'string') instant = parseInstant(value);
  else if (value instanceof Date) instant = dateInstant(value);
  return instant >= INSTANT_MIN && instant < INSTANT_END ? instant : Number.NaN;
}

/** A Date's instant, NaN for one that only claims to be a Date. */
function dateInstant(date: Date): number {
  try {
    return Date.prototype.getTime.call(date);
  } catch {
    return Number.NaN;
  }
}

/** Checks that a query is an object at all. @throws RequestError */
export function readQuery(query: unknown): void {
  if (typeof query !== 'object' || query === null) {
    throw new RequestError('', 'a query is an object');
  }
}

/** Checks a subject or resource by itself; for lists, whose searched member has no id. */
export function readEntity(pointer: string, entity: unknown, needsId: boolean): void {
  const { type, id } = Object(entity) as { type?: unknown; id?: unknown };
  if (typeof type !== 'string' || (needsId && typeof id !== 'string'))
    refuseEntity(pointer, entity);
}

/** Checks an action by itself. */
export function readAction(action: unknown): void {
  if (typeof (Object(action) as { name?: unknown }).name !== 'string') refuseAction(action);
}

function refuseEntity(pointer: string, entity: unknown): never {
  if (typeof entity !== 'object' || entity === null) {
    throw new RequestError(pointer, entity === undefined ? 'missing' : 'not an object');
  }
  const { type } = entity as { type?: unknown };
  const member = typeof type === 'string' ? 'id' : 'type';
  throw new RequestError(`${pointer}/${member}`, 'missing or not a string');
}

function refuseAction(action: unknown): never {
  if (typeof action !== 'object' || action === null) {
    throw new RequestError('/action', action === undefined ? 'missing' : 'not an object');
  }
  throw new RequestError('/action/name', 'missing or not a string');
}

/** A value in a message, cut short. */
function shown(value: unknown): string {
  const text = typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
