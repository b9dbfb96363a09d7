/** A body as a JSON object: I-JSON, no member written twice, not too big and not too deep. */

/** A JSON object as it was sent. */
export type Sent = Readonly<Record<string, unknown>>;

/** What a body holds, or why it is refused. */
export type Body =
  | { readonly ok: true; readonly value: Sent }
  | { readonly ok: false; readonly status: 400 | 413; readonly message: string };

/** How much of a body is read. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly depth: number;
}

/**
 * Reads a body. `JSON.parse` silently keeps the last of two members of one name, and another reader may keep the
 * first: so the names that are written are counted, and must be as many as there are members.
 * @see RFC 7493 §2 (I-JSON)
 */
export function readBody(body: Uint8Array | string, limits: BodyLimits): Body {
  const { bodyBytes } = limits;
  if (body.length > bodyBytes || isLonger(body, bodyBytes)) {
    return { ok: false, status: 413, message: `the body has more than ${bodyBytes} bytes` };
  }
  let text: string;
  let value: unknown;
  try {
    text = typeof body === 'string' ? body : UTF8.decode(body);
  } catch {
    return malformed('the body is not UTF-8');
  }
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('the body is not JSON');
  }
  if (!isSent(value)) return malformed('the body is not a JSON object');
  const count: Count = {
    depth: limits.depth,
    members: 0,
    lone: false,
    checksTexts: mayBeLone(text),
  };
  if (!counted(value, 1, count)) return malformed(`the body nests deeper than ${limits.depth}`);
  if (count.lone) return malformed('a text in the body is not Unicode');
  if (writtenNames(text) !== count.members) return malformed('a member is written twice');
  return { ok: true, value };
}

/** Whether a value is a JSON object: no list, not null. */
export function isSent(value: unknown): value is Sent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

interface Count {
  readonly depth: number;
  members: number;
  lone: boolean;
  readonly checksTexts: boolean;
}

function malformed(message: string): Body {
  return { ok: false, status: 400, message };
}

/** Whether a text has more bytes as UTF-8 than it may; three a unit is the most. */
function isLonger(body: Uint8Array | string, most: number): boolean {
  if (typeof body !== 'string' || 3 * body.length <= most) return false;
  let bytes = body.length;
  for (let at = 0; at < body.length; at++) {
    const unit = body.charCodeAt(at);
    // A pair of surrogates is four bytes: two for each of its units.
    if (unit >= 0x800 && (unit < 0xd800 || unit >= 0xe000)) bytes += 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes > most;
}

/** A lone surrogate comes by an escape, or by a framework that read the bytes laxly. */
function mayBeLone(text: string): boolean {
  return text.includes('\\u') || LONE_SURROGATE.test(text);
}

/** Counts the members of a value and all it holds. @returns whether it is not too deep. */
function counted(value: object, depth: number, count: Count): boolean {
  if (depth > count.depth) return false;
  const names = Array.isArray(value) ? undefined : Object.keys(value);
  const values: readonly unknown[] =
    names === undefined ? (value as unknown[]) : Object.values(value);
  count.members += names?.length ?? 0;
  if (count.checksTexts && names?.some((name) => LONE_SURROGATE.test(name))) count.lone = true;
  for (const each of values) {
    if (typeof each === 'object' && each !== null) {
      if (!counted(each, depth + 1, count)) return false;
    } else if (count.checksTexts && typeof each === 'string' && LONE_SURROGATE.test(each)) {
      count.lone = true;
    }
  }
  return true;
}

/** How many names of members a JSON text writes: every string before a colon. */
function writtenNames(text: string): number {
  let names = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    while (text.charCodeAt(next) <= 0x20) next++;
    if (text.charCodeAt(next) === COLON) names++;
    start = text.charCodeAt(next) === QUOTE ? next : text.indexOf('"', next);
  }
  return names;
}

/** Whether the quote at a place has an odd number of backslashes before it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at--;
  return (quote - at) % 2 === 0;
}
