/** Builds the phone's page as its own `npm run build` does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { installChromium } from '../services/chromium.js';

/** Where the built page lies when it was built once for all tests of it. */
const PHONE = join(import.meta.dirname, '../../coverage/phone');

/** By this variable the tests of this run know that it was: what lies there may be of another day. */
const BUILT = 'DOORWRIGHT_BUILT_PHONE';

/** A built page, and how to be rid of it. */
export interface BuiltPhone {
  readonly folder: string;
  remove(): void;
}

/** What vitest calls before the tests of this suite. */
export async function setup(): Promise<void> {
  installChromium();
  await buildPhone(PHONE);
  process.env[BUILT] = PHONE;
}

/** The page that was built before these tests, or one that is built now. */
export async function builtPhone(): Promise<BuiltPhone> {
  const before = process.env[BUILT];
  if (before !== undefined) return { folder: before, remove: () => undefined };
  const folder = await buildPhoneAnew();
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
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
