import { describe, expect, test } from 'vitest';
import { parseSyncState } from '../../src/sync/parse-state.js';
import { building, bundle, having, issued, LOCK } from './building.js';

// biome-ignore lint/suspicious/noExplicitAny: a document that is about to be spoilt has no type.
type Json = any;

/** A valid state as JSON, spoilt by `change`. */
function spoilt(change: (state: Json, lock: Json) => void): unknown {
  const revoke = issued(2, { changes: [{ kind: 'revoke', permission: 'flat' }] });
  const state = JSON.parse(JSON.stringify(having(building(), bundle('a', 1, 1), revoke)));
  change(state, state.locks[LOCK]);
  return state;
}

function set(object: Json, name: string, value: unknown): void {
  (object as Record<string, unknown>)[name] = value;
}

const at = `/locks/${LOCK}`;

describe('a state that is malformed or contradicts itself is refused, with pointer and code', () => {
  const rows: readonly (readonly [
    pointer: string,
    code: string,
    change: (state: Json, lock: Json) => void,
  ])[] = [
    ['/version', 'value', (state) => set(state, 'version', 2)],
    ['/colour', 'unknown_member', (state) => set(state, 'colour', 1)],
    ['/locks', 'missing', (state) => delete (state as Record<string, unknown>)['locks']],
    ['/knownUntil', 'value', (state) => set(state, 'knownUntil', 1_800_000_000_000)],
    [
      '/doors/door/lock',
      'missing',
      (state) => set(state['doors'], 'door', { connection: 'offline' }),
    ],
    [
      '/doors/door/lock',
      'value',
      (state) => set(state['doors'], 'door', { connection: 'online', lock: LOCK }),
    ],
    [
      '/doors/front/lock',
      'reference',
      (state) => set(state['doors'], 'front', { connection: 'offline', lock: LOCK }),
    ],
    [
      '/permissions/flat/doors/0',
      'reference',
      (state) => set(state['permissions']['flat'], 'doors', ['cellar', 'door']),
    ],
    [
      '/permissions/flat/doors/1',
      'duplicate',
      (state) => set(state['permissions']['flat'], 'doors', ['door', 'door']),
    ],
    [`${at}/ack`, 'missing', (_, lock) => delete (lock as Record<string, unknown>)['ack']],
    [`${at}/ack/pv`, 'value', (_, lock) => set(lock['ack'], 'pv', 3)],
    [`${at}/stage`, 'value', (_, lock) => set(lock, 'stage', 'commissioned')],
    [`${at}/driftPpm`, 'value', (_, lock) => set(lock, 'driftPpm', -1)],
    [
      `${at}/lowerBoundGrants`,
      'missing',
      (_, lock) => delete (lock as Record<string, unknown>)['lowerBoundGrants'],
    ],
    [
      `${at}/alarms/0/clearedFrom`,
      'missing',
      (_, lock) => set(lock, 'alarms', [{ kind: 'unknown_state', at: 1, pv: 1 }]),
    ],
    [
      `${at}/alarms/1/kind`,
      'duplicate',
      (_, lock) => set(lock, 'alarms', Array(2).fill({ kind: 'clock', at: 1, pv: 1 })),
    ],
    [
      `${at}/changes/flet`,
      'reference',
      (_, lock) => set(lock, 'changes', { flet: lock['changes']['flat'] }),
    ],
    [`${at}/changes/flat/rv`, 'value', (_, lock) => set(lock['changes']['flat'], 'rv', 3)],
    [
      `${at}/issued/1`,
      'value',
      (_, lock) => set(lock, 'issued', [...(lock['issued'] as never[])].reverse()),
    ],
    [`${at}/issued/0/post`, 'format', (_, lock) => set(lock['issued'][0], 'post', 'AB')],
    ['/devices/a/issued', 'value', (state) => set(state['devices']['a'], 'issued', 0)],
  ];
  test.each(rows)('%s %s', (pointer, code, change) => {
    const parsed = parseSyncState(spoilt(change));
    expect(parsed.ok).toBe(false);
    const found = parsed.ok ? [] : parsed.issues.map((issue) => `${issue.pointer} ${issue.code}`);
    expect(found).toContain(`${pointer} ${code}`);
  });

  test('a grant that ends before it begins, or was taken what it never had', () => {
    const change = (_: Json, lock: Json): void => {
      const [grant] = Object.values(lock['grants']) as Json[];
      if (grant === undefined) throw new Error('no grant');
      set(grant, 'from', grant['exp']);
      set(grant, 'taken', { guest: 9 });
    };
    const parsed = parseSyncState(spoilt(change));
    const codes = parsed.ok ? [] : parsed.issues.map(({ code }) => code);
    expect(codes).toEqual(['span', 'reference', 'value']);
  });

  test('what is no document at all', () => {
    for (const input of [
      null,
      1,
      'x',
      [],
      new Map(),
      new Proxy({}, { ownKeys: () => ['x', 'x'] }),
    ]) {
      expect(parseSyncState(input).ok).toBe(false);
    }
  });
});

test('a valid state is copied and frozen', () => {
  const state = JSON.parse(JSON.stringify(building()));
  const parsed = parseSyncState(state);
  expect(parsed).toEqual({ ok: true, value: state });
  expect(parsed.ok && Object.isFrozen(parsed.value.locks)).toBe(true);
});
