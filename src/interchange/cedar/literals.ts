/** Names in the text of Cedar policies. */
import type { CedarUid } from './names.js';

/** An entity in the text of a policy. */
export function shownUid({ type, id }: CedarUid): string {
  return `${type}::${quoted(id)}`;
}

/** A string literal of Cedar: everything but plain ASCII is escaped, so that no text ends it early. */
export function quoted(text: string): string {
  let literal = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const isPlain = code >= 0x20 && code < 0x7f && character !== '"' && character !== '\\';
    literal += isPlain ? character : `\\u{${code.toString(16)}}`;
  }
  return `"${literal}"`;
}
