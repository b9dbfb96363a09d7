/** Finding files of policy tests by their names. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How such a file is called within a folder: `anything.policy-test.yaml`, `.yml` or `.json`. */
export const TEST_FILE_NAME = /\.policy-test\.(?:ya?ml|json)$/u;

/** Files that one run takes, folders it looks into, and how deep they lie: beyond is not a folder of tests. */
const FILES_MAX = 10_000;
const FOLDERS_MAX = 100_000;
const DEPTH_MAX = 64;

/** What was found at some paths. */
export interface FoundTestFiles {
  /** Each once: those named in their order, those found in folders sorted by name. */
  readonly files: readonly string[];
  /** Paths at which nothing is, or that could not be looked at, and why. */
  readonly missing: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Files named are taken whatever they are called. Folders are looked through for {@link TEST_FILE_NAME}, but for hidden ones
 * and `node_modules`; links to folders are not followed.
 */
export function findTestFiles(paths: readonly string[]): FoundTestFiles {
  const files = new Set<string>();
  const missing: { path: string; why: string }[] = [];
  let folders = 0;
  const walk = (folder: string, depth: number): void => {
    if (++folders > FOLDERS_MAX || depth > DEPTH_MAX || files.size > FILES_MAX) {
      throw new RangeError(`more than ${FILES_MAX} files, or folders without end`);
    }
    const entries = readdirSync(folder, { withFileTypes: true }).sort(byName);
    for (const entry of entries) {
      const path = folder === '.' ? entry.name : join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') walk(path, depth + 1);
      } else if (TEST_FILE_NAME.test(entry.name)) files.add(path);
    }
  };
  for (const path of paths) {
    try {
      if (statSync(path).isDirectory()) walk(path, 0);
      else files.add(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      missing.push({ path, why: code === 'ENOENT' ? 'there is no such file' : message });
    }
  }
  return { files: [...files], missing };
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1;
}
