/** Less a withdrawal, at any state: nothing is permitted that was refused, and nothing that is named counts. */
import { describe, expect, test } from 'vitest';
import { withdraw } from '../../src/distribution/withdraw.js';
import type { Withdrawal } from '../../src/distribution/withdrawal.js';
import { withdrawalsOf } from '../../src/distribution/withdrawals-of.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { drawWorld, type World } from '../helpers/arbitraries.js';
import type { Draw } from '../helpers/arbitraries-draw.js';
import { right, site, unlock } from '../helpers/builders.js';
import { overWorlds } from '../helpers/worlds.js';
import { referenceDecide } from '../reference/decide.js';
import { administrationOf } from './administration.js';
import { cut } from './cut.js';
import { drawStep, engineOf } from './histories.js';
import { NARROWING } from './narrowing-edits.js';
import { questionsOf } from './questions.js';

/** What an engine permits of some questions, in order. */
const answers = (engine: Engine, requests: readonly AccessRequest[]) =>
  requests.map((request) => engine.check(request));

/** Withdrawals of a few changes of a world, of every kind sooner or later. */
function drawWithdrawals(draw: Draw, world: World, most: number): Withdrawal[] {
  const engine = engineOf(world.policy);
  return draw.atLeast(1, most, Object.values(NARROWING)).flatMap(([, edit]) => {
    const changes = edit(draw, world);
    return (changes && withdrawalsOf(engine, changes)) ?? [];
  });
}

describe('less a withdrawal', () => {
  test('nothing is permitted that was refused, whatever is asked and wherever it comes from', () => {
    const counts = { openings: 0, others: 0, named: new Set<string>() };
    overWorlds(60, 0, (world) => {
      const { draw, policy } = world;
      const engine = engineOf(policy);
      const asked = [questionsOf(world, 'in', [0]), questionsOf(world, 'out', [0])].flat();
      const others = administrationOf(world);
      const refused = [...asked, ...others].filter((request) => !engine.check(request));
      const strange = drawWorld(draw);
      for (const [own, withdrawals] of [
        [true, drawWithdrawals(draw, world, 6)],
        [false, drawWithdrawals(draw, strange, 12)],
      ] as const) {
        const less = withdraw(engine, withdrawals);
        for (const each of withdrawals) {
          for (const name of Object.keys(each)) counts.named.add(`${name} ${own}`);
        }
        for (const request of refused) {
          if (!less.check(request)) continue;
          expect({ request, withdrawals, answer: less.decide(request) }).toBe('refused');
        }
        expect(less.revision).toBe(policy.revision);
      }
      counts.openings += asked.length;
      counts.others += others.length;
    });
    expect(counts.named.size).toBe(2 * 16);
    expect(counts.openings).toBeGreaterThan(3000);
    expect(counts.others).toBeGreaterThan(50_000);
  });

  test('the oracle over the same policy without what is named decides the same, coming in and going out', () => {
    const counts = { lost: 0, permitted: 0 };
    overWorlds(45, 0, (world) => {
      const { draw, policy } = world;
      const engine = engineOf(policy);
      const withdrawals = drawWithdrawals(draw, world, 2);
      const less = withdraw(engine, withdrawals);
      for (const direction of ['in', 'out'] as const) {
        const without = withdrawals.reduce((rest, each) => cut(rest, each, direction), policy);
        for (const request of questionsOf(world, direction, [0, 35])) {
          if (!engine.check(request)) continue;
          const permits = less.check(request);
          const expected = referenceDecide(without, request);
          counts[permits ? 'permitted' : 'lost'] += 1;
          if (permits === expected.decision) continue;
          const answer = less.decide(request);
          expect({ request, withdrawals, answer }).toEqual({
            request,
            withdrawals,
            answer: expected,
          });
        }
      }
    });
    expect(counts.permitted).toBeGreaterThan(500);
    expect(counts.lost).toBeGreaterThan(200);
  });

  test('twice, in another order, or one after the other, everything is decided the same', () => {
    overWorlds(25, 0, (world) => {
      const { draw } = world;
      const engine = engineOf(world.policy);
      const all = drawWithdrawals(draw, world, 5);
      const requests = [...questionsOf(world, 'in', [0]), ...questionsOf(world, 'out', [0])];
      const once = withdraw(engine, all);
      const expected = requests.map((request) => once.decide(request));
      const others = [
        withdraw(once, all),
        withdraw(engine, [...all].reverse()),
        withdraw(engine, [...all, ...all]),
        all.reduce((less, each) => withdraw(less, [each]), engine),
      ];
      expect(others[0]).toBe(once);
      for (const other of others) {
        expect(requests.map((request) => other.decide(request))).toEqual(expected);
      }
      const administration = administrationOf(world).filter((_, index) => index % 7 === 0);
      const permitted = answers(once, administration);
      for (const other of others) expect(answers(other, administration)).toEqual(permitted);
    });
  });
});

describe('a withdrawal heard of before the changes that come first', () => {
  test('takes what it names from the older state, and permits nothing there that was refused', () => {
    const counts = { histories: 0, known: 0, lost: 0 };
    overWorlds(60, 0, (world) => {
      const { draw, policy } = world;
      const first = drawStep(draw, policy);
      const second = first && drawStep(draw, first.after);
      if (first === undefined || second === undefined) return;
      const old = engineOf(policy);
      const later = old.apply(first.changes);
      const withdrawal = withdrawalsOf(later, second.changes);
      if (withdrawal === undefined) return;
      counts.histories += 1;
      // Where it is behind, and where it has caught up meanwhile and hears of it once more.
      for (const [state, document] of [
        [old, policy],
        [later.apply(second.changes), second.after],
      ] as [Engine, Policy][]) {
        const less = withdraw(state, [withdrawal]);
        const without = cut(document, withdrawal, 'in');
        for (const request of questionsOf({ ...world, policy: document }, 'in', [0])) {
          const permits = less.check(request);
          if (!state.check(request)) expect(permits, JSON.stringify(request)).toBe(false);
          else if (!permits) counts.lost += 1;
          else if (!referenceDecide(without, request).decision) {
            expect({ request, withdrawal, answer: less.decide(request) }).toBe('refused');
          } else counts.known += 1;
        }
      }
    });
    expect(counts.histories).toBeGreaterThan(15);
    expect(counts.lost).toBeGreaterThan(100);
  });
});

describe('in particular', () => {
  const base = {
    ...site({}),
    doors: [
      { id: 'front', place: 'hq', readers: [{ id: 'in' }, { id: 'out', direction: 'exit' }] },
      { id: 'back', place: 'hq' },
    ],
    groups: [{ id: 'staff', doors: ['front', 'back'] }],
    users: [{ id: 'ada' }, { id: 'bob' }],
    links: [{ id: 'guest' }],
    credentials: [{ id: 'card', kind: 'card', user: 'ada', state: 'active' }],
    assignments: [right('a', 'ada'), right('b', 'bob')],
  };
  const engine: Engine = compilePolicy<unknown>(base);
  const out = { method: 'tap', reader: 'out' };
  const into = { method: 'tap', reader: 'in' };

  test('a state that knows nothing of what is named stays itself', () => {
    const strange: Withdrawal = {
      assignments: ['x'],
      narrowedAssignments: ['x'],
      users: ['x'],
      links: ['x'],
      primaryDevices: ['x', 'ada'],
      members: [{ team: 'x', users: ['ada'] }],
      groups: ['x'],
      narrowedGroups: ['x'],
      openings: [
        { group: 'x', doors: ['front'] },
        { group: 'staff', doors: ['x'] },
      ],
      doors: ['x'],
      places: ['x'],
      schedules: ['x'],
      calendars: [{ calendar: 'x', dates: ['2026-03-02'] }],
      lockdowns: [
        { id: 'l', scope: { type: 'door', id: 'x' } },
        { id: 'm', scope: { type: 'organization', id: 'x' } },
      ],
    };
    expect(withdraw(engine, [strange])).toBe(engine);
    expect(withdraw(engine, [])).toBe(engine);
  });

  test.each([
    ['a door', { doors: ['front'] }],
    ['its place', { places: ['hq'] }],
    ['a narrowed group', { narrowedGroups: ['staff'] }],
    ['a narrowed right', { narrowedAssignments: ['a'] }],
    ['everything', { everything: true }],
  ] as [string, Withdrawal][])('%s keeps everybody out and nobody in', (_, withdrawal) => {
    const less = withdraw(engine, [withdrawal]);
    expect(less.check(unlock('ada', 'front', into))).toBe(false);
    expect(less.check(unlock('ada', 'front', out))).toBe(true);
    expect(less.check(unlock('nobody', 'front', out))).toBe(false);
  });

  test.each([
    ['a right that is gone', { assignments: ['a'] }],
    ['a group that is gone', { groups: ['staff'] }],
    ['a user who is gone', { users: ['ada'] }],
    ['a door that left the group', { openings: [{ group: 'staff', doors: ['front'] }] }],
    [
      'a lockdown of the source that blocks exits',
      {
        lockdowns: [{ id: 'fire', scope: { type: 'door', id: 'front' }, blocksExit: true }],
      },
    ],
  ] as [string, Withdrawal][])('%s lets nobody out either', (_, withdrawal) => {
    const less = withdraw(engine, [withdrawal]);
    expect(less.check(unlock('ada', 'front', into))).toBe(false);
    expect(less.check(unlock('ada', 'front', out))).toBe(false);
  });

  test('a group that lost a door still opens the other', () => {
    const less = withdraw(engine, [{ openings: [{ group: 'staff', doors: ['front'] }] }]);
    expect(less.check(unlock('ada', 'back'))).toBe(true);
  });

  test('a credential that the state gives to another stays his, so that the new holder does not pass for him', () => {
    const card = { id: 'card', kind: 'card', user: 'bob', state: 'lost' } as const;
    const less = withdraw(engine, [{ credentials: [card] }]);
    const asked = (action: string) => ({
      subject: { type: 'credential', id: 'card' },
      action: { name: action },
      resource: { type: 'door', id: 'front' },
      context: { time: '2026-03-02T12:00:00Z' },
    });
    expect(less.decide(asked('unlock')).context.reasons).toEqual([
      { code: 'credential_inactive', at: { type: 'credential', id: 'card' }, detail: 'lost' },
    ]);
    expect(less.check(unlock('bob', 'back', { device: 'card', method: 'tap' }))).toBe(false);
  });

  test('a credential that the state does not know is foreign to everybody, and no question finds it', () => {
    const phone = { id: 'phone', kind: 'phone', user: 'ada', state: 'inactive' } as const;
    const less = withdraw(engine, [{ credentials: [phone] }]);
    for (const user of ['ada', 'bob']) {
      expect(engine.check(unlock(user, 'back', { device: 'phone' }))).toBe(true);
      expect(less.decide(unlock(user, 'back', { device: 'phone' })).context.reason).toBe(
        'credential_foreign',
      );
      expect(less.check(unlock(user, 'back'))).toBe(true);
    }
    const view = (subject: { type: string; id: string }, id: string) =>
      less.decide({
        subject,
        action: { name: 'view' },
        resource: { type: 'card', id },
        context: { time: '2026-03-02T12:00:00Z' },
      }).context.reason;
    expect(view({ type: 'user', id: 'ada' }, 'phone')).toBe('resource_unknown');
    expect(view({ type: 'credential', id: 'phone' }, 'card')).toBe('subject_unknown');
  });

  test('a primary device that is not one any more opens nothing that asks for it, and all else', () => {
    const asking = compilePolicy<unknown>({
      ...base,
      users: [{ id: 'ada', primaryDevice: 'card' }, { id: 'bob' }],
      doors: [{ ...base.doors[0], restrictions: { primaryDevice: true } }, base.doors[1]],
    });
    const less = withdraw(asking, [{ primaryDevices: ['ada'] }]);
    const held = { ...into, device: 'card' };
    expect(asking.check(unlock('ada', 'front', held))).toBe(true);
    expect(less.decide(unlock('ada', 'front', held)).context.reason).toBe('primary_device');
    expect(less.check(unlock('ada', 'back', { device: 'card' }))).toBe(true);
  });

  test('a lockdown stands beside the one it changes, and both lock', () => {
    const locked = engine.apply({
      put: { lockdowns: [{ id: 'l', scope: { type: 'door', id: 'front' } }] },
    });
    const less = withdraw(locked, [
      { lockdowns: [{ id: 'l', scope: { type: 'door', id: 'back' } }] },
      {
        lockdowns: [
          { id: 'l', scope: { type: 'door', id: 'back' }, until: '2026-03-02T00:00:00Z' },
        ],
      },
    ]);
    for (const door of ['front', 'back']) {
      expect(less.decide(unlock('ada', door)).context.reason).toBe('lockdown');
    }
  });

  test('everything closes every other question, too', () => {
    const chief = compilePolicy<unknown>({
      ...base,
      assignments: [
        {
          ...right('c', 'ada'),
          role: 'organization_owner',
          scope: { type: 'organization', id: 'org' },
        },
      ],
    });
    const view = { ...unlock('ada', 'front'), action: { name: 'view' } };
    expect(chief.check(view)).toBe(true);
    expect(withdraw(chief, [{ everything: true }]).check(view)).toBe(false);
  });

  test.each([
    ['a lockdown', { lockdowns: [{ id: 'l', scope: { type: 'group', id: 'staff' } }] }],
    ['a credential', { credentials: [{ id: 'card' }] }],
    ['members', { members: [{ team: 't', users: 'ada' }] }],
    ['openings', { openings: [{ group: 'staff', doors: [7] }] }],
    ['dates', { calendars: [{ calendar: 'c', dates: ['2026-02-30'] }] }],
    ['dates that are missing', { calendars: [{ calendar: 'c' }] }],
  ])('%s that cannot be read close everything', (_, withdrawal) => {
    const less = withdraw(engine, [withdrawal as unknown as Withdrawal]);
    expect(less.check(unlock('ada', 'front', into))).toBe(false);
    expect(less.check(unlock('ada', 'front', out))).toBe(true);
  });

  test('changes go to the engine below, never to this one', () => {
    const less = withdraw(engine, [{ users: ['ada'] }]);
    expect(() => less.apply({ put: { users: [{ id: 'eve' }] } })).toThrow(TypeError);
    expect(engine.apply({ put: { users: [{ id: 'eve' }] } }).revision).toBe(1);
    expect(less.revision).toBe(0);
  });
});
