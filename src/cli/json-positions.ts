/** Where in a JSON text the values stand that pointers name: line and column, counted from 1. */

/** A place in a text. */
export interface Position {
  readonly line: number;
  /** UTF-16 code units from the line's beginning, from 1. */
  readonly column: number;
}

/** The wanted pointers as a tree, so that the rest of the text is only passed over. */
interface Wanted {
  pointer: string | undefined;
  readonly below: Map<string, Wanted>;
}

/** A walk through one text. */
interface Walk {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
  readonly found: Map<string, Position>;
}

/**
 * The positions of the values that JSON Pointers name; a pointer that names nothing has none. The text must be valid
 * JSON, nested no deeper than `readJson` allows: it is walked, not checked.
 */
export function positionsOf(text: string, pointers: Iterable<string>): Map<string, Position> {
  const root: Wanted = { pointer: undefined, below: new Map() };
  for (const pointer of pointers) {
    let node = root;
    for (const token of pointer.split('/').slice(1)) {
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const next = node.below.get(name) ?? { pointer: undefined, below: new Map() };
      node.below.set(name, next);
      node = next;
    }
    node.pointer = pointer;
  }
  const walk: Walk = { text, at: 0, line: 1, lineStart: 0, found: new Map() };
  walkValue(walk, root);
  return walk.found;
}

function walkValue(walk: Walk, wanted: Wanted | undefined): void {
  skipSpace(walk);
  if (wanted?.pointer !== undefined) {
    walk.found.set(wanted.pointer, { line: walk.line, column: walk.at - walk.lineStart + 1 });
  }
  const open = walk.text[walk.at];
  if (open === '"') readText(walk);
  else if (open === '{' || open === '[') walkInside(walk, wanted, open === '{');
  else {
    WORD.lastIndex = walk.at;
    WORD.test(walk.text);
    // A text that is no JSON after all must not be walked on the spot for ever.
    walk.at = Math.max(WORD.lastIndex, walk.at + 1);
  }
}

function walkInside(walk: Walk, wanted: Wanted | undefined, isObject: boolean): void {
  const close = isObject ? '}' : ']';
  walk.at++;
  for (let index = 0; walk.at < walk.text.length; index++) {
    skipSpace(walk);
    if (walk.text[walk.at] === close) break;
    let name = String(index);
    if (isObject) {
      name = readText(walk);
      skipSpace(walk);
      walk.at++;
    }
    walkValue(walk, wanted?.below.get(name));
    skipSpace(walk);
    if (walk.text[walk.at] === ',') walk.at++;
  }
  walk.at++;
}

/** A text in quotes, with its escapes read. */
function readText(walk: Walk): string {
  TEXT.lastIndex = walk.at;
  const written = TEXT.exec(walk.text)?.[0] ?? '';
  walk.at += Math.max(written.length, 1);
  return written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
}

/** Lines end in white space alone: inside a text JSON escapes them. */
function skipSpace(walk: Walk): void {
  for (; walk.at < walk.text.length; walk.at++) {
    const code = walk.text.charCodeAt(walk.at);
    if (code === 0x0a) {
      walk.line++;
      walk.lineStart = walk.at + 1;
    } else if (code !== 0x20 && code !== 0x0d && code !== 0x09) return;
  }
}

const TEXT = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[-+.\w]*/y;
