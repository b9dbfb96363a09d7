/** JSON text as it is written: every number and text letter for letter, and where the author began a new line. */

/** A value as written. */
export type Written = Leaf | Branch;

/** A text, number, `true`, `false` or `null`. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly text: string;
}

/** An object or list. */
export interface Branch {
  readonly kind: 'object' | 'list';
  readonly parts: readonly Part[];
  /** Whether its closing bracket stands on a line of its own. */
  readonly endBreaks: boolean;
}

/** A member of an object or an element of a list. */
export interface Part {
  /** Of a member: its name, and how that is written. */
  readonly name: string;
  readonly nameText: string;
  readonly value: Written;
  /** Line ends in front of it: 0, 1, or 2 for a line left free. */
  readonly breaks: number;
}

/**
 * The value of a text as it is written.
 * @param text - well-formed JSON without repeated members, as `parseText` accepts it; recursion is bounded by the
 * depth that allows.
 */
export function readWritten(text: string): Written {
  const reading: Reading = { text, at: 0 };
  skipSpace(reading);
  return readValue(reading);
}

/** One pass over one text. */
interface Reading {
  readonly text: string;
  at: number;
}

function readValue(reading: Reading): Written {
  const opening = reading.text[reading.at];
  if (opening === '{' || opening === '[') return readBranch(reading, opening === '{');
  return { kind: 'leaf', text: readLeaf(reading) };
}

function readBranch(reading: Reading, isObject: boolean): Branch {
  const closing = isObject ? '}' : ']';
  const parts: Part[] = [];
  reading.at++;
  for (;;) {
    let breaks = skipSpace(reading);
    if (reading.text[reading.at] === closing) {
      reading.at++;
      return { kind: isObject ? 'object' : 'list', parts, endBreaks: breaks > 0 };
    }
    if (parts.length > 0) {
      reading.at++;
      breaks += skipSpace(reading);
    }
    const nameText = isObject ? readName(reading) : '';
    const name = isObject ? (JSON.parse(nameText) as string) : '';
    const value = readValue(reading);
    parts.push({ name, nameText, value, breaks: Math.min(breaks, 2) });
  }
}

/** The name of a member, and over the colon. */
function readName(reading: Reading): string {
  const name = readLeaf(reading);
  skipSpace(reading);
  reading.at++;
  skipSpace(reading);
  return name;
}

function readLeaf(reading: Reading): string {
  LEAF.lastIndex = reading.at;
  const text = LEAF.exec(reading.text)?.[0];
  if (text === undefined) throw new TypeError('not the text of a JSON value');
  reading.at += text.length;
  return text;
}

/** Moves on to the next character that says something. @returns how many line ends lie between. */
function skipSpace(reading: Reading): number {
  let lines = 0;
  for (; ; reading.at++) {
    const character = reading.text[reading.at];
    if (character === '\n') lines++;
    else if (character !== ' ' && character !== '\t' && character !== '\r') return lines;
  }
}

/** A whole text in quotes, or a word up to the next space or punctuation. */
const LEAF = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:[\]{}"]+/y;
