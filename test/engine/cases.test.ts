/** Decisions as data: engine and oracle against answers written by hand from the clauses. */
import { describe, expect, test } from 'vitest';
import { REASON_CODES } from '../../src/engine/decision.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { caseFiles } from '../helpers/cases.js';
import { referenceDecide } from '../reference/decide.js';

const files = caseFiles();
const all = files.flatMap(({ cases }) => cases);

for (const { name, about, policy, cases } of files) {
  describe(`${name}: ${about}`, () => {
    const engine = compilePolicy(policy);

    test('the policy is valid', () => {
      expect(parsePolicy(policy)).toMatchObject({ ok: true });
    });

    test.each(cases.map((each) => [each.title, each] as const))(
      '%s',
      (_, { request, answer: { decision, ...context } }) => {
        const expected = { decision, context: { ...context, revision: policy.revision ?? 0 } };
        expect(engine.decide(request)).toEqual(expected);
        expect(engine.check(request)).toBe(decision);
        expect(referenceDecide(policy, request)).toEqual(expected);
      },
    );
  });
}

describe('the cases together', () => {
  const clauses = [
    'D1',
    'D2',
    'D3',
    'D4',
    'D5',
    'D6',
    'D7',
    'D8',
    'D9',
    'D10',
    'D11',
    'A1',
    'A2',
    'A3',
  ];
  test.each(clauses)('%s has a permit and a refusal', (clause) => {
    const own = all.filter(({ title }) => title.startsWith(`${clause} `));
    expect(new Set(own.map(({ answer }) => answer.decision)).size).toBe(2);
  });

  test('every code is the reason of some refusal', () => {
    const seen = new Set(all.flatMap(({ answer }) => answer.reasons.map(({ code }) => code)));
    expect(REASON_CODES.filter((code) => !seen.has(code))).toEqual([]);
    expect(seen.has('granted') && seen.has('door_unlocked')).toBe(true);
  });

  test.each([
    ...['geofence', 'reader', 'schedule', 'primary_device', 'second_factor', 'app_access'],
    ...['occupancy_limit', 'anti_passback', 'two_person'],
  ])('%s has a permit and a refusal', (code) => {
    const own = all.filter(({ title }) => title.startsWith(`D6 ${code}:`));
    expect(new Set(own.map(({ answer }) => answer.decision)).size).toBe(2);
  });

  test('no title stands twice', () => {
    const titles = all.map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});
