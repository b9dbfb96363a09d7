import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CORPUS } from '../../../scripts/fuzz-guided.mjs';
import { tryInput } from './guided.js';
import { policyTarget } from './policy-target.js';
import { requestsTarget } from './requests-target.js';
import { rruleTarget } from './rrule-target.js';

/** Every input that once broke something breaks nothing any more; and the seeds of the fuzzer never did. */
describe.each([policyTarget(), rruleTarget(), requestsTarget()])('$name', (target) => {
  const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith(`${target.name}/`))
    .sort();

  test('what fuzzing found stays mended', () => {
    const broken = files.flatMap((name) => {
      const { message } = tryInput(target, readFileSync(`${CORPUS}/${name}`, 'utf8'));
      return message === undefined ? [] : [`${name}: ${message}`];
    });
    expect(broken).toEqual([]);
  });

  test('what it starts from comes through, most of it to the last check', () => {
    const tried = target.seeds.map((seed) => tryInput(target, seed));
    expect(tried.flatMap(({ message }) => message ?? [])).toEqual([]);
    const accepted = tried.filter(({ reach }) => reach === 'accepted');
    expect(accepted.length).toBeGreaterThan(tried.length / 2);
  });
});

test('every file of the corpus belongs to a target', () => {
  const names = readdirSync(CORPUS);
  expect(names.filter((name) => !['policy', 'rrule', 'requests'].includes(name))).toEqual([]);
});
