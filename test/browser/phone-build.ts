/** Builds the phone's page as its own `npm run build` does. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { installChromium } from '../services/chromium.js';

/** Where the built page lies for all tests of it. */
export const PHONE = join(import.meta.dirname, '../../coverage/phone');

/** What vitest calls before the tests of this suite. */
export async function setup(): Promise<void> {
  installChromium();
  await buildPhone(PHONE);
}

/** Builds the page into a folder of one's own. */
export async function buildPhoneAnew(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-phone-'));
  await buildPhone(folder);
  return folder;
}

async function buildPhone(outDir: string): Promise<void> {
  await build({
    root: join(import.meta.dirname, '../../examples/phone'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}
