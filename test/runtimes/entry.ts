/**
 * Judges the vectors where it runs: everything in them is made again from the fixed secrets, by the same
 * library, and every line must be the published one. It asks nothing of its host but the language.
 */
import { vectorFiles } from '../../protocol/vectors/generate/files.js';

/** What `scripts/runtimes.mjs` puts before this script, and what it reads after it. */
interface Stage {
  /** Begins the line with the verdict. */
  readonly doorwrightMark: string;
  /** The published files by name. */
  readonly doorwrightVectors: Readonly<Record<string, string>>;
  doorwrightVerdict?: string;
  readonly console?: { log(text: string): void };
}

const stage = globalThis as unknown as Stage;
const failed: string[] = [];
let passed = 0;
for (const [name, text] of vectorFiles()) {
  const made = text.split('\n');
  const published = (stage.doorwrightVectors[name] ?? '').split('\n');
  if (made.length !== published.length) {
    failed.push(`${name}: ${made.length} lines instead of ${published.length}`);
  }
  for (const [index, line] of published.entries()) {
    if (made[index] === line) passed += 1;
    else failed.push(`${name}:${index + 1}: ${(made[index] ?? 'missing').slice(0, 100)}`);
  }
}
const verdict = `${stage.doorwrightMark}${JSON.stringify({ passed, failed })}`;
stage.doorwrightVerdict = verdict;
stage.console?.log(verdict);
