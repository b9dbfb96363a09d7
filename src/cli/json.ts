/** Reading JSON text that people wrote: strictly, and with the place where it goes wrong. */
import { parseText } from '../policy/parse.js';

/** A JSON value, or where and why the text is none. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** The value of JSON text. A member named twice is an error: two readers would not read the same. */
export function parseJson(text: string): ParsedJson {
  const parsed = parseText(text);
  if (parsed.ok) return parsed;
  return { ok: false, message: parsed.issues.map((issue) => issue.message).join('; ') };
}
