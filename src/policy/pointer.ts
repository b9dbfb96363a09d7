/** JSON Pointers and the way outside values are shown in messages. */

/** Longest piece of an outside value that a message repeats, in characters. */
export const QUOTE_LENGTH_MAX = 60;

/** One reference token with `~` and `/` escaped. @see RFC 6901 §3 */
export function pointerToken(token: string | number): string {
  if (typeof token === 'number') return String(token);
  return /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** The JSON Pointer of a path from the root; `''` for the root itself. */
export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of path) pointer += `/${pointerToken(token)}`;
  return pointer;
}

/**
 * An outside value in backticks, cut to {@link QUOTE_LENGTH_MAX} characters. Control characters, lone
 * surrogates and backticks are escaped: a message may end in a terminal or in Markdown.
 */
export function quote(value: string | number | boolean | bigint | null | undefined): string {
  if (typeof value !== 'string') return `\`${String(value)}\``;
  // Cut before escaping, so that a long hostile text is not walked whole.
  const characters = [...value.slice(0, 2 * QUOTE_LENGTH_MAX + 2)];
  const cut = characters.length > QUOTE_LENGTH_MAX;
  const shown = cut ? `${characters.slice(0, QUOTE_LENGTH_MAX - 1).join('')}…` : value;
  return `\`${shown.replace(UNSAFE, escaped)}\``;
}

/** Controls, backticks, lone surrogates, line separators and marks that turn the writing direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f`\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
