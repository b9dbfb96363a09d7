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
  return `\`${[...shown].map(harmless).join('')}\``;
}

/**
 * The character, escaped if it could change how the rest is shown: controls, backticks, halves of surrogate
 * pairs, other line ends, invisible characters and those that turn the writing direction.
 */
function harmless(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const unsafe =
    code < 0x20 ||
    character === '`' ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x061c ||
    code === 0xfeff;
  return unsafe ? `\\u${code.toString(16).padStart(4, '0')}` : character;
}
