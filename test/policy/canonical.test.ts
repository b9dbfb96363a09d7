import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentBytes, contentHash } from '../../src/adapters/content-hash.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { canonicalPolicy, policyContent } from '../../src/policy/canonical.js';
import { canonicalJson } from '../../src/policy/canonical-json.js';
import { documentOrder, type Order } from '../../src/policy/canonical-order.js';
import type { Policy } from '../../src/policy/document.js';
import { parseDocument } from '../../src/policy/parse.js';
import { changed, drawChanges } from '../helpers/changes.js';
import { readExamples } from '../helpers/examples.js';
import { fullDocument, OPTIONS } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';
import { narrowed, shuffled, withoutOneRestriction } from '../helpers/variants.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';

interface Vector {
  readonly name: string;
  readonly policy: Policy;
  readonly canonical: string;
  readonly hash: string;
}

const text = (value: unknown) => JSON.stringify(value);
const full = () => fullDocument() as unknown as Policy;

describe('the order of a policy', () => {
  test('is said of every list there is: a new one must be thought about here', () => {
    expect(listsOf(documentOrder())).toEqual({
      assignments: 'id',
      'assignments.validity.schedule.events': 'json',
      'assignments.validity.schedule.except': 'json',
      'assignments.validity.schedule.recurrences': 'json',
      'assignments.validity.schedule.recurrences.exdates': 'text',
      'assignments.validity.schedule.recurrences.rdates': 'text',
      'assignments.validity.schedule.windows': 'json',
      'assignments.validity.schedule.windows.days': 'choice',
      calendars: 'id',
      'calendars.days': 'json',
      'calendars.days.windows': 'json',
      credentials: 'id',
      doors: 'id',
      'doors.readers': 'id',
      'doors.restrictions.geofence.polygon': 'kept',
      'doors.unlock': 'json',
      elevators: 'id',
      'elevators.readers': 'id',
      'elevators.stops': 'id',
      'elevators.stops.restrictions.geofence.polygon': 'kept',
      'elevators.stops.unlock': 'json',
      floors: 'id',
      groups: 'id',
      'groups.doors': 'text',
      'groups.restrictions.geofence.polygon': 'kept',
      'groups.stops': 'text',
      links: 'id',
      lockdowns: 'id',
      'lockdowns.exempt': 'text',
      'organization.roles.roles': 'id',
      'organization.roles.roles.assigns': 'text',
      'organization.roles.roles.inherits': 'text',
      'organization.roles.roles.levels': 'choice',
      'organization.roles.roles.permissions.*': 'text',
      places: 'id',
      'places.restrictions.geofence.polygon': 'kept',
      schedules: 'id',
      'schedules.events': 'json',
      'schedules.except': 'json',
      'schedules.recurrences': 'json',
      'schedules.recurrences.exdates': 'text',
      'schedules.recurrences.rdates': 'text',
      'schedules.windows': 'json',
      'schedules.windows.days': 'choice',
      teams: 'id',
      'teams.teams': 'text',
      'teams.users': 'text',
      users: 'id',
    });
  });

  test('finds the four instants of the document, and takes no local time for one', () => {
    const instants = pathsOf(documentOrder(), ({ kind }) => kind === 'instant');
    expect(instants).toEqual([
      'assignments.validity.from',
      'assignments.validity.until',
      'doors.tenant.since',
      'lockdowns.since',
      'lockdowns.until',
    ]);
  });
});

describe('a canonical policy', () => {
  test('has its members in the order of the definition, and its sets sorted and without repeats', () => {
    const policy = {
      users: [{ name: 'B', id: 'b' }, { id: 'a' }],
      schedules: [
        {
          windows: [
            { until: '02:00', from: '22:00', days: ['su', 'sa', 'su'] },
            { days: ['mo'], from: '08:00', until: '12:00' },
            { days: ['sa', 'su'], from: '22:00', until: '02:00' },
          ],
          id: 's',
        },
      ],
      teams: [{ users: ['b', 'a', 'b'], id: 't' }],
      organization: { timeZone: 'UTC', id: 'o' },
      version: 1,
    } as unknown as Policy;
    expect(text(canonicalPolicy(policy))).toBe(
      '{"version":1,"organization":{"id":"o","timeZone":"UTC"},' +
        '"users":[{"id":"a"},{"id":"b","name":"B"}],"teams":[{"id":"t","users":["a","b"]}],' +
        '"schedules":[{"id":"s","windows":[{"days":["mo"],"from":"08:00","until":"12:00"},' +
        '{"days":["sa","su"],"from":"22:00","until":"02:00"}]}]}',
    );
  });

  test('keeps values as they are written, what is empty or a default, and the way along a polygon', () => {
    const policy = full();
    const canonical = canonicalPolicy(policy);
    expect(canonical.$schema).toBe(policy.$schema);
    expect(canonical.revision).toBe(7);
    expect(canonical.groups?.[0]?.enabled).toBe(true);
    expect(canonical.groups?.[0]?.restrictions?.geofence).toEqual(
      policy.groups?.[0]?.restrictions?.geofence,
    );
    expect(canonicalPolicy({ ...policy, links: [] }).links).toEqual([]);
    expect(canonical.assignments?.[0]?.validity?.from).toBe('2026-01-01T00:00:00+01:00');
    expect(Object.isFrozen(canonical.users?.[0])).toBe(true);
  });

  test('is one for all orders of a policy, is its own canonical form, and decides as the policy does', () => {
    overWorlds(60, 12, ({ policy, requests, draw }) => {
      const before = text(policy);
      const canonical = canonicalPolicy(policy);
      expect(text(policy)).toBe(before);
      expect(text(canonicalPolicy(shuffled(policy, draw)))).toBe(text(canonical));
      expect(text(canonicalPolicy(canonical))).toBe(text(canonical));
      const [one, other] = [compilePolicy(policy), compilePolicy(canonical)];
      for (const request of requests) {
        expect(answerOf(() => other.decide(request))).toEqual(answerOf(() => one.decide(request)));
      }
    });
  });

  test.each<[string, unknown]>([
    ['an unknown member', { version: 1, organization: { id: 'o', colour: 'red' } }],
    ['a list where an object belongs', { version: 1, organization: [] }],
    ['an object where a list belongs', { version: 1, organization: { id: 'o' }, users: {} }],
    ['nested where nothing nests', { version: 1, organization: { id: { a: 1 } } }],
  ])('is not made of what is none: %s', (_title, value) => {
    expect(() => canonicalPolicy(value as Policy)).toThrow(TypeError);
    expect(() => contentHash(value as Policy)).toThrow(TypeError);
  });
});

describe('canonical JSON', () => {
  test('writes the samples of RFC 8785 §3.2.2 and §3.2.3 as it does', () => {
    const sample = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const members = Object.fromEntries(names.map((name) => [name, 0]));
    expect(Object.keys(JSON.parse(canonicalJson({ z: members })).z)).toEqual(
      ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'].sort((one, other) =>
        // Whole numbers come first in an object of JavaScript, whatever the text says.
        one === '1' ? -1 : other === '1' ? 1 : 0,
      ),
    );
    expect(canonicalJson(members)).toMatch(
      /^\{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0\}$/u,
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, 1n, Symbol.iterator])(
    'has no text for %s',
    (value) => expect(() => canonicalJson([value])).toThrow(TypeError),
  );
});

describe('the hash of the content', () => {
  test('stays under another order, under repeats in sets and after a round trip through JSON', () => {
    overWorlds(60, 0, ({ policy, draw }) => {
      const hash = contentHash(policy);
      expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/u);
      expect(contentHash(shuffled(policy, draw))).toBe(hash);
      expect(contentHash(JSON.parse(text(policy)))).toBe(hash);
      expect(contentHash(compilePolicy(policy).policy as Policy)).toBe(hash);
    });
  });

  test('stays when the revision, $schema, empty lists or the offset of an instant change', () => {
    const { $schema: _, revision: __, ...bare } = full();
    const hash = contentHash(full());
    expect(contentHash(bare)).toBe(hash);
    expect(contentHash({ ...bare, revision: 900 })).toBe(hash);
    const inUtc = text(bare).replace('2026-01-01T00:00:00+01:00', '2025-12-31T23:00:00.000Z');
    expect(inUtc).not.toBe(text(bare));
    expect(contentHash(JSON.parse(inUtc))).toBe(hash);
    const small = { version: 1, organization: { id: 'o' } } as const;
    expect(contentHash({ ...small, users: [], doors: [] })).toBe(contentHash(small));
  });

  test('changes with every single value of a document but $schema and revision', () => {
    const hash = contentHash(full());
    const leaves = leavesOf(full());
    expect(leaves.length).toBeGreaterThan(150);
    const unchanged = leaves.filter((path) => contentHash(withOtherLeaf(full(), path)) === hash);
    expect(unchanged.map((path) => path.join('.'))).toEqual(['$schema', 'revision']);
  });

  test('is another one whenever some answer is another one', () => {
    let different = 0;
    overWorlds(150, 30, ({ policy, requests, draw }) => {
      const after = draw.pick([
        () => narrowed(policy, draw),
        () => withoutOneRestriction(policy, draw),
        () => changed(policy, drawChanges(draw, policy)),
      ])();
      if (!parsePolicy(after).ok) return;
      const said = (each: Policy) => {
        const engine = compilePolicy({ ...each, revision: 1 });
        return text(requests.map((request) => answerOf(() => engine.decide(request))));
      };
      if (said(policy) === said(after)) return;
      different++;
      expect(contentHash(after)).not.toBe(contentHash(policy));
    });
    expect(different).toBeGreaterThan(runs(150) / 5);
  });

  const { vectors } = JSON.parse(readFileSync('test/cases/content-hash/vectors.json', 'utf8')) as {
    vectors: Vector[];
  };

  test('there are ten vectors for other implementations', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(10);
    expect(new Set(vectors.map(({ hash }) => hash)).size).toBe(vectors.length - 3);
  });

  test.each(vectors)('vector: $name', ({ policy, canonical, hash }) => {
    const parsed = parsePolicy(policy);
    expect(parsed.ok).toBe(true);
    expect(new TextDecoder().decode(contentBytes(policy))).toBe(canonical);
    expect(canonicalJson(policyContent(policy))).toBe(canonical);
    expect(contentHash(policy)).toBe(hash);
    // By another implementation of SHA-256 than the one under test.
    expect(`sha256:${createHash('sha256').update(canonical).digest('hex')}`).toBe(hash);
  });

  test('the canonical form of the examples is valid, and says the same', () => {
    for (const { policy } of readExamples()) {
      const canonical = canonicalPolicy(policy as Policy);
      expect(parsePolicy(canonical).ok).toBe(true);
      expect(contentHash(canonical)).toBe(contentHash(policy as Policy));
    }
  });

  test('of a parsed document is that of the document', () => {
    const parsed = parseDocument(fullDocument(), OPTIONS);
    expect(parsed.ok && contentHash(parsed.value)).toBe(contentHash(full()));
  });
});

test('canonical JSON reads back as the value it was made of', () => {
  const values = fc.jsonValue({ noUnicodeString: false } as object);
  fc.assert(
    fc.property(values, (value) => {
      const written = canonicalJson(value);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(written))).toBe(written);
    }),
    { seed: 20261122, numRuns: runs(300) },
  );
});

/** Every list of an order, by the path of member names that leads to it. */
function listsOf(order: Order): Record<string, string> {
  const lists: Record<string, string> = {};
  walk(order, '', (part, path) => {
    if (part.kind === 'list') lists[path] = part.by;
  });
  return Object.fromEntries(Object.entries(lists).sort());
}

function pathsOf(order: Order, wanted: (part: Order) => boolean): string[] {
  const paths: string[] = [];
  walk(order, '', (part, path) => {
    if (wanted(part)) paths.push(path);
  });
  return paths.sort();
}

function walk(order: Order, path: string, see: (part: Order, path: string) => void): void {
  see(order, path);
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (order.kind === 'members') {
    for (const [name, member] of order.members) walk(member.order, below(name), see);
  } else if (order.kind === 'record') walk(order.value, below('*'), see);
  else if (order.kind === 'list') {
    // Elements stand where their list does: they have no name of their own.
    if (order.element.kind !== 'list')
      walk(order.element, path, (part, at) => at !== path && see(part, at));
  } else if (order.kind === 'branches') {
    for (const branch of [order.object, order.list]) walk(branch, path, see);
  }
}

function leavesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...keys].flatMap((key) =>
    leavesOf((value as Record<string | number, unknown>)[key], [...path, key]),
  );
}

function withOtherLeaf(policy: Policy, path: readonly (string | number)[]): Policy {
  const copy = structuredClone(policy);
  let at = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  const key = path[path.length - 1]!;
  const before = at[key];
  if (typeof before === 'number') at[key] = before + 1;
  else if (typeof before === 'boolean') at[key] = !before;
  else at[key] = `${before}x`;
  return copy;
}
