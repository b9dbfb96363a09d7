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

/** Looks through a text once, without recursion, however deep it nests. Whether it is JSON is for `JSON.parse` to say. */
export function placesIn(text: string, pointers: readonly string[]): TextPlaces {
  const lines = new Map<string, number>();
  const repeated: { pointer: string; line: number }[] = [];
  const frames: Frame[] = [];
  let [at, line] = [0, 1];
  const blank = (): string => {
    for (; ; at++) {
      if (text[at] === '\n') line++;
      else if (text[at] !== ' ' && text[at] !== '\r' && text[at] !== '\t') return text[at] ?? '';
    }
  };
  const take = (expected: string): void => {
    if (blank() !== expected) throw new NoJson();
    at++;
  };
  const string = (): string => {
    const from = at;
    take('"');
    for (; text[at] !== '"'; at += text[at] === '\\' ? 2 : 1) {
      if (at >= text.length || text[at] === '\n') throw new NoJson();
    }
    return text.slice(from, ++at);
  };
  const member = (frame: Frame): void => {
    blank();
    frame.name = textOf(string());
    if (frame.names.has(frame.name) && repeated.length < REPEATED_MAX) {
      repeated.push({ pointer: pointerOf(frames), line });
    }
    frame.names.add(frame.name);
    take(':');
  };
  /** Begins a value; true when something is within it that comes next. */
  const begin = (): boolean => {
    const first = blank();
    const above = frames.at(-1);
    const wanted = above === undefined ? wantedOf(pointers) : above.wanted?.below.get(above.name);
    if (wanted?.pointer !== undefined) lines.set(wanted.pointer, line);
    if (first === '{' || first === '[') {
      at++;
      const isObject = first === '{';
      if (blank() === (isObject ? '}' : ']')) {
        at++;
        return false;
      }
      const frame = { isObject, wanted, names: new Set<string>(), name: '0', index: 0 };
      frames.push(frame);
      if (isObject) member(frame);
      return true;
    }
    if (first === '"') string();
    else {
      WORD.lastIndex = at;
      const word = WORD.exec(text)?.[0];
      if (word === undefined) throw new NoJson();
      at += word.length;
    }
    return false;
  };
  /** Closes what ends here; false when everything has. */
  const goOn = (): boolean => {
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (blank() === ',') {
        at++;
        if (frame.isObject) member(frame);
        else frame.name = String(++frame.index);
        return true;
      }
      take(frame.isObject ? '}' : ']');
      frames.pop();
    }
    return false;
  };
  try {
    while (begin() || goOn());
    if (blank() !== '') throw new NoJson();
    return { lines, repeated, stopsAt: undefined };
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    return { lines, repeated, stopsAt: line };
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
