import { describe, expect, test } from 'vitest';
import { authorizeChange } from '../../src/admin/authorize-change.js';
import type { Engine } from '../../src/engine/engine.js';
import { RequestError } from '../../src/engine/request.js';
import { PolicyError } from '../../src/policy/issue.js';
import { KISI, NOW, outcome, right, site } from './sites.js';

const engine = site(KISI);
const GRANT = { put: { assignments: [right('ned door_access group:staff', { grantedBy: 'gm' })] } };
const FACTS = { time: NOW };

function ask(actor: unknown, changes: unknown) {
  return authorizeChange(engine, actor as never, changes as never, FACTS);
}

describe('an actor', () => {
  test.each([
    ['nobody knows', { type: 'user', id: 'nobody' }, 'subject_unknown'],
    ['is a team', { type: 'team', id: 'crew' }, 'subject_unknown'],
    [
      'is a credential, which proves no person',
      { type: 'credential', id: 'c-owner' },
      'subject_unknown',
    ],
    ['is of a strange type', { type: '__proto__', id: 'owner' }, 'subject_unknown'],
    ['has a strange id', { type: 'user', id: '__proto__' }, 'subject_unknown'],
    ['is inactive', { type: 'user', id: 'idle' }, 'subject_inactive'],
  ])('who %s is refused before the set is looked at', (_, actor, code) => {
    const decision = ask(actor, { nonsense: true });
    expect(decision.decision).toBe(false);
    expect(decision.context).toEqual({
      reason: code,
      reasons: [{ code, at: { type: actor.type, id: actor.id } }],
      grants: [],
      revision: 7,
    });
  });

  test('who is a link changes nothing', () => {
    expect(ask({ type: 'link', id: 'visit' }, GRANT).context.reasons).toEqual([
      { code: 'no_access_right', at: { type: 'access_right', id: 'a-ned-staff' } },
    ]);
  });

  test.each([
    undefined,
    null,
    'owner',
    7,
    {},
    { type: 'user' },
    { id: 'owner' },
    { type: 'user', id: 3 },
  ])('that is %j is the caller’s mistake', (actor) => {
    expect(() => ask(actor, GRANT)).toThrow(RequestError);
  });

  test('without a time is the caller’s mistake', () => {
    const gm = { type: 'user', id: 'gm' };
    for (const facts of [
      undefined,
      null,
      {},
      { time: null },
      { time: 'now' },
      { time: Number.NaN },
    ]) {
      expect(() => authorizeChange(engine, gm, GRANT, facts as never)).toThrow(RequestError);
    }
  });
});

describe('a change set', () => {
  test.each([
    [undefined],
    [null],
    ['all'],
    [7],
    [[]],
    [{ puts: {} }],
    [{ put: { things: [] } }],
    [{ put: { users: {} } }],
    [{ put: { users: [{ id: 'a b' }] } }],
    [{ remove: { users: ['nobody'] } }],
    [{ put: { users: [{ id: 'x' }, { id: 'x' }] } }],
    [{ put: { users: [{ id: 'ned' }] }, remove: { users: ['ned'] } }],
    [{ revision: 7 }],
    [{ remove: { users: ['ned'] } }],
    [{ remove: { groups: ['staff'] } }],
  ])('that makes no valid policy throws: %j', (changes) => {
    expect(() => ask({ type: 'user', id: 'owner' }, changes)).toThrow(PolicyError);
  });

  test('that is empty is refused, whoever asks', () => {
    expect(outcome(engine, 'owner', {})).toBe('no_access_right organization:acme');
    expect(outcome(engine, 'owner', { put: { users: [] }, remove: {} })).toBe(
      'no_access_right organization:acme',
    );
  });

  test('may name the next revision but not leap', () => {
    expect(outcome(engine, 'gm', { ...GRANT, revision: 8 })).toBe('permit by a-gm-staff');
    for (const revision of [9, Number.MAX_SAFE_INTEGER]) {
      expect(outcome(engine, 'owner', { ...GRANT, revision })).toContain('organization:acme');
    }
  });

  test('is read once: it cannot show the judge another face', () => {
    let reads = 0;
    const shifty = {
      get put() {
        return reads++ === 0
          ? { assignments: [right('ned door_access group:labs', { grantedBy: 'gm' })] }
          : GRANT.put;
      },
    };
    expect(outcome(engine, 'gm', shifty)).toBe('no_access_right access_right:a-ned-labs');
    expect(reads).toBe(1);
  });

  test('is refused with every refused change, each once, in order', () => {
    const changes = {
      put: {
        doors: [
          { id: 'z', place: 'hq' },
          { id: 'b', place: 'hq' },
        ],
        ...GRANT.put,
        users: [{ id: 'nina' }],
      },
    };
    expect(outcome(engine, 'gm', changes)).toBe(
      'no_access_right door:b, no_access_right door:z, no_access_right user:nina',
    );
  });

  test('is judged at the instant given, not by a clock', () => {
    const grant = {
      put: {
        assignments: [
          right('ned door_access group:staff', {
            grantedBy: 'brief',
            validity: { until: '2026-12-01T00:00:00Z' },
          }),
        ],
      },
    };
    expect(outcome(engine, 'brief', grant, '2026-12-31T23:59:59Z')).toBe('permit by a-brief-hq');
    expect(outcome(engine, 'brief', grant, '2027-01-01T00:00:00Z')).toBe(
      'no_access_right access_right:a-ned-staff',
    );
  });
});

test('an engine that is none of ours is the caller’s mistake', () => {
  const actor = { type: 'user', id: 'gm' };
  expect(() => authorizeChange({} as Engine, actor, GRANT, FACTS)).toThrow(TypeError);
});
