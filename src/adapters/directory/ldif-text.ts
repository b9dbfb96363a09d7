/** LDIF as entries: unfolded, decoded, names of attributes in small letters. @see RFC 2849 */
import { DirectorySourceError } from './source.js';

/** One entry: its distinguished name and its attributes in file order. */
export interface LdifEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/**
 * The entries of a file of content. Changes, and values that stand elsewhere (`:<`), are refused: a file of those is
 * not the whole directory.
 * @throws DirectorySourceError `malformed`, with the line.
 */
export function parseLdif(text: string): LdifEntry[] {
  const entries: LdifEntry[] = [];
  let lines: Line[] = [];
  let isFirst = true;
  const finish = (): void => {
    const [version] = lines;
    if (isFirst && version?.name === 'version') {
      if (version.value !== '1') throw malformed(version.number, 'not version 1');
      lines = lines.slice(1);
    }
    isFirst = false;
    if (lines.length > 0) entries.push(entryOf(lines));
    lines = [];
  };
  for (const line of unfolded(text)) {
    if (line.text === '') finish();
    else lines.push(lineOf(line));
  }
  finish();
  return entries;
}

/** A distinguished name so that two spellings of one name are equal: no case, no idle spaces, one way of escaping. @see RFC 4514 */
export function foldDn(dn: string): string {
  const parts = dn.split(/(?<!(?:^|[^\\])(?:\\\\)*\\),/u);
  return parts
    .map((part) => {
      const at = part.indexOf('=');
      if (at < 0) return part.trim().toLowerCase();
      const type = part.slice(0, at).trim();
      return `${type}=${unescaped(part.slice(at + 1))}`.toLowerCase();
    })
    .join(',');
}

interface Numbered {
  readonly number: number;
  readonly text: string;
}

interface Line {
  readonly number: number;
  readonly name: string;
  readonly value: string;
}

/** Lines with their continuations, comments left out; an empty text between entries. */
function* unfolded(text: string): Generator<Numbered> {
  let open: { number: number; text: string } | undefined;
  let number = 0;
  for (const line of text.split(/\r?\n/u)) {
    number++;
    if (line.startsWith(' ') && open !== undefined && open.text !== '') {
      open.text += line.slice(1);
      continue;
    }
    if (open !== undefined && !open.text.startsWith('#')) yield open;
    open = { number, text: line };
  }
  if (open !== undefined && !open.text.startsWith('#')) yield open;
}

function lineOf({ number, text }: Numbered): Line {
  const match = /^([A-Za-z0-9.;-]+):(:|<)?\s*(.*)$/su.exec(text);
  if (match === null) throw malformed(number, 'neither attribute nor comment');
  const [, attribute = '', mark, raw = ''] = match;
  if (mark === '<') throw malformed(number, 'a value that stands elsewhere');
  // Options such as `;lang-de` name a variant of the attribute, not another one.
  const name = (attribute.split(';', 1)[0] ?? '').toLowerCase();
  return { number, name, value: mark === ':' ? fromBase64(raw, number) : raw };
}

function entryOf(lines: readonly Line[]): LdifEntry {
  const [first, ...rest] = lines;
  if (first?.name !== 'dn') throw malformed(first?.number ?? 0, 'an entry without dn');
  const attributes = new Map<string, string[]>();
  for (const { number, name, value } of rest) {
    if (name === 'changetype') throw malformed(number, 'a change, not content');
    const values = attributes.get(name);
    if (values === undefined) attributes.set(name, [value]);
    else values.push(value);
  }
  return { dn: first.value, attributes };
}

function fromBase64(text: string, number: number): string {
  const plain = text.replace(/\s/gu, '');
  const isBase64 = plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/u.test(plain);
  if (!isBase64) throw malformed(number, 'not base64');
  const bytes = Buffer.from(plain, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // A photo or certificate: nothing here reads those, and no name equals it.
    return `\u0000${plain}`;
  }
}

/** Escapes of RFC 4514 taken out, in one pass since what one gives is no part of the next; and put back in one way. */
function unescaped(value: string): string {
  const plain = value
    .trim()
    .replace(/((?:\\[0-9a-fA-F]{2})+)|\\(.)/gsu, (_, run: string | undefined, character: string) =>
      run === undefined ? character : Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
    );
  return plain.replace(/[\\,]/gu, (character) => `\\${character}`).replace(/ +/gu, ' ');
}

function malformed(line: number, text: string): DirectorySourceError {
  return new DirectorySourceError('malformed', `line ${line}: ${text}`);
}
