import { defineConfig } from 'vitest/config';

const suite = process.env['MUTATION_SUITE'] ?? '*';

/**
 * One file of many tests a suite: a mutant costs the loading of the file that judges it. Properties are
 * short, since whoever survives them all has paid for them all; what survives may be asked again with more.
 */
// biome-ignore lint/style/noDefaultExport: it is what Vitest reads
export default defineConfig({
  test: {
    include: [`test/mutation/${suite}.suite.ts`],
    testTimeout: 30_000,
    env: { DOORWRIGHT_RUNS: process.env['DOORWRIGHT_RUNS'] ?? '0.04' },
  },
});
