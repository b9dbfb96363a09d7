import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePolicy, exportTimeZones, luxonTimeZones } from '../../src/index.js';
import { caseFiles } from '../helpers/cases.js';
import { type Example, readExamples } from '../helpers/examples.js';
import { type Bare, loadBare } from './runtime.js';

/** A span around every time the examples ask about, with room for what `validUntil` looks ahead to. */
const FROM = Date.UTC(2020, 0, 1);
const UNTIL = Date.UTC(2070, 0, 1);

/** The example sites, and the decisions written by hand from the clauses. */
const SITES: readonly Example[] = [
  ...readExamples(),
  ...caseFiles().map(({ name, policy, cases }) => ({
    name,
    policy,
    requests: cases.map(({ request }) => request),
  })),
];

let bare: Bare;
beforeAll(async () => {
  bare = await loadBare('test/quickjs/entry.ts');
});
afterAll(() => bare?.dispose());

describe('a bare JavaScript engine', () => {
  test.each([
    ['Intl', 'undefined'],
    ['process', 'undefined'],
    ['require', 'undefined'],
    ['setTimeout', 'undefined'],
    ['crypto', 'undefined'],
    ['console', 'undefined'],
    ['Date', 'function'],
  ])('has %s as %s', (name, kind) => {
    expect(bare.evaluate(`typeof ${name}`)).toBe(kind);
  });

  test('cannot decide by the host’s zones, and says so instead of guessing', () => {
    const policy = { version: 1, organization: { id: 'acme', timeZone: 'Europe/Berlin' } };
    const timeZones = { version: 1, from: FROM, until: UNTIL, zones: {} };
    expect(() => bare.call('decideBare', { policy, requests: [], timeZones })).toThrow(
      /Europe\/Berlin/u,
    );
  });
});

describe('with a table of the zones it decides as Node does with Intl:', () => {
  test.each(SITES)('$name', ({ policy, requests }) => {
    const timeZones = exportTimeZones(luxonTimeZones, zonesOf(policy), FROM, UNTIL);

    const answers = bare.call('decideBare', { policy, requests, timeZones });

    const engine = compilePolicy(policy);
    expect(answers).toEqual(
      requests.map((request) => engine.decide(request, { validUntil: true })),
    );
  });

  test('permits and refusals alike', () => {
    const decisions = SITES.flatMap(({ policy, requests }) =>
      compilePolicy(policy).decideAll(requests),
    );
    const permits = decisions.filter(({ decision }) => decision).length;
    expect(permits).toBeGreaterThan(100);
    expect(decisions.length - permits).toBeGreaterThan(100);
  });
});

/** Every time zone a document names, wherever it names it. */
function zonesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'timeZone' && typeof inner === 'string' ? [inner] : zonesOf(inner),
  );
}
