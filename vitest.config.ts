import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ENTRIES, subpathOf } from './scripts/entries.mjs';

/**
 * Five suites, so that each runs once: `test` is what everybody runs, `package` looks at the packed
 * tarball, `conformance` reads the public vectors beside the checkout, `browser` looks at pages in a real Chromium,
 * `services` starts real databases.
 */
const SUITES: Record<string, { include: string[]; exclude: string[]; globalSetup?: string[] }> = {
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', 'test/services/**', 'test/smoke/**', 'test/browser/**'],
  },
  package: { include: ['test/smoke/**/*.test.ts'], exclude: [] },
  conformance: { include: ['test/conformance/**/*.test.ts'], exclude: [] },
  browser: {
    include: ['test/browser/**/*.test.ts'],
    exclude: [],
    globalSetup: ['test/browser/portal-build.ts', 'test/browser/phone-build.ts'],
  },
  services: {
    include: ['test/services/**/*.test.ts'],
    exclude: [],
    globalSetup: ['test/services/server.ts'],
  },
};

/** Examples name the package; their tests run them against its sources. */
const BY_NAME = Object.entries(ENTRIES).map(([name, file]) => ({
  find: new RegExp(`^${subpathOf(name)}$`, 'u'),
  replacement: fileURLToPath(new URL(file, import.meta.url)),
}));

export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  if (suite === undefined) throw new Error(`no suite ${mode}`);
  return {
    resolve: { alias: mode === 'test' || mode === 'browser' ? BY_NAME : [] },
    test: {
      ...suite,
      testTimeout: 60_000,
      hookTimeout: 120_000,
      pool: 'forks',
      // In CI the figures also go to a file, from which .ci/run takes its closing line.
      reporters: process.env.CI
        ? ['default', ['json', { outputFile: `coverage/${mode}.json` }]]
        : ['default'],
    },
  };
});
