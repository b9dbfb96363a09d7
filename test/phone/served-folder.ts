/** A folder for one test of the phone's server: a page in it, a file beside the page, and what must end before it goes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** The folder of the test that runs. */
export interface ServedFolder {
  readonly path: string;
  /** Called after the test, the last first. */
  readonly ends: (() => unknown)[];
}

/** A new one before each test of a file. */
export function servedFolder(): ServedFolder {
  let path = '';
  const ends: (() => unknown)[] = [];
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'phone-desk-'));
    mkdirSync(join(path, 'page/assets'), { recursive: true });
    writeFileSync(join(path, 'page/index.html'), '<html><head><title>p</title></head></html>');
    writeFileSync(join(path, 'page/assets/a.js'), 'export {};');
    writeFileSync(join(path, 'page/secret.txt'), 'not a page');
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    rmSync(path, { recursive: true });
  });
  return {
    get path() {
      return path;
    },
    ends,
  };
}
