/**
 * Reads JSON text strictly: says where it is not JSON, and which members are written twice, of which
 * `JSON.parse` would silently keep the last. An own reader because no kept library tells both with their place
 * and stays linear; it only looks, and the value itself still comes from `JSON.parse`.
 */
import type { Issue } from './issue.js';
import { issueList, type Report } from './issue-list.js';
import { pointerOf, quote } from './pointer.js';

/** Deepest nesting of lists and objects that is read. A policy needs 9; deeper text is an attack or a mistake. */
export const JSON_DEPTH_MAX = 64;

/** What a text says. */
export type JsonText =
  | { readonly ok: true; readonly value: unknown; readonly duplicates: readonly Issue[] }
  | { readonly ok: false; readonly issue: Issue };

/**
 * The value of a JSON text, with an issue `duplicate` for each member written twice in one object; or the
 * one issue (`format`, or `too_large` for too deep nesting) at which reading ended. Messages give line and
 * column, counted from 1. A byte order mark in front is skipped. Never throws.
 */
export function readJson(text: string): JsonText {
  const duplicates = issueList();
  const line = { number: 1, start: 0 };
  const scan: Scan = { text, at: 0, depth: 0, frames: [], line, report: duplicates.report };
  const fault = read(scan);
  if (fault !== undefined) return { ok: false, issue: fault };
  const value: unknown = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  return { ok: true, value, duplicates: duplicates.inOrder() };
}

const BYTE_ORDER_MARK = 0xfeff;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LIST_OPEN = 0x5b;
const LIST_CLOSE = 0x5d;
const OBJECT_OPEN = 0x7b;
const OBJECT_CLOSE = 0x7d;

/** Above so many members a set finds a repeat faster than a list. */
const FEW_MEMBERS = 12;

/** A list or object that is being read. */
interface Frame {
  isObject: boolean;
  /** Elements begun so far in a list. */
  index: number;
  /** Members so far of an object; the last one is being read. */
  names: string[];
  many: Set<string> | undefined;
}

/** Thrown and caught within this file. */
class JsonFault extends Error {
  readonly code: Issue['code'];
  constructor(code: Issue['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** One pass over one text. Position and open frames change together, millions of times. */
interface Scan {
  readonly text: string;
  at: number;
  depth: number;
  /** Frames are used again: one object for each depth, not for each list of the text. */
  readonly frames: Frame[];
  /** The last line whose place was told: lines are counted on from there. */
  readonly line: { number: number; start: number };
  readonly report: Report;
}

/** Reads the whole text; the issue at which that ended, if it did. */
function read(scan: Scan): Issue | undefined {
  try {
    if (scan.text.charCodeAt(0) === BYTE_ORDER_MARK) scan.at = 1;
    readValues(scan);
    skipSpace(scan);
    if (scan.at < scan.text.length) unexpected(scan);
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { pointer: '', code: error.code, message: error.message };
  }
}

/** One value and all it holds, without recursion. */
function readValues(scan: Scan): void {
  for (;;) {
    skipSpace(scan);
    const code = scan.text.charCodeAt(scan.at);
    if (code === LIST_OPEN || code === OBJECT_OPEN) {
      scan.at++;
      if (open(scan, code === OBJECT_OPEN)) continue;
    } else if (code === QUOTE) readText(scan);
    else readWord(scan);
    if (!nextValue(scan)) return;
  }
}

/** Opens a list or object. @returns whether a value follows; an empty one is closed at once. */
function open(scan: Scan, isObject: boolean): boolean {
  if (scan.depth === JSON_DEPTH_MAX) {
    throw new JsonFault('too_large', `nested deeper than ${JSON_DEPTH_MAX} at ${place(scan)}`);
  }
  scan.frames[scan.depth] ??= { isObject, index: 0, names: [], many: undefined };
  const frame = scan.frames[scan.depth] as Frame;
  frame.isObject = isObject;
  frame.index = 0;
  frame.names.length = 0;
  frame.many = undefined;
  scan.depth++;
  skipSpace(scan);
  if (scan.text.charCodeAt(scan.at) === (isObject ? OBJECT_CLOSE : LIST_CLOSE)) {
    scan.at++;
    scan.depth--;
    return false;
  }
  if (isObject) readName(scan, frame);
  return true;
}

/** After a value: closes what ends here. @returns whether another value follows. */
function nextValue(scan: Scan): boolean {
  while (scan.depth > 0) {
    const frame = scan.frames[scan.depth - 1];
    if (frame === undefined) return false;
    skipSpace(scan);
    const code = scan.text.charCodeAt(scan.at);
    if (code === COMMA) {
      scan.at++;
      if (frame.isObject) {
        skipSpace(scan);
        readName(scan, frame);
      } else frame.index++;
      return true;
    }
    if (code !== (frame.isObject ? OBJECT_CLOSE : LIST_CLOSE)) unexpected(scan);
    scan.at++;
    scan.depth--;
  }
  return false;
}

function readName(scan: Scan, frame: Frame): void {
  const start = scan.at;
  if (scan.text.charCodeAt(start) !== QUOTE) unexpected(scan);
  const escaped = readText(scan);
  const written = scan.text.slice(start + 1, scan.at - 1);
  const name = escaped ? (JSON.parse(`"${written}"`) as string) : written;
  const { names } = frame;
  if (frame.many === undefined && names.length > FEW_MEMBERS) frame.many = new Set(names);
  const twice = frame.many === undefined ? names.includes(name) : frame.many.has(name);
  if (frame.many === undefined) names.push(name);
  else {
    frame.many.add(name);
    names[0] = name;
    names.length = 1;
  }
  if (twice) scan.report(duplicate(scan, name, start));
  skipSpace(scan);
  if (scan.text.charCodeAt(scan.at) !== COLON) unexpected(scan);
  scan.at++;
}

/** A text in quotes. @returns whether it has escapes. */
function readText(scan: Scan): boolean {
  const { text } = scan;
  let escaped = false;
  for (let at = scan.at + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      scan.at = at + 1;
      return escaped;
    }
    if (code === BACKSLASH) {
      escaped = true;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) unexpected(scan, at + 1);
      at = ESCAPE.lastIndex - 1;
    } else if (!(code >= 0x20)) unexpected(scan, at);
  }
}

/** A number, `true`, `false` or `null`. */
function readWord(scan: Scan): void {
  WORD.lastIndex = scan.at;
  if (!WORD.test(scan.text)) unexpected(scan);
  scan.at = WORD.lastIndex;
}

function skipSpace(scan: Scan): void {
  for (; ; scan.at++) {
    const code = scan.text.charCodeAt(scan.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
  }
}

function duplicate(scan: Scan, name: string, at: number): Issue {
  const path = scan.frames.slice(0, scan.depth).map((frame) => {
    return frame.isObject ? (frame.names[frame.names.length - 1] ?? '') : frame.index;
  });
  const message = `member written twice, again at ${place(scan, at)} ${quote(name)}`;
  return { pointer: pointerOf(path), code: 'duplicate', message };
}

function unexpected(scan: Scan, at = scan.at): never {
  const character = scan.text.codePointAt(at);
  const found =
    character === undefined
      ? 'the text ends'
      : `unexpected ${quote(String.fromCodePoint(character))}`;
  throw new JsonFault('format', `not JSON at ${place(scan, at)}: ${found}`);
}

/** Asked in the order of the text, so that telling many places walks it only once. */
function place(scan: Scan, at = scan.at): string {
  const { line } = scan;
  for (let end = scan.text.indexOf('\n', line.start); end !== -1 && end < at; ) {
    line.number++;
    line.start = end + 1;
    end = scan.text.indexOf('\n', line.start);
  }
  return `line ${line.number}, column ${at - line.start + 1}`;
}

/** @see RFC 8259 §7 */
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** @see RFC 8259 §3 and §6 */
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
