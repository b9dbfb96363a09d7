/**
 * Tokens of pages. One carries the limit it began with and a hash of everything the list depends on, so that a page after the
 * first can leave out the limit, and cannot be of another list: another question, another caller's facts, another policy.
 */
import { nobleSha256 } from '../../../protocol/crypto/noble-hashes.js';
import { toHex } from '../../values/hex.js';
import { textBytes } from '../../values/utf8.js';
import { decodeText, encodeText } from './base64url.js';
import { isSent } from './body.js';
import { malformed, type Refusal } from './refusal.js';

/** Which page is asked for. */
export interface PageAsked {
  readonly ok: true;
  /** As it was first asked for; undefined: none was. */
  readonly limit: number | undefined;
  /** The last entry of the page before; undefined: the first page. */
  readonly after: string | undefined;
}

/** Characters of a token: an entry is an id or the name of an action. */
const TOKEN_LENGTH_MAX = 2048;
const TOKEN = /^(\d{0,16})\.([0-9a-f]{32})\.([A-Za-z0-9_-]+)$/u;

/**
 * Reads `page`.
 * @param hash - `hashOfList` of what is asked now.
 * @returns 400 for a limit that is none or has changed, and for a token of another list.
 */
export function readPage(page: unknown, hash: () => string): PageAsked | Refusal {
  if (page === undefined || page === null) return { ok: true, limit: undefined, after: undefined };
  if (!isSent(page)) return malformed('/page', 'not an object');
  const limit = page['limit'] ?? undefined;
  if (limit !== undefined && !isLimit(limit)) return malformed('/page/limit', 'not a count from 1');
  const token = page['token'] ?? '';
  if (typeof token !== 'string') return malformed('/page/token', 'not a string');
  if (token === '') return { ok: true, limit, after: undefined };
  const read = token.length > TOKEN_LENGTH_MAX ? null : TOKEN.exec(token);
  const [, written = '', said, last = ''] = read ?? [];
  const after = decodeText(last);
  if (after === undefined || said !== hash()) {
    return malformed('/page/token', 'not of this list as it is now: begin again');
  }
  const began = written === '' ? undefined : Number(written);
  if (began !== undefined && !isLimit(began)) return malformed('/page/token', 'not a page token');
  if (limit !== undefined && limit !== began) {
    return malformed('/page/limit', 'not the limit that the list began with');
  }
  return { ok: true, limit: began, after };
}

/** The token of the page after an entry. */
export function writePage(limit: number | undefined, hash: string, last: string): string {
  return `${limit ?? ''}.${hash}.${encodeText(last)}`;
}

/** What a list depends on, as 128 bits. @param parts - JSON values; the order of their members counts for nothing. */
export function hashOfList(parts: readonly unknown[]): string {
  return toHex(nobleSha256(textBytes(JSON.stringify(parts, inOrder)))).slice(0, 32);
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function inOrder(_name: string, value: unknown): unknown {
  if (!isSent(value)) return value;
  return Object.keys(value)
    .sort()
    .map((name) => [name, value[name]]);
}
