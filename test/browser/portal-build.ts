/** Builds the portal as its own `npm run build` does, once for all tests of it. */
import { join } from 'node:path';
import { build } from 'vite';
import { installChromium } from '../services/chromium.js';

/** Where the built portal lies; elsewhere where several builds of one checkout are looked at at once. */
export const PORTAL =
  process.env['DOORWRIGHT_PORTAL'] ?? join(import.meta.dirname, '../../coverage/portal');

/** What vitest calls before the tests of this suite. */
export async function setup(): Promise<void> {
  installChromium();
  await build({
    root: join(import.meta.dirname, '../../examples/portal'),
    logLevel: 'warn',
    build: { outDir: PORTAL, emptyOutDir: true },
  });
}
