/** Documents of policy tests: what is read, and every way in which one is refused, word for word. */
import { describe, expect, test } from 'vitest';
import { CASES_MAX } from '../../../src/analysis/testing/limits.js';
import { parsePolicyTests } from '../../../src/analysis/testing/parse-tests.js';
import { MONDAY_NOON } from '../../helpers/builders.js';
import { documentOf, faultsOf, one, suiteOf } from './documents.js';

/** A document of one test with these members. */
const faults = (parts: object, rest?: object) => faultsOf(documentOf([one(parts)], rest));

describe('a question is asked out in full', () => {
  test('from names among the fixtures, and from types with ids', () => {
    const document = documentOf(
      [
        one({
          subject: 'me',
          resource: 'gate',
          context: ['tapped', { secondFactor: true }],
          time: 'noon',
        }),
        {
          name: 'whole',
          request: {
            subject: { type: 'user', id: 'a b' },
            action: { name: 'view' },
            resource: { type: 'x', id: '*', properties: { scope: { type: 'place', id: 'hq' } } },
            context: { time: MONDAY_NOON, method: 'qr' },
          },
          expect: 'deny',
        },
      ],
      {
        fixtures: {
          subjects: { me: { type: 'user', id: 'ada:1' } },
          resources: { gate: 'elevator_stop:g' },
          contexts: { tapped: { method: 'tap', reader: 'r', secondFactor: false } },
          times: { noon: MONDAY_NOON },
        },
      },
    );
    expect(suiteOf(document).cases.map((each) => each.kind === 'decision' && each.request)).toEqual(
      [
        {
          subject: { type: 'user', id: 'ada:1' },
          action: { name: 'get_access' },
          resource: { type: 'elevator_stop', id: 'g' },
          context: { method: 'tap', reader: 'r', secondFactor: true, time: MONDAY_NOON },
        },
        {
          subject: { type: 'user', id: 'a b' },
          action: { name: 'view' },
          resource: { type: 'x', id: '*', properties: { scope: { type: 'place', id: 'hq' } } },
          context: { time: MONDAY_NOON, method: 'qr' },
        },
      ],
    );
  });

  test('with what the file says for all tests, where a test does not say it', () => {
    const document = documentOf(
      [
        { name: 'a', expect: 'deny' },
        { name: 'b', subject: 'user:bob', expect: 'deny' },
      ],
      {
        defaults: {
          subject: 'user:ada',
          resource: 'door:front',
          action: 'view',
          time: MONDAY_NOON,
          context: { method: 'tap' },
        },
      },
    );
    const { cases } = suiteOf(document);
    expect(
      cases.map(
        (each) =>
          each.kind === 'decision' && [
            each.request.subject.id,
            each.request.action.name,
            each.request.context,
          ],
      ),
    ).toEqual([
      ['ada', 'view', { method: 'tap', time: MONDAY_NOON }],
      ['bob', 'view', { method: 'tap', time: MONDAY_NOON }],
    ]);
  });
});

describe('a matrix', () => {
  const matrix = { subject: ['user:ada', 'user:bob'], resource: ['door:a', 'door:b', 'door:c'] };
  const bare = { subject: undefined, resource: undefined, expect: undefined };
  const cases = (parts: object) =>
    suiteOf(documentOf([one({ ...bare, matrix, ...parts })])).cases.map((each) => [
      each.name,
      each.kind === 'decision' && (each.expected.reason ?? each.expected.decision),
    ]);

  test('asks every combination once, by the cell that speaks of it, else by the rest', () => {
    const cells = [
      { subject: 'user:ada', resource: ['door:a', 'door:b'], expect: 'granted' },
      { subject: 'user:bob', resource: 'door:c', expect: 'permit' },
    ];
    expect(cases({ cells, others: 'deny' })).toEqual([
      ['ada at noon [user:ada, door:a]', 'granted'],
      ['ada at noon [user:ada, door:b]', 'granted'],
      ['ada at noon [user:ada, door:c]', false],
      ['ada at noon [user:bob, door:a]', false],
      ['ada at noon [user:bob, door:b]', false],
      ['ada at noon [user:bob, door:c]', true],
    ]);
  });

  test('may expect the same of all', () => {
    expect(cases({ expect: 'no_access_right' }).map(([, expected]) => expected)).toEqual(
      new Array(6).fill('no_access_right'),
    );
  });

  test.each<[parts: object, faults: string[]]>([
    [{ matrix: {}, expect: 'deny' }, ['/tests/0/matrix: must vary something (empty)']],
    [
      { matrix: { subject: [] }, expect: 'deny' },
      ['/tests/0/matrix/subject: must not be empty, is `0` (empty)'],
    ],
    [
      { matrix: { subject: ['user:a', 'user:a'] }, resource: 'door:a', expect: 'deny' },
      ['/tests/0/matrix/subject/1: twice on one axis `user:a` (duplicate)'],
    ],
    [
      { subject: 'user:x', expect: 'deny' },
      ['/tests/0/subject: is varied by the matrix, and fixed beside it `subject` (duplicate)'],
    ],
    [{}, ['/tests/0/expect: missing member `expect` (missing)']],
    [
      { cells: [{ subject: 'user:ada', expect: 'deny' }] },
      ['/tests/0: expects nothing of `user:bob, door:a`: add a cell, or `others` (missing)'],
    ],
    [
      { cells: [{ expect: 'deny' }], others: 'deny' },
      ['/tests/0/others: the cells speak of every combination, so this could not fail (empty)'],
    ],
    [
      {
        cells: [
          { subject: 'user:ada', expect: 'deny' },
          { resource: 'door:b', expect: 'permit' },
        ],
        others: 'deny',
      },
      [
        '/tests/0/cells/1: /tests/0/cells/0/expect speaks of this already `user:ada, door:b` (duplicate)',
      ],
    ],
    [
      { cells: [{ subject: 'user:eve', expect: 'deny' }], others: 'deny' },
      ['/tests/0/cells/0/subject: not on the axis `subject` `user:eve` (reference)'],
    ],
    [
      { cells: [{ time: 'noon', expect: 'deny' }], others: 'deny' },
      ['/tests/0/cells/0/time: the matrix does not vary `time` (reference)'],
    ],
    [
      { expect: 'deny', others: 'deny' },
      [
        '/tests/0/expect: is expected of every combination: leave out `cells` and `others`, or this (duplicate)',
      ],
    ],
    [
      { matrix: { subject: ['user:a', 'bob'] }, resource: 'door:a', expect: 'deny' },
      ['/tests/0/matrix/subject/1: no such subject fixture, and not `type:id` `bob` (reference)'],
    ],
  ])('%j is refused', (parts, expected) => {
    expect(faultsOf(documentOf([one({ ...bare, matrix, ...parts })]))).toEqual(expected);
  });

  test('that has more combinations than a file may have is refused before it is multiplied out', () => {
    const axis = (type: string) => Array.from({ length: 1000 }, (_, index) => `${type}:${index}`);
    const huge = {
      subject: axis('user'),
      resource: axis('door'),
      time: axis('x').map((_, index) => `2026-01-01T00:00:00.${index}Z`),
      action: axis('y'),
    };
    expect(
      faultsOf(documentOf([one({ ...bare, time: undefined, matrix: huge, expect: 'deny' })])),
    ).toEqual([
      `/tests/0/matrix: a file may have at most ${CASES_MAX} cases; this matrix alone has \`1000000000000\` (too_large)`,
    ]);
  });

  test('leaves room for no more cases than all matrices of a file may have', () => {
    const users = Array.from({ length: 300 }, (_, index) => `user:${index}`);
    const doors = Array.from({ length: 200 }, (_, index) => `door:${index}`);
    const half = { ...bare, matrix: { subject: users, resource: doors }, expect: 'deny' };
    const document = documentOf([one({ ...half, name: 'a' }), one({ ...half, name: 'b' })]);
    expect(faultsOf(document)).toEqual([
      `/tests/1/matrix: a file may have at most ${CASES_MAX} cases; this matrix alone has \`60000\` (too_large)`,
    ]);
  });
});

describe('what could not fail is refused:', () => {
  test.each<[parts: object, faults: string[]]>([
    [{ expect: {} }, ['/tests/0/expect: expects nothing, so it could not fail (empty)']],
    [{ expect: undefined }, ['/tests/0/expect: missing member `expect` (missing)']],
    [{ expect: { reasons: [] } }, ['/tests/0/expect/reasons: must not be empty, is `0` (empty)']],
    [
      { list: 'subjects', type: 'user', subject: undefined, expect: { contains: [] } },
      ['/tests/0/expect/contains: must not be empty, is `0` (empty)'],
    ],
    [
      { list: 'subjects', type: 'user', subject: undefined, expect: {} },
      ['/tests/0/expect: expects nothing, so it could not fail (empty)'],
    ],
    [
      { list: 'access', resource: undefined, expect: { contains: [{}] } },
      ['/tests/0/expect/contains/0: says nothing of the entry (empty)'],
    ],
  ])('%j', (parts, expected) => {
    expect(faults(parts)).toEqual(expected);
  });

  test('no tests at all', () => {
    expect(faultsOf(documentOf([]))).toEqual(['/tests: must not be empty, is `0` (empty)']);
    expect(faultsOf({})).toEqual(['/tests: missing member `tests` (missing)']);
    expect(faultsOf(null)).toEqual([': must be an object, is `null` (type)']);
  });
});

describe('what no answer can be is refused:', () => {
  test.each<[expect: object, fault: string]>([
    [{ decision: 'permit', reason: 'geofence' }, '`geofence` is a reason to deny'],
    [{ decision: 'deny', reason: 'granted' }, '`granted` is a reason to permit'],
    [{ decision: false, reasons: ['door_unlocked'] }, '`door_unlocked` is a reason to permit'],
    [{ reason: 'granted', reasons: ['geofence'] }, '`geofence` is a reason to deny'],
    [{ reason: 'geofence', reasons: ['reader'] }, 'the reason `geofence` is not among the reasons'],
    [{ decision: 'deny', grants: ['a'] }, 'only what is granted has grants'],
    [{ reason: 'door_unlocked', grants: ['a'] }, 'only what is granted has grants'],
    [{ reason: 'granted', grants: [] }, 'what is granted has grants'],
    [{ reasons: ['granted', 'granted'] }, 'a permit has one reason'],
  ])('%j', (expectation, fault) => {
    expect(faults({ expect: expectation })).toEqual([
      `/tests/0/expect: no answer can be that: ${fault} (value)`,
    ]);
  });
});

describe('what is not understood is refused:', () => {
  test.each<[parts: object, faults: string[]]>([
    [{ expects: 'permit' }, ['/tests/0/expects: unknown member `expects` (unknown_member)']],
    [
      { context: { secondfactor: true } },
      ['/tests/0/context/secondfactor: unknown member `secondfactor` (unknown_member)'],
    ],
    [
      { context: { time: MONDAY_NOON } },
      ['/tests/0/context/time: unknown member `time` (unknown_member)'],
    ],
    [
      { context: { method: 'tapp' } },
      ['/tests/0/context/method: must be one of tap, card, qr, remote, link, is `tapp` (value)'],
    ],
    [
      { context: { secondFactor: 'yes' } },
      ['/tests/0/context/secondFactor: must be true or false, is `yes` (type)'],
    ],
    [
      { subject: 'ada' },
      ['/tests/0/subject: no such subject fixture, and not `type:id` `ada` (reference)'],
    ],
    [{ resource: 7 }, ['/tests/0/resource: must be text or an object, is `7` (type)']],
    [{ resource: undefined }, ['/tests/0/resource: missing member `resource` (missing)']],
    [{ time: undefined }, ['/tests/0/time: missing member `time` (missing)']],
    [
      { time: 'noon' },
      [
        '/tests/0/time: no such time fixture, and not an RFC 3339 instant with an offset `noon` (reference)',
      ],
    ],
    [
      { time: '2026-11-23T09:00:00' },
      [
        '/tests/0/time: no such time fixture, and not an RFC 3339 instant with an offset `2026-11-23T09:00:00` (reference)',
      ],
    ],
    [
      { time: '2026-02-30T09:00:00Z' },
      [
        '/tests/0/time: no such time fixture, and not an RFC 3339 instant with an offset `2026-02-30T09:00:00Z` (reference)',
      ],
    ],
    [{ context: 'tapped' }, ['/tests/0/context: no such context fixture `tapped` (reference)']],
    [
      { context: ['constructor'] },
      ['/tests/0/context/0: no such context fixture `constructor` (reference)'],
    ],
    [{ resource: 'group:staff' }, ['/tests/0/action: missing member `action` (missing)']],
    [
      { expect: 'no' },
      [
        expect.stringMatching(
          /^\/tests\/0\/expect: must be one of permit, deny, granted, .*, is `no` \(value\)$/,
        ) as unknown as string,
      ],
    ],
    [
      { expect: { decision: 'no' } },
      ['/tests/0/expect/decision: must be one of permit, deny, is `no` (value)'],
    ],
    [
      { expect: { validUntil: 'tomorrow' } },
      [
        '/tests/0/expect/validUntil: must be never or an RFC 3339 instant with an offset, is `tomorrow` (format)',
      ],
    ],
    [
      { expect: { contains: ['ada'] } },
      [
        '/tests/0/expect/contains: `contains` is expected of a list, which is not what is asked (unknown_member)',
      ],
    ],
    [
      { others: 'deny' },
      ['/tests/0/others: `others` has no meaning without a matrix (unknown_member)'],
    ],
    [
      { type: 'user' },
      [
        '/tests/0/type: `type` has no meaning but for lists of subjects or resources (unknown_member)',
      ],
    ],
    [
      { list: 'subjects', expect: { contains: ['ada'] } },
      ['/tests/0/type: missing member `type` (missing)'],
    ],
    [
      { list: 'subjects', type: 'user', expect: { contains: ['ada'] } },
      ['/tests/0/subject: `subject` is what the list is of (unknown_member)'],
    ],
    [
      { list: 'subjects', type: 'user', subject: undefined, expect: 'permit' },
      [
        '/tests/0/expect/decision: `decision` is expected of a decision, which is not what is asked (unknown_member)',
      ],
    ],
    [
      { list: 'subjects', type: 'user', subject: undefined, expect: { contains: [{ role: 'x' }] } },
      ['/tests/0/expect/contains/0: must be text: only `access` lists more than ids (type)'],
    ],
    [
      { list: 'access', expect: { contains: ['a'] } },
      [
        '/tests/0/resource: lists what a subject holds, or who holds a resource: say one of the two (unknown_member)',
      ],
    ],
    [
      { list: 'access', resource: undefined, expect: { contains: [{ resource: 'front' }] } },
      ['/tests/0/expect/contains/0/resource: must be `type:id`, is `front` (format)'],
    ],
    [
      {
        request: {
          subject: { type: 'user', id: 'a' },
          action: { name: 'unlock' },
          resource: { type: 'door', id: 'front' },
          context: { time: MONDAY_NOON },
        },
      },
      ['/tests/0/subject: `subject` has no meaning beside a whole request (unknown_member)'],
    ],
  ])('%j', (parts, expected) => {
    expect(faults(parts)).toEqual(expected);
  });

  test('two tests of one name', () => {
    expect(faultsOf(documentOf([one(), one()]))).toEqual([
      '/tests/1/name: another test has this name `ada at noon` (duplicate)',
    ]);
  });

  test('fixtures that lead nowhere, whether they are used or not', () => {
    expect(faults({}, { fixtures: { subjects: { me: 'ada' }, times: { noon: '12:00' } } })).toEqual(
      ['/fixtures/times/noon: must be an RFC 3339 instant with an offset, is `12:00` (format)'],
    );
    expect(faults({}, { fixtures: { subjects: { me: 'ada' } } })).toEqual([
      '/fixtures/subjects/me: must be `type:id`, such as `user:ada`, is `ada` (format)',
    ]);
    expect(faults({}, { fixtures: { subjects: { 'a:b': 'user:ada' } } })).toEqual([
      '/fixtures/subjects/a:b: must be letters, digits and . _ ~ @ + - only, is `a:b` (format)',
    ]);
  });

  test('changes that are no elements of a policy', () => {
    expect(faults({}, { changes: { put: { doors: [{ id: 'x' }] }, remov: {} } })).toEqual([
      '/changes/put/doors/0/place: missing member `place` (missing)',
      '/changes/remov: unknown member `remov` (unknown_member)',
    ]);
  });
});

test('reading never throws, whatever it is given', () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  for (const input of [undefined, 1, 'x', [], hostile, { tests: hostile }, documentOf([hostile])]) {
    expect(parsePolicyTests(input).ok).toBe(false);
  }
});
