/**
 * Reads the part of CDDL (RFC 8610) that dkp.cddl uses: rules, choices of types, ranges, arrays, maps,
 * groups, occurrences, literals and the controls `.size` and `.cbor`. Anything else is an error, so that
 * no line of the grammar can go unread. No generics, sockets, unwrapping, floats, or choices of groups.
 */

/** A type. */
export type Type =
  | { readonly kind: 'choice'; readonly of: readonly Type[] }
  | { readonly kind: 'literal'; readonly value: number | string }
  | { readonly kind: 'range'; readonly least: number; readonly most: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'array' | 'map'; readonly group: Group }
  | { readonly kind: 'size'; readonly of: Type; readonly size: Type }
  | { readonly kind: 'cbor'; readonly of: Type; readonly inside: Type };

/** One member of a group. */
export interface Entry {
  readonly least: number;
  readonly most: number;
  /** Absent where none is written; in an array it is only a name for people. */
  readonly key?: Type;
  readonly type: Type;
}

/** Members in order. */
export type Group = readonly Entry[];

/** Rules by name: a rule in parentheses is a group. */
export interface Grammar {
  readonly types: ReadonlyMap<string, Type>;
  readonly groups: ReadonlyMap<string, Group>;
}

const TOKEN =
  /\s+|;[^\n]*|(?<occurrence>[0-9]*\*[0-9]*|[?+])|(?<number>-?[0-9]+)|(?<text>"[^"\\]*")|(?<control>\.[a-z]+)|(?<name>[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*)|(?<sign>\.\.|=>|[=/()[\]{},:])/uy;

/** Reads a whole grammar. @throws Error for anything that is not understood. */
export function parseGrammar(text: string): Grammar {
  const reader = new Reader(tokens(text));
  const types = new Map<string, Type>();
  const groups = new Map<string, Group>();
  while (!reader.done()) {
    const name = reader.name();
    reader.take('=');
    if (types.has(name) || groups.has(name)) throw new Error(`rule ${name} stands twice`);
    if (reader.peek() === '(') groups.set(name, reader.group('(', ')'));
    else types.set(name, reader.type());
  }
  return { types, groups };
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`no CDDL: ${text.slice(at, at + 30)}`);
    if (Object.values(match.groups ?? {}).some((part) => part !== undefined)) found.push(match[0]);
  }
  return found;
}

class Reader {
  private at = 0;
  private readonly tokens: readonly string[];

  constructor(all: readonly string[]) {
    this.tokens = all;
  }

  done(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead];
  }

  take(expected?: string): string {
    const token = this.tokens[this.at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(
        `expected ${expected ?? 'more'}, found ${token} after ${this.tokens[this.at - 2]}`,
      );
    }
    return token;
  }

  name(): string {
    const token = this.take();
    if (!/^[a-zA-Z]/u.test(token)) throw new Error(`no name: ${token}`);
    return token;
  }

  type(): Type {
    const of = [this.controlled()];
    while (this.peek() === '/') {
      this.take('/');
      of.push(this.controlled());
    }
    return of.length === 1 ? (of[0] as Type) : { kind: 'choice', of };
  }

  group(open: string, close: string): Group {
    this.take(open);
    const entries: Entry[] = [];
    while (this.peek() !== close) {
      entries.push(this.entry());
      if (this.peek() === ',') this.take(',');
    }
    this.take(close);
    return entries;
  }

  private controlled(): Type {
    const of = this.plain();
    const control = this.peek();
    if (control === '.size') {
      this.take();
      return { kind: 'size', of, size: this.plain() };
    }
    if (control === '.cbor') {
      this.take();
      return { kind: 'cbor', of, inside: this.plain() };
    }
    if (control?.startsWith('.') && control !== '..') throw new Error(`no control ${control} here`);
    return of;
  }

  private plain(): Type {
    const token = this.peek() ?? '';
    if (token === '[') return { kind: 'array', group: this.group('[', ']') };
    if (token === '{') return { kind: 'map', group: this.group('{', '}') };
    if (token === '(') {
      this.take('(');
      const inner = this.type();
      this.take(')');
      return inner;
    }
    this.take();
    if (token.startsWith('"')) return { kind: 'literal', value: token.slice(1, -1) };
    if (!/^-?[0-9]/u.test(token)) return { kind: 'name', name: nameIn(token) };
    if (this.peek() !== '..') return { kind: 'literal', value: Number(token) };
    this.take('..');
    return { kind: 'range', least: Number(token), most: Number(this.take()) };
  }

  private entry(): Entry {
    const [least, most] = this.occurrence();
    const first = this.type();
    if (this.peek() === ':') {
      this.take(':');
      // A bare word before a colon is a text key, or in an array a name for people.
      const key: Type = first.kind === 'name' ? { kind: 'literal', value: first.name } : first;
      return { least, most, key, type: this.type() };
    }
    if (this.peek() === '=>') {
      this.take('=>');
      return { least, most, key: first, type: this.type() };
    }
    return { least, most, type: first };
  }

  private occurrence(): [least: number, most: number] {
    const token = this.peek() ?? '';
    const counts = /^(?<least>[0-9]*)\*(?<most>[0-9]*)$/u.exec(token)?.groups;
    if (counts === undefined && token !== '?' && token !== '+') return [1, 1];
    this.take();
    if (counts === undefined) return token === '?' ? [0, 1] : [1, Number.POSITIVE_INFINITY];
    return [
      Number(counts['least']),
      counts['most'] === '' ? Number.POSITIVE_INFINITY : Number(counts['most']),
    ];
  }
}

function nameIn(token: string): string {
  if (!/^[a-zA-Z]/u.test(token)) throw new Error(`no type: ${token}`);
  return token;
}
