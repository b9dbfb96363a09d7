/** A filter or path as tokens, in one pass from left to right. */
import { refuse, type ScimOutcome } from './code.js';
import { FILTER_LENGTH_MAX } from './limits.js';

/** One token: a bracket or parenthesis, a quoted text, or a word (name, operator, number, bare value). */
export type Token =
  | { readonly kind: '(' | ')' | '[' | ']'; readonly at: number }
  | { readonly kind: 'text'; readonly at: number; readonly value: string }
  | { readonly kind: 'word'; readonly at: number; readonly value: string };

/**
 * The tokens of a filter. Quoted texts are JSON strings; a word ends at white space, a quote or a bracket, so
 * that values without quotes, which Entra ID documents, are words too.
 * @returns code `invalidFilter`.
 * @see RFC 7644 §3.4.2.2, figure 1
 */
export function readTokens(text: string): ScimOutcome<readonly Token[]> {
  if (text.length > FILTER_LENGTH_MAX) {
    return refuse('invalidFilter', `a filter has at most ${FILTER_LENGTH_MAX} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (isSpace(character)) {
      at++;
    } else if (isBracket(character)) {
      tokens.push({ kind: character, at });
      at++;
    } else if (character === '"') {
      const end = endOfText(text, at);
      const value = end === undefined ? undefined : readText(text.slice(at, end));
      if (end === undefined || value === undefined) {
        return refuse(
          'invalidFilter',
          `a text does not end, or is no JSON, at character ${at + 1}`,
        );
      }
      tokens.push({ kind: 'text', at, value });
      at = end;
    } else {
      const end = endOfWord(text, at);
      tokens.push({ kind: 'word', at, value: text.slice(at, end) });
      at = end;
    }
  }
  return { ok: true, value: tokens };
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isBracket(character: string): character is '(' | ')' | '[' | ']' {
  return character === '(' || character === ')' || character === '[' || character === ']';
}

/** Behind the closing quote. */
function endOfText(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') return at + 1;
  }
  return undefined;
}

function readText(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function endOfWord(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (isSpace(character) || isBracket(character) || character === '"') break;
  }
  return at;
}
