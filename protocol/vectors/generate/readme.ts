/** Puts vectors into the worked examples of a page: what it shows is what the files hold. */
import { diagnose } from '../../wire/diagnostic.js';
import { fromHex } from '../../wire/hex.js';
import { decoded } from './edits.js';

/** A block names what it shows: form, file, list, id and member, whose parts are joined by dots. */
const BLOCK = /^```(hex|cbor-diag) (\S+) (\S+) (\S+) (\S+)\n[^`]*```$/gmu;

/** Digits on one line: 32 bytes. */
const LINE = /.{1,64}/gu;

/**
 * The page with every block filled.
 * @param files - texts of the vector files by name.
 * @throws Error for a block that names no vector.
 */
export function filledPage(page: string, files: ReadonlyMap<string, string>): string {
  return page.replaceAll(
    BLOCK,
    (_, form: string, file: string, list: string, id: string, member: string) => {
      const found = memberOf(files.get(file), list, id, member.split('.'));
      const name = [form, file, list, id, member].join(' ');
      const texts = typeof found === 'string' ? [found] : found;
      if (!Array.isArray(texts) || texts.length === 0) throw new Error(`no vector: ${name}`);
      const shown = (texts as readonly string[]).map((hex) =>
        form === 'hex' ? inLines(hex) : diagnosed(hex),
      );
      return `\`\`\`${name}\n${shown.join('\n')}\n\`\`\``;
    },
  );
}

function memberOf(
  text: string | undefined,
  list: string,
  id: string,
  path: readonly string[],
): unknown {
  const vectors = text === undefined ? undefined : JSON.parse(text)[list];
  if (!Array.isArray(vectors)) return undefined;
  const vector: unknown = vectors.find((one) => one.id === id || one.name === id);
  return path.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    vector,
  );
}

function inLines(hex: string): string {
  return (hex.match(LINE) ?? []).join('\n');
}

function diagnosed(hex: string): string {
  return diagnose(decoded(fromHex(hex) as Uint8Array));
}
