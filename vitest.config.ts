import { defineConfig } from 'vitest/config';

/**
 * Three suites, so that each runs once: `test` is what everybody runs, `package` looks at the packed
 * tarball, `conformance` reads the public vectors beside the checkout.
 */
const SUITES: Record<string, { include: string[]; exclude: string[] }> = {
  test: { include: ['test/**/*.test.ts'], exclude: ['test/conformance/**', 'test/smoke/**'] },
  package: { include: ['test/smoke/**/*.test.ts'], exclude: [] },
  conformance: { include: ['test/conformance/**/*.test.ts'], exclude: [] },
};

export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  if (suite === undefined) throw new Error(`no suite ${mode}`);
  return {
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
