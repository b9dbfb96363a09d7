/**
 * YAML text as the JSON it stands for: version 1.2, core schema, so that `no` is text and `22:00` is too; no tags, no
 * merge keys, names of members are text and stand once, aliases multiply out within bounds. Every value's place is known.
 */
import {
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { Issue } from '../../policy/issue.js';
import { JSON_DEPTH_MAX } from '../../policy/json-text.js';
import { pointerToken, quote } from '../../policy/pointer.js';

/** Where something stands in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** An issue, and its place where that is known. */
export interface PlacedIssue extends Issue {
  readonly line?: number;
  readonly column?: number;
}

/** What a text says. */
export type YamlText =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The place of what a JSON Pointer leads to; of what is not there, of what would hold it. */
      placeOf(pointer: string): Place;
    }
  | { readonly ok: false; readonly issues: readonly PlacedIssue[] };

/** Values that a text may stand for, aliases multiplied out: fifty for each of ten thousand tests. */
const VALUES_MAX = 500_000;

/** Columns by which a line may be indented: each may open another list or map. */
const INDENT_MAX = 256;

/** The value of a YAML text, or what is wrong with it. Never throws. */
export function readYaml(text: string): YamlText {
  if (nestsDeeply(text)) {
    const message = `nested deeper than ${JSON_DEPTH_MAX}, or indented by more than ${INDENT_MAX}`;
    return { ok: false, issues: [{ pointer: '', code: 'too_large', message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    // Not `silent`: of several documents that would read the first and say nothing of the others.
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // One slip makes many errors after it: the first tells, and of hostile text there would be thousands.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const code = fault.code === 'DUPLICATE_KEY' ? 'duplicate' : 'format';
    const message =
      code === 'duplicate' ? 'member written twice' : `not YAML: ${lower(fault.message)}`;
    return { ok: false, issues: [{ pointer: '', code, message, ...place(fault.pos[0]) }] };
  }
  const walk = new Walk(place);
  try {
    const value = walk.valueOf(document.contents, '', 0);
    const targets = new Map<Node, Node | undefined>();
    return { ok: true, value, placeOf: (pointer) => placeOf(document, pointer, place, targets) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    return { ok: false, issues: [error.issue] };
  }
}

/**
 * Whether a text nests so deeply that reading it might exhaust the stack, which not every engine survives. Looks at its tokens
 * one after the other; what passes is nested less than a thousand deep.
 */
function nestsDeeply(text: string): boolean {
  let flow = 0;
  let compact = 0;
  let startsLine = true;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? 'scalar' : CST.tokenType(token);
    isScalar = !isScalar && token === CST.SCALAR;
    if (type === 'newline') compact = 0;
    else if (type === 'flow-map-start' || type === 'flow-seq-start') flow++;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') flow--;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') compact++;
    const indent = startsLine && type === 'space' ? token.length : 0;
    if (flow > JSON_DEPTH_MAX || compact > JSON_DEPTH_MAX || indent > INDENT_MAX) return true;
    startsLine = type === 'newline';
  }
  return false;
}

/** Thrown and caught within this file. */
class YamlFault extends Error {
  readonly issue: PlacedIssue;
  constructor(issue: PlacedIssue) {
    super(issue.message);
    this.issue = issue;
  }
}

/** One pass over one document; counts what it makes. */
class Walk {
  readonly #place: (offset: number) => Place;
  /** The last node of each anchor so far, and what each alias was found to mean: asking the document walks all of it. */
  readonly #anchors = new Map<string, Node>();
  readonly #anchored = new Set<Node>();
  readonly #targets = new Map<Node, Node | undefined>();
  #values = 0;

  constructor(place: (offset: number) => Place) {
    this.#place = place;
  }

  valueOf(node: Node | null, pointer: string, depth: number): unknown {
    if (node === null) return null;
    const refuse = (code: Issue['code'], message: string): never => {
      throw new YamlFault({ pointer, code, message, ...this.#place(node.range?.[0] ?? 0) });
    };
    if (++this.#values > VALUES_MAX)
      refuse('too_large', `stands for more than ${VALUES_MAX} values`);
    if (depth > JSON_DEPTH_MAX) refuse('too_large', `nested deeper than ${JSON_DEPTH_MAX}`);
    if (isAlias(node)) {
      // Content is read first where it stands, and only then where aliases repeat it.
      if (!this.#targets.has(node)) this.#targets.set(node, this.#anchors.get(node.source));
      const target = this.#targets.get(node);
      return target === undefined
        ? refuse('reference', `no anchor before the alias ${quote(node.source)}`)
        : this.valueOf(target, pointer, depth + 1);
    }
    if (node.anchor !== undefined && !this.#anchored.has(node)) {
      this.#anchored.add(node);
      this.#anchors.set(node.anchor, node);
    }
    if (node.tag !== undefined) refuse('format', `tags are not read ${quote(node.tag)}`);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.valueOf(item as ParsedNode | null, `${pointer}/${index}`, depth + 1),
      );
    }
    if (!isMap(node)) return refuse('format', 'not YAML that is read');
    const members = node.items.map(({ key, value }): [string, unknown] => {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
      if (name === undefined)
        return refuse('type', 'the name of a member must be text: put it in quotes');
      const inner = `${pointer}/${pointerToken(name)}`;
      return [name, this.valueOf(value as ParsedNode | null, inner, depth + 1)];
    });
    // Also a member `__proto__` is one of the object's own here.
    return Object.fromEntries(members);
  }
}

/** Follows a pointer as far as it leads. @param targets - a memo: what an alias means takes a walk to find out. */
function placeOf(
  document: Document.Parsed,
  pointer: string,
  place: (offset: number) => Place,
  targets: Map<Node, Node | undefined>,
): Place {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isAlias(node)) {
      if (!targets.has(node)) targets.set(node, node.resolve(document));
      node = targets.get(node);
    }
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = node.items[Number(name)] as Node | undefined;
      offset = node?.range?.[0] ?? offset;
    } else break;
  }
  return place(offset);
}

function lower(message: string): string {
  const [line = ''] = message.split('\n');
  return `${line.slice(0, 1).toLowerCase()}${line.slice(1)}`.replace(/\.$/u, '');
}
