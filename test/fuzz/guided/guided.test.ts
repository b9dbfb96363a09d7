import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFuzzer } from '../../../scripts/fuzz-guided.mjs';

let fuzzer: Awaited<ReturnType<typeof openFuzzer>>;
beforeAll(async () => {
  fuzzer = await openFuzzer();
});
afterAll(() => fuzzer.close());

test('a fault behind six branches is found by what inputs reach, and made as small as it can be', async () => {
  const { finding, standing } = await fuzzer.run({ target: 'planted-fault', milliseconds: 20_000 });
  expect(finding).toEqual({
    target: 'planted-fault',
    input: '{7;Z+9',
    message: 'the planted fault',
  });
  const inputs = standing?.inputs ?? 0;
  // The same number of inputs without looking at what they reach: one letter of six is the most they get.
  const blind = await fuzzer.run({ target: 'planted-fault', milliseconds: 1500, guided: false });
  expect(blind.standing?.inputs).toBeGreaterThan(inputs / 20);
  expect(blind.finding).toBeUndefined();
});

test('an input that never ends is a finding too', async () => {
  const run = { target: 'planted-hang', milliseconds: 20_000, endlessMs: 1000 };
  const { finding } = await fuzzer.run(run);
  expect(finding?.message).toBe('not ended after 1000 ms');
  expect(finding?.input).toContain('{{');
});

test('the code under test is counted, branch by branch', () => {
  expect(fuzzer.branches).toBeGreaterThan(3000);
});
