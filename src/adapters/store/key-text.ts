/** Texts as keys of a database: any text of JavaScript, although PostgreSQL takes neither U+0000 nor half characters. */
import { createHash } from 'node:crypto';
import type { EntityName } from '../../admin/events/event.js';

/** Up to the one and from the other on, code units are written as digits behind a mark that sorts like them. */
const LOW = 0x01;
const LOW_MARK = '\x01';
const HIGH = 0x7f;
const HIGH_MARK = '\x7f';
const HIGH_DIGITS = 4;

/** What an entry of a PostgreSQL index may hold is bounded by about 2 700 bytes; a code unit takes up to three. */
const INDEXED_LENGTH_MAX = 600;

/**
 * The text with each code unit outside ASCII as U+007F and four digits, U+0000 and U+0001 as U+0001 and a digit. No
 * two texts become the same, and bytes of the results sort as the code units of the texts do.
 */
export function keyText(text: string): string {
  let key = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit <= LOW) key += `${LOW_MARK}${unit}`;
    else if (unit < HIGH) key += text[index];
    else key += `${HIGH_MARK}${unit.toString(16).padStart(HIGH_DIGITS, '0')}`;
  }
  return key;
}

/** The text of which {@link keyText} made a key. */
export function textOfKey(key: string): string {
  let text = '';
  for (let index = 0; index < key.length; index++) {
    const mark = key[index];
    const digits = mark === LOW_MARK ? 1 : mark === HIGH_MARK ? HIGH_DIGITS : 0;
    if (digits === 0) text += mark;
    else {
      const unit = key.slice(index + 1, index + 1 + digits);
      text += String.fromCharCode(Number.parseInt(unit, 16));
    }
    index += digits;
  }
  return text;
}

/**
 * What an index finds a name or a text by: its JSON text, or a hash when that is too long for an index. No two
 * names have the same.
 */
export function indexText(value: string | EntityName): string {
  const text = JSON.stringify(typeof value === 'string' ? value : [value.type, value.id]);
  // JSON texts of strings and lists begin with a quote or a bracket.
  if (text.length <= INDEXED_LENGTH_MAX) return text;
  return `#${createHash('sha256').update(text).digest('hex')}`;
}
