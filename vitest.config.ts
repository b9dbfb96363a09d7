import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Five suites, so that each runs once: `test` is what everybody runs, `package` looks at the packed
 * tarball, `conformance` reads the public vectors beside the checkout, `browser` looks at pages in a real Chromium,
 * `services` starts real databases.
 */
const SUITES: Record<string, { include: string[]; exclude: string[]; globalSetup?: string }> = {
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', 'test/services/**', 'test/smoke/**', 'test/browser/**'],
  },
  package: { include: ['test/smoke/**/*.test.ts'], exclude: [] },
  conformance: { include: ['test/conformance/**/*.test.ts'], exclude: [] },
  browser: {
    include: ['test/browser/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/browser/portal-build.ts',
  },
  services: {
    include: ['test/services/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/services/server.ts',
  },
};

const FRONT = fileURLToPath(new URL('src/index.ts', import.meta.url));

export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  if (suite === undefined) throw new Error(`no suite ${mode}`);
  return {
    // Files of the portal are tested by themselves too, and name the package.
    resolve: { alias: mode === 'browser' ? [{ find: /^doorwright$/u, replacement: FRONT }] : [] },
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
