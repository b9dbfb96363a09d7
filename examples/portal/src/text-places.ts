/** Where things stand in a JSON text: the lines of pointers, of members that are written twice, and of what is no JSON. */

/** What one pass over a text finds. */
export interface TextPlaces {
  /** Lines, from 1, on which the values of the pointers asked for begin. */
  readonly lines: ReadonlyMap<string, number>;
  /** Members written twice in one object, of which a reader keeps the one or the other. */
  readonly repeated: readonly { readonly pointer: string; readonly line: number }[];
  /** The line on which the text ceases to be JSON, if it does. */
  readonly stopsAt: number | undefined;
}

/** Repeats told; somebody who wrote more sees that there are more when these are gone. */
const REPEATED_MAX = 1000;

/** What is asked for below one value. */
interface Wanted {
  pointer?: string;
  readonly below: Map<string, Wanted>;
}

/** A list or object that is open. */
interface Frame {
  readonly isObject: boolean;
  readonly wanted: Wanted | undefined;
  readonly names: Set<string>;
  /** The member or element that is read. */
  name: string;
  index: number;
}

/** Thrown and caught within this file. */
class NoJson extends Error {}

/** One pass over one text. */
interface Scan {
  readonly text: string;
  readonly root: Wanted;
  readonly frames: Frame[];
  readonly lines: Map<string, number>;
  readonly repeated: { pointer: string; line: number }[];
  at: number;
  line: number;
}

/** Looks through a text once, without recursion, however deep it nests. Whether it is JSON is for `JSON.parse` to say. */
export function placesIn(text: string, pointers: readonly string[]): TextPlaces {
  const root = wantedOf(pointers);
  const scan: Scan = { text, root, frames: [], lines: new Map(), repeated: [], at: 0, line: 1 };
  const { lines, repeated } = scan;
  try {
    while (begin(scan) || goOn(scan));
    if (blank(scan) !== '') throw new NoJson();
    return { lines, repeated, stopsAt: undefined };
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    return { lines, repeated, stopsAt: scan.line };
  }
}

/** Begins a value; true when something is within it that comes next. */
function begin(scan: Scan): boolean {
  const first = blank(scan);
  const above = scan.frames.at(-1);
  const wanted = above === undefined ? scan.root : above.wanted?.below.get(above.name);
  if (wanted?.pointer !== undefined) scan.lines.set(wanted.pointer, scan.line);
  if (first === '{' || first === '[') return open(scan, first === '{', wanted);
  if (first === '"') string(scan);
  else {
    WORD.lastIndex = scan.at;
    const word = WORD.exec(scan.text)?.[0];
    if (word === undefined) throw new NoJson();
    scan.at += word.length;
  }
  return false;
}

/** Opens a list or object; one that holds nothing is closed at once. */
function open(scan: Scan, isObject: boolean, wanted: Wanted | undefined): boolean {
  scan.at++;
  if (blank(scan) === (isObject ? '}' : ']')) {
    scan.at++;
    return false;
  }
  const frame = { isObject, wanted, names: new Set<string>(), name: '0', index: 0 };
  scan.frames.push(frame);
  if (isObject) member(scan, frame);
  return true;
}

/** Closes what ends here; false when everything has. */
function goOn(scan: Scan): boolean {
  for (let frame = scan.frames.at(-1); frame !== undefined; frame = scan.frames.at(-1)) {
    if (blank(scan) === ',') {
      scan.at++;
      if (frame.isObject) member(scan, frame);
      else frame.name = String(++frame.index);
      return true;
    }
    take(scan, frame.isObject ? '}' : ']');
    scan.frames.pop();
  }
  return false;
}

function member(scan: Scan, frame: Frame): void {
  blank(scan);
  frame.name = textOf(string(scan));
  if (frame.names.has(frame.name) && scan.repeated.length < REPEATED_MAX) {
    scan.repeated.push({ pointer: pointerOf(scan.frames), line: scan.line });
  }
  frame.names.add(frame.name);
  take(scan, ':');
}

function string(scan: Scan): string {
  const { text, at: from } = scan;
  take(scan, '"');
  for (; text[scan.at] !== '"'; scan.at += text[scan.at] === '\\' ? 2 : 1) {
    if (scan.at >= text.length || text[scan.at] === '\n') throw new NoJson();
  }
  return text.slice(from, ++scan.at);
}

function take(scan: Scan, expected: string): void {
  if (blank(scan) !== expected) throw new NoJson();
  scan.at++;
}

/** Goes on to what is no blank, and tells it; nothing at the end. */
function blank(scan: Scan): string {
  for (; ; scan.at++) {
    const character = scan.text[scan.at] ?? '';
    if (character === '\n') scan.line++;
    else if (character !== ' ' && character !== '\r' && character !== '\t') return character;
  }
}

const WORD = /true|false|null|-?\d[\d.eE+-]*/uy;

function wantedOf(pointers: readonly string[]): Wanted {
  const root: Wanted = { below: new Map() };
  for (const pointer of pointers) {
    let wanted = root;
    for (const part of pointer.split('/').slice(1)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const next = wanted.below.get(name) ?? { below: new Map() };
      wanted.below.set(name, next);
      wanted = next;
    }
    wanted.pointer = pointer;
  }
  return root;
}

function pointerOf(frames: readonly Frame[]): string {
  return frames.map(({ name }) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function textOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new NoJson();
  }
}
