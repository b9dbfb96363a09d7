/** Vectors that others published. They stand outside the repository, beside it by default. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory =
  process.env['DOORWRIGHT_VECTORS'] ??
  fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/** The content of one file of vectors. */
export function readVectors<T>(path: string): T {
  const file = `${directory}/${path}`;
  if (!existsSync(file)) throw new Error(`no vectors \`${file}\``);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** The names of the JSON files in a folder of vectors, in order. */
export function vectorFiles(folder: string): string[] {
  const names = readdirSync(`${directory}/${folder}`).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** The bytes of hexadecimal digits of either case. */
export function hex(digits: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/iu.test(digits)) throw new Error(`no hexadecimal text \`${digits}\``);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** What became of the cases of one set of vectors, by the words it was counted under. */
export interface Tally {
  count(what: string): void;
  /** All counts, which are also printed. */
  total(): Record<string, number>;
}

/** An empty tally. A case that is left out is counted too, under the reason why. */
export function tally(title: string): Tally {
  const counts: Record<string, number> = {};
  return {
    count: (what) => {
      counts[what] = (counts[what] ?? 0) + 1;
    },
    total: () => {
      const parts = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
      console.log(`${title}: ${parts.join(', ')}`);
      return counts;
    },
  };
}
