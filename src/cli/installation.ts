/** Where this program lives: its package, with version and examples. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package this program is part of. */
export interface Installation {
  readonly folder: string;
  readonly version: string;
}

/**
 * The nearest package called `doorwright` around this file: the repository, or the installed package.
 * @returns `undefined` when the file was taken out of its package.
 */
export function installation(): Installation | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      if (name === 'doorwright') return { folder, version: String(version) };
    }
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
