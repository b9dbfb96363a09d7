/** Filters: from text to a tree. What a name means is for `filter-match.ts`, which knows the attributes. */
import { refuse, type ScimOutcome } from './code.js';
import { readTokens, type Token } from './filter-tokens.js';
import { FILTER_DEPTH_MAX, FILTER_TERMS_MAX } from './limits.js';

/** The operators that compare. */
export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

/** An operator that compares. */
export type Comparison = (typeof COMPARISONS)[number];

/** A value as written: `text` is what a string attribute is compared with. */
export interface Literal {
  readonly text: string;
  readonly value: string | number | boolean | null;
}

/** One condition on one path. */
export type Condition =
  | { readonly kind: 'present'; readonly path: string }
  | {
      readonly kind: 'compare';
      readonly path: string;
      readonly operator: Comparison;
      readonly value: Literal;
    };

/** A filter. In `within`, all paths are those of one value of a complex attribute. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | Condition
  | { readonly kind: 'within'; readonly path: string; readonly part: Filter };

/**
 * Reads a filter. Beyond the grammar of RFC 7644 it takes what clients send: values without quotes, operators
 * and literals in any letter case, `not` without parentheses.
 * @returns code `invalidFilter`, also for one that is too long, too deep or has too many conditions.
 * @see RFC 7644 §3.4.2.2
 */
export function parseFilter(text: string): ScimOutcome<Filter> {
  const tokens = readTokens(text);
  if (!tokens.ok) return tokens;
  const reader = new FilterReader(tokens.value, 0);
  try {
    const value = reader.readOr(0);
    return reader.at === tokens.value.length ? { ok: true, value } : reader.unexpected();
  } catch (error) {
    if (error instanceof FilterFault) return refuse('invalidFilter', error.message);
    throw error;
  }
}

/** A path of a PATCH operation, as written: `attribute`, `attribute[filter]`, `attribute[filter].sub`. */
export interface WrittenPath {
  /** Everything before the bracket, or the whole. */
  readonly path: string;
  readonly filter: Filter | undefined;
  /** What follows the closing bracket. */
  readonly sub: string | undefined;
}

/** Reads the path of a PATCH operation. @returns code `invalidPath`. @see RFC 7644 §3.5.2, figure 7 */
export function parsePath(text: string): ScimOutcome<WrittenPath> {
  const tokens = readTokens(text);
  if (!tokens.ok) return refuse('invalidPath', tokens.detail);
  const list = tokens.value;
  const reader = new FilterReader(list, 0);
  try {
    const path = reader.readPath();
    if (reader.at === list.length) {
      return { ok: true, value: { path, filter: undefined, sub: undefined } };
    }
    const filter = reader.readBracket(0);
    const sub = reader.at === list.length ? undefined : reader.readSub();
    if (reader.at === list.length) return { ok: true, value: { path, filter, sub } };
    return refuse('invalidPath', reader.unexpected().detail);
  } catch (error) {
    if (error instanceof FilterFault) return refuse('invalidPath', error.message);
    throw error;
  }
}

/** Leaves the recursion; never seen outside of this file. */
class FilterFault extends Error {}

/** `a`, `a.b`, `$ref`, `urn:…:User:a.b`. Colons and further dots belong to URNs alone. */
const PATH = /^(?:urn:[\w.:~+-]+:)?[A-Za-z$_-][\w$-]*(?:\.[A-Za-z$_-][\w$-]*)?$/iu;
const SUB = /^\.[A-Za-z$_-][\w$-]*$/u;

/** Reads tokens from left to right; descends for brackets, parentheses and `not` alone. */
class FilterReader {
  at: number;
  readonly #tokens: readonly Token[];
  #terms = 0;
  #isInBracket = false;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.at = at;
  }

  readOr(depth: number): Filter {
    if (depth > FILTER_DEPTH_MAX) throw new FilterFault(`nested deeper than ${FILTER_DEPTH_MAX}`);
    return this.#readChain('or', () => this.#readChain('and', () => this.#readOne(depth)));
  }

  readPath(): string {
    const token = this.#tokens[this.at];
    if (token?.kind !== 'word' || !PATH.test(token.value)) throw this.#fault('a name');
    this.at++;
    return token.value;
  }

  readSub(): string {
    const token = this.#tokens[this.at];
    if (token?.kind !== 'word' || !SUB.test(token.value)) throw this.#fault('a sub-attribute');
    this.at++;
    return token.value.slice(1);
  }

  /** A filter in brackets. Values of values have no attributes of their own, so brackets do not nest. */
  readBracket(depth: number): Filter {
    this.expect('[');
    if (this.#isInBracket) throw new FilterFault('brackets do not nest');
    this.#isInBracket = true;
    const filter = this.readOr(depth + 1);
    this.#isInBracket = false;
    this.expect(']');
    return filter;
  }

  expect(kind: ')' | '[' | ']'): void {
    if (this.#tokens[this.at]?.kind !== kind) throw this.#fault(`\`${kind}\``);
    this.at++;
  }

  unexpected() {
    return refuse('invalidFilter', this.#fault('the end').message);
  }

  #readChain(kind: 'and' | 'or', read: () => Filter): Filter {
    const first = read();
    const parts = [first];
    while (this.#wordAt(this.at) === kind) {
      this.at++;
      parts.push(read());
    }
    return parts.length === 1 ? first : { kind, parts };
  }

  #readOne(depth: number): Filter {
    if (this.#isNegation()) {
      this.at++;
      if (depth >= FILTER_DEPTH_MAX) throw this.#fault('less nesting');
      return { kind: 'not', part: this.#readOne(depth + 1) };
    }
    if (this.#tokens[this.at]?.kind === '(') {
      this.at++;
      const inner = this.readOr(depth + 1);
      this.expect(')');
      return inner;
    }
    const path = this.readPath();
    if (this.#tokens[this.at]?.kind !== '[') return this.#readCondition(path);
    const part = this.readBracket(depth);
    return { kind: 'within', path, part: this.#readRest(part) };
  }

  /** What may follow the bracket: `.sub eq …`, or an operator on the value itself. */
  #readRest(part: Filter): Filter {
    const token = this.#tokens[this.at];
    const isSub = token?.kind === 'word' && token.value.startsWith('.');
    if (isSub) return { kind: 'and', parts: [part, this.#readCondition(this.readSub())] };
    const word = this.#wordAt(this.at);
    if (word === 'pr') {
      this.at++;
      return part;
    }
    const operates = COMPARISONS.some((each) => each === word);
    return operates ? { kind: 'and', parts: [part, this.#readCondition('value')] } : part;
  }

  #readCondition(path: string): Condition {
    this.#terms++;
    if (this.#terms > FILTER_TERMS_MAX)
      throw new FilterFault(`over ${FILTER_TERMS_MAX} conditions`);
    const word = this.#wordAt(this.at);
    if (word === 'pr') {
      this.at++;
      return { kind: 'present', path };
    }
    const operator = COMPARISONS.find((each) => each === word);
    if (operator === undefined) throw this.#fault('an operator');
    this.at++;
    const token = this.#tokens[this.at];
    if (token?.kind !== 'text' && token?.kind !== 'word') throw this.#fault('a value');
    this.at++;
    return { kind: 'compare', path, operator, value: literalOf(token) };
  }

  /** `not (`, or `not` before a condition: an attribute may be called `not`, too. */
  #isNegation(): boolean {
    if (this.#wordAt(this.at) !== 'not') return false;
    const next = this.#tokens[this.at + 1];
    if (next?.kind === '(') return true;
    if (next?.kind !== 'word') return false;
    const after = this.#tokens[this.at + 2];
    if (after?.kind === '[') return true;
    const word = this.#wordAt(this.at + 2);
    return word === 'pr' || word === 'not' || COMPARISONS.some((each) => each === word);
  }

  /** The word at a place, in lower case. */
  #wordAt(at: number): string | undefined {
    const token = this.#tokens[at];
    return token?.kind === 'word' ? token.value.toLowerCase() : undefined;
  }

  #fault(wanted: string): FilterFault {
    const token = this.#tokens[this.at];
    const where = token === undefined ? 'the end' : `character ${token.at + 1}`;
    return new FilterFault(`expected ${wanted} at ${where}`);
  }
}

/** A number as JSON writes it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;

function literalOf(token: Token & { kind: 'text' | 'word' }): Literal {
  const { kind, value } = token;
  if (kind === 'text') return { text: value, value };
  const folded = value.toLowerCase();
  if (folded === 'null') return { text: value, value: null };
  if (folded === 'true' || folded === 'false') return { text: value, value: folded === 'true' };
  return { text: value, value: NUMBER.test(value) ? Number(value) : value };
}
