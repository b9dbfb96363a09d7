import { describe, expect, test } from 'vitest';
import { FINDING_CODES, LINT_RULES } from '../../../src/analysis/lint/catalogue.js';
import type { Finding } from '../../../src/analysis/lint/finding.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { Policy } from '../../../src/index.js';
import { AT, BASE, CASES } from './cases.js';

const policyOf = (parts: object) => ({ ...BASE, ...parts }) as unknown as Policy;

/** The value a pointer names; fails where there is none. */
function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    expect(value, pointer).toBeTypeOf('object');
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    expect(Object.hasOwn(value as object, name), pointer).toBe(true);
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function resolves(document: unknown, findings: readonly Finding[]): void {
  for (const { pointer, related = [] } of findings) {
    for (const each of [pointer, ...related]) valueAt(document, each);
  }
}

test('every code has a policy that has it and a nearest one that has not', () => {
  expect(Object.keys(CASES).sort()).toEqual([...FINDING_CODES].sort());
});

describe('of two policies one apart', () => {
  test.each(FINDING_CODES)('%s is told of the one and not of the other', (code) => {
    const { has, not, pointer, options } = CASES[code];
    const found = lintPolicy(policyOf(has), options);
    const of = (findings: readonly Finding[]) =>
      findings.filter((finding) => finding.code === code);
    expect(of(found).map((finding) => finding.pointer)).toEqual([pointer]);
    expect(of(lintPolicy(policyOf(not), options))).toEqual([]);
    expect(of(found)[0]).toMatchObject({
      severity: LINT_RULES[code].severity,
      advice: LINT_RULES[code].advice,
    });
    resolves(policyOf(has), found);
  });

  test.each(FINDING_CODES.filter((code) => 'dated' in LINT_RULES[code]))(
    '%s is not told without a date',
    (code) => {
      const { has, options } = CASES[code];
      const found = lintPolicy(policyOf(has), { ...options, at: undefined });
      expect(found.filter((finding) => finding.code === code)).toEqual([]);
    },
  );
});

test('messages are in the style of the house, and no two rules give the same advice and summary', () => {
  for (const { has, options } of Object.values(CASES)) {
    for (const { message, advice } of lintPolicy(policyOf(has), { ...options, at: AT })) {
      for (const text of [message, advice]) expect(text).toMatch(/^[a-z`].*[^.]$/u);
    }
  }
  const summaries = Object.values(LINT_RULES).map(({ summary }) => summary);
  expect(new Set(summaries).size).toBe(summaries.length);
});

test('a rule weighs what the options say, and nothing when it is off', () => {
  const policy = policyOf(CASES.unused_group.has);
  const weights = (weight: 'error' | 'off') =>
    lintPolicy(policy, { rules: { unused_group: weight } })
      .filter(({ code }) => code === 'unused_group')
      .map(({ severity }) => severity);
  expect(weights('error')).toEqual(['error']);
  expect(weights('off')).toEqual([]);
});

test('options that name what is not there are refused, because they would silently find nothing', () => {
  const policy = policyOf({});
  const lint = (options: object) => () => lintPolicy(policy, options);
  expect(lint({ rules: { unusd_group: 'off' } })).toThrow(/unknown code `unusd_group`/u);
  expect(lint({ rules: { unused_group: 'loud' } })).toThrow(/not `loud`/u);
  expect(lint({ at: '2026-11-22' })).toThrow(RangeError);
  expect(lint({ privileged: ['boss'] })).toThrow(/unknown role `boss`/u);
  const pair = (first: object) => ({ segregation: [{ first, second: { role: 'observer' } }] });
  expect(lint(pair({ role: 'boss' }))).toThrow(/`segregation` 1, first duty: unknown role `boss`/u);
  expect(lint(pair({ group: 'vault' }))).toThrow(/unknown group `vault`/u);
  expect(lint(pair({ permission: 'door:fly' }))).toThrow(/permission `door:fly`/u);
  expect(lint(pair({}))).toThrow(/names neither/u);
  expect(lint(pair({ role: 'observer' }))).not.toThrow();
});

test('a policy that is not valid is refused with its issues', () => {
  expect(() => lintPolicy({ ...BASE, doors: [{ id: 'x' }] } as unknown as Policy)).toThrow(
    /\/doors\/0/u,
  );
});
