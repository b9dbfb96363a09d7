/** JSON text that says the same value in only one way: the JSON Canonicalization Scheme of RFC 8785. */

/**
 * The canonical text of a JSON value: no space, members sorted by the UTF-16 code units of their names, numbers and
 * texts as ECMAScript writes them. A member that is `undefined` is absent.
 * @throws TypeError for what JSON cannot say: other types, numbers that are not finite, half a surrogate pair.
 * @see RFC 8785 §3.2
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    return `{${memberNames(members)
      .map((name) => `${textOf(name)}:${canonicalJson(members[name])}`)
      .join(',')}}`;
  }
  return scalarText(value);
}

/**
 * {@link canonicalJson} in pieces: the elements of the root's lists one by one, because the text of a large
 * document is longer than a string may be.
 */
export function* canonicalJsonPieces(
  document: Readonly<Record<string, unknown>>,
): Generator<string> {
  let before = '{';
  for (const name of memberNames(document)) {
    yield `${before}${textOf(name)}:`;
    before = ',';
    const value = document[name];
    if (!Array.isArray(value)) {
      yield canonicalJson(value);
      continue;
    }
    yield '[';
    for (const [index, element] of value.entries()) {
      yield (index > 0 ? ',' : '') + canonicalJson(element);
    }
    yield ']';
  }
  yield before === '{' ? '{}' : '}';
}

function memberNames(members: Readonly<Record<string, unknown>>): string[] {
  // Without a comparison, `sort` compares code units: the order of RFC 8785 §3.2.3.
  return Object.keys(members)
    .filter((name) => members[name] !== undefined)
    .sort();
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`no JSON number \`${value}\``);
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
      throw new TypeError(`no JSON value of type \`${typeof value}\``);
  }
}

/** @see RFC 8785 §3.2.2.2: what is no Unicode text has no canonical form. */
function textOf(text: string): string {
  if (HALF_CHARACTER.test(text)) throw new TypeError('half a surrogate pair in a text');
  return JSON.stringify(text);
}

const HALF_CHARACTER = /\p{Surrogate}/u;
