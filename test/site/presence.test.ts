import { describe, expect, test } from 'vitest';
import { markSafe, readMuster, readOccupancy } from '../../src/adapters/site/muster.js';
import {
  endCapacity,
  forgivePassback,
  recountPlace,
  removeAlertPolicy,
  setAlertPolicy,
  setCapacity,
} from '../../src/adapters/site/presence.js';
import { sweepPresence } from '../../src/adapters/site/presence-sweep.js';
import type { Capacity } from '../../src/admin/presence/capacity.js';
import { PENDING_MAX } from '../../src/admin/presence/capacity-state.js';
import { musterCsv } from '../../src/admin/presence/muster.js';
import { KISI_MODEL } from '../../src/policy/models/kisi.js';
import { MINUTE, NOON, officePolicy, tap } from '../admin/presence/office.js';
import { local, type Office, openOffice, owner, typesOf } from './scenes.js';

const READERS: Capacity = { place: 'hq', mode: 'readers' };
const TIMEOUT: Capacity = { place: 'hq', mode: 'timeout', timeoutMinutes: 60 };
const ada = { type: 'user', id: 'ada' } as const;
const bob = { type: 'user', id: 'bob' } as const;

async function counting(capacity: Capacity, changes: Parameters<typeof openOffice>[0] = {}) {
  const office = await openOffice(changes);
  expect(await setCapacity(office.site, owner, capacity)).toMatchObject({ ok: true });
  return office;
}

async function occupancy({ site }: Office): Promise<number | string> {
  const read = await readOccupancy(site, owner, 'hq');
  return read.ok ? read.value.count : read.code;
}

/** Who is inside and who is nowhere, by id. */
async function muster({ site }: Office): Promise<[string[], string[]]> {
  const read = await readMuster(site, owner, 'hq');
  if (!read.ok) throw new Error(read.code);
  const ids = (lines: typeof read.value.inside) => lines.map(({ subject }) => subject.id);
  return [ids(read.value.inside), ids(read.value.unknown)];
}

describe('a place with readers on both sides', () => {
  test('counts who came in and has not left, by whichever door', async () => {
    const office = await counting(READERS);
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('bob', 'side-in', NOON + 1));
    await office.open(tap('guest', 'front-in', NOON + 2));
    expect(await muster(office)).toEqual([['ada', 'bob', 'guest'], []]);
    const left = await office.open(tap('ada', 'side-out', NOON + 3));
    expect(typesOf(left.outcome)).toEqual(['presence.left']);
    expect(await muster(office)).toEqual([['bob', 'guest'], []]);
  });

  test('counts nobody who is refused, unknown, at a door elsewhere, or asks for something else', async () => {
    const office = await counting(READERS);
    const refused = await office.open(tap('stranger', 'front-in', NOON));
    expect(refused.decision.decision).toBe(false);
    await office.open(tap('nobody', 'front-in', NOON));
    await office.open(tap('owner', 'shed-in', NOON));
    await office.open({ ...tap('owner', 'front-in', NOON), action: { name: 'view' } });
    expect(await occupancy(office)).toBe(0);
    expect(await office.site.store.records('presence')).toEqual([]);
  });

  test('counts nobody on the word of a lost card, although the door stands open for all', async () => {
    const always = { restrictions: {}, unlock: [{ schedule: 'always' }] };
    const office = await counting(READERS, {
      front: always,
      more: { schedules: [{ id: 'always' }] },
    });
    const lost = await office.open(tap('ada', 'front-in', NOON, { device: 'lost-card' }));
    expect(lost.decision.context.reason).toBe('door_unlocked');
    expect(await occupancy(office)).toBe(0);
    await office.open(tap('ada', 'front-in', NOON));
    expect(await occupancy(office)).toBe(1);
  });
});

describe('a place with one reader', () => {
  test('counts until the timer of the last opening has run out, and then nobody knows', async () => {
    const office = await counting(TIMEOUT);
    await office.open(tap('ada', 'inner-r', NOON));
    await office.open(tap('bob', 'inner-r', NOON + 30 * MINUTE));
    office.clock.now = NOON + 60 * MINUTE - 1;
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
    office.clock.now = NOON + 60 * MINUTE;
    expect(await muster(office)).toEqual([['bob'], ['ada']]);
    expect(await occupancy(office)).toBe(1);
    office.clock.now = NOON + 60 * MINUTE + 24 * 60 * MINUTE;
    expect(await muster(office)).toEqual([[], ['bob']]);
  });

  test('tells the engine a count in which no timer has run out, swept or not', async () => {
    const office = await counting(TIMEOUT);
    await office.open(tap('ada', 'inner-r', NOON));
    await office.open(tap('bob', 'inner-r', NOON));
    const later = await office.open(tap('cy', 'inner-r', NOON + 60 * MINUTE));
    expect(later.facts['occupancy']).toBe(0);
    expect(await office.site.store.record('capacity_state', 'hq')).toMatchObject({
      body: { count: 1 },
    });
  });

  test('ignores the timer of who has checked out', async () => {
    const office = await counting(TIMEOUT);
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('ada', 'front-out', NOON + MINUTE));
    expect(await muster(office)).toEqual([[], []]);
    office.clock.now = NOON + 61 * MINUTE;
    expect(await muster(office)).toEqual([[], []]);
  });
});

describe('the facts a place gives', () => {
  test('refuse whoever would be one too many, and nobody who is inside already or leaves', async () => {
    const office = await counting(READERS, { place: { restrictions: { occupancyLimit: true } } });
    const permitted: boolean[] = [];
    for (const who of ['ada', 'bob', 'cy', 'dee', 'eve']) {
      permitted.push((await office.open(tap(who, 'front-in', NOON))).decision.decision);
    }
    expect(permitted).toEqual([true, true, true, true, false]);
    expect((await office.open(tap('ada', 'inner-r', NOON))).decision.decision).toBe(true);
    const outside = await office.open(tap('eve', 'front-out', NOON));
    expect(outside.decision.decision).toBe(true);
    await office.open(tap('ada', 'front-out', NOON));
    expect((await office.open(tap('eve', 'front-in', NOON))).decision.decision).toBe(true);
  });

  test('replace what an enforcement point claims to know', async () => {
    const office = await counting(READERS, { place: { restrictions: { occupancyLimit: 1 } } });
    await office.open(tap('ada', 'front-in', NOON));
    const claim = { occupancy: 0, presence: { state: 'inside' } };
    const claimed = await office.open(tap('bob', 'front-in', NOON, claim));
    expect(claimed.decision.context.reason).toBe('occupancy_limit');
  });

  test('are none at a place that keeps no count, where a limit then refuses everybody', async () => {
    const office = await openOffice({ place: { restrictions: { occupancyLimit: true } } });
    const opened = await office.open(tap('ada', 'front-in', NOON));
    expect(opened.facts).toEqual({});
    expect(opened.decision.context.reasons).toMatchObject([
      { code: 'occupancy_limit', detail: 'missing' },
    ]);
    expect(await office.site.store.records('presence')).toEqual([]);
  });
});

describe('anti-passback', () => {
  const guarded = (mode: 'hard' | 'soft', resetMinutes?: number) => ({
    front: { restrictions: { antiPassback: { mode, ...(resetMinutes && { resetMinutes }) } } },
  });

  test('hard: nobody comes in twice, everybody gets out, and time ends it where it says so', async () => {
    const office = await counting(READERS, guarded('hard', 30));
    await office.open(tap('ada', 'front-in', NOON));
    const again = await office.open(tap('ada', 'front-in', NOON + MINUTE));
    expect(again.decision.context.reason).toBe('anti_passback');
    const after = await office.open(tap('ada', 'front-in', NOON + 30 * MINUTE));
    expect(after.decision.decision).toBe(true);
    expect(after.outcome.events).toEqual([]);
    const next = await office.open(tap('ada', 'front-in', NOON + 31 * MINUTE));
    expect(next.decision.decision).toBe(false);
    for (const minutes of [32, 33]) {
      const out = await office.open(tap('ada', 'front-out', NOON + minutes * MINUTE));
      expect(out.decision.decision).toBe(true);
    }
    expect(await occupancy(office)).toBe(0);
  });

  test('soft: who comes in or leaves twice passes, and it is told', async () => {
    const office = await counting(READERS, guarded('soft', 30));
    const steps: string[][] = [];
    for (const [reader, minutes] of [
      ['front-in', 0],
      ['front-in', 1],
      ['front-in', 40],
      ['front-out', 41],
      ['front-out', 42],
      ['side-out', 43],
    ] as const) {
      const opened = await office.open(tap('ada', reader, NOON + minutes * MINUTE));
      expect(opened.decision.decision).toBe(true);
      steps.push(typesOf(opened.outcome));
    }
    const passback = 'presence.passback_detected';
    expect(steps).toEqual([[], [passback], [], ['presence.left'], [passback], []]);
    const [told] = await office.site.store.events('access', {
      filter: { types: [`doorwright.${passback}`] },
    });
    expect(JSON.parse(told!.personal!)).toMatchObject({ subject: ada });
  });

  test('is forgiven to one person or to a place: the next move either way is allowed, and nobody is lost', async () => {
    const office = await counting(READERS, guarded('hard'));
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('bob', 'front-in', NOON));
    expect(await forgivePassback(office.site, owner, 'hq', ada)).toMatchObject({
      ok: true,
      value: { forgiven: 1 },
    });
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
    const adaAgain = await office.open(tap('ada', 'front-in', NOON + 1));
    expect(adaAgain).toMatchObject({
      facts: { presence: { state: 'unknown' }, occupancy: 1 },
      decision: { decision: true },
    });
    expect((await office.open(tap('ada', 'front-in', NOON + 2))).decision.decision).toBe(false);
    expect((await office.open(tap('bob', 'front-in', NOON + 2))).decision.decision).toBe(false);
    expect(await forgivePassback(office.site, local, 'hq')).toMatchObject({
      value: { forgiven: 2 },
    });
    expect((await office.open(tap('bob', 'front-in', NOON + 3))).decision.decision).toBe(true);
    expect(await occupancy(office)).toBe(2);
  });

  test('forgives nobody on the word of somebody without the permission, and nobody who is unknown', async () => {
    const office = await counting(READERS, guarded('hard'));
    await office.open(tap('ada', 'front-in', NOON));
    expect(await forgivePassback(office.site, ada, 'hq')).toMatchObject({ code: 'refused' });
    expect(await forgivePassback(office.site, owner, 'hq', bob)).toMatchObject({
      code: 'unknown_presence',
    });
    expect(await forgivePassback(office.site, owner, 'annex')).toMatchObject({ code: 'not_kept' });
    expect((await office.open(tap('ada', 'front-in', NOON))).decision.decision).toBe(false);
  });

  test('spares roles and segments that the place exempts, who stay on the muster list', async () => {
    const capacity = { ...READERS, exemptRoles: ['organization_owner'], exemptSegments: ['staff'] };
    const office = await counting(capacity, guarded('hard'));
    for (const who of ['owner', 'fay', 'ada']) await office.open(tap(who, 'front-in', NOON));
    const again = [];
    for (const who of ['owner', 'fay', 'ada']) {
      again.push((await office.open(tap(who, 'front-in', NOON))).decision.decision);
    }
    expect(again).toEqual([true, true, false]);
    const soft = await counting(capacity, guarded('soft'));
    const told: string[][] = [];
    for (const who of ['owner', 'fay', 'ada', 'owner', 'fay', 'ada']) {
      told.push(typesOf((await soft.open(tap(who, 'front-in', NOON))).outcome));
    }
    expect(told.slice(3)).toEqual([[], [], ['presence.passback_detected']]);
    expect(await muster(office)).toEqual([['ada', 'fay', 'owner'], []]);
  });
});

describe('a place that counts only who opened', () => {
  const capacity: Capacity = { ...READERS, onlyWhenOpened: true, openSeconds: 20 };

  test('moves nobody before the door is seen to open, within its time, at that door', async () => {
    const office = await counting(capacity);
    await office.open(tap('ada', 'front-in', NOON));
    expect(await occupancy(office)).toBe(0);
    await office.see({ kind: 'opened', door: 'side', time: NOON + 1000 });
    await office.see({ kind: 'forced', door: 'front', time: NOON + 1000 });
    expect(await occupancy(office)).toBe(0);
    await office.see({ kind: 'opened', door: 'front', time: NOON + 20_000 });
    expect(await muster(office)).toEqual([['ada'], []]);
    await office.open(tap('bob', 'front-in', NOON + MINUTE));
    for (const late of [20_001, -20_001]) {
      await office.see({ kind: 'opened', door: 'front', time: NOON + MINUTE + late });
      // He may be behind the door already: listed apart, and not counted.
      expect(await muster(office)).toEqual([['ada'], ['bob']]);
      expect(await occupancy(office)).toBe(1);
    }
    // A lock whose clock is five seconds behind.
    await office.see({ kind: 'opened', door: 'front', time: NOON + MINUTE - 5000 });
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
  });

  test('takes nobody back who came in, left and lets the door be opened again', async () => {
    const office = await counting(capacity);
    await office.open(tap('ada', 'front-in', NOON));
    await office.see({ kind: 'opened', door: 'front', time: NOON + 1 });
    await office.open(tap('ada', 'side-out', NOON + 2));
    await office.see({ kind: 'opened', door: 'side', time: NOON + 3 });
    await office.see({ kind: 'opened', door: 'front', time: NOON + 4 });
    expect(await muster(office)).toEqual([[], []]);
    expect(await office.site.store.record('capacity_state', 'hq')).toMatchObject({
      body: { pending: [] },
    });
  });

  test('holds a place free for who is let in and has not opened yet', async () => {
    const office = await counting(capacity, { place: { restrictions: { occupancyLimit: 1 } } });
    await office.open(tap('ada', 'front-in', NOON));
    const meanwhile = await office.open(tap('bob', 'side-in', NOON + 1000));
    expect(meanwhile).toMatchObject({ facts: { occupancy: 1 }, decision: { decision: false } });
    expect((await office.open(tap('ada', 'front-in', NOON + 2000))).decision.decision).toBe(true);
    const later = await office.open(tap('bob', 'side-in', NOON + MINUTE));
    expect(later).toMatchObject({ facts: { occupancy: 0 }, decision: { decision: true } });
  });

  test('counts at a stop at once: a lift has no contact', async () => {
    const lift = {
      floors: [{ id: 'second', place: 'hq' }],
      elevators: [
        {
          id: 'lift',
          place: 'hq',
          readers: [{ id: 'lift-r', direction: 'entry' }],
          stops: [{ id: 'up', floor: 'second' }],
        },
      ],
    };
    const office = await counting(capacity, { more: lift });
    const ride = {
      ...tap('ada', 'lift-r', NOON),
      action: { name: 'get_access' },
      resource: { type: 'elevator_stop', id: 'up' },
    };
    expect((await office.open(ride)).decision.decision).toBe(true);
    expect(await muster(office)).toEqual([['ada'], []]);
  });

  test('counts at once whoever is one too many to be kept waiting for', async () => {
    const office = await counting(capacity);
    const standing = { door: 'side', direction: 'entry', standing: true, at: NOON, adds: true };
    const crowd = Array.from({ length: PENDING_MAX }, (_, n) => ({
      subject: { type: 'user' as const, id: `u${n}` },
      ...standing,
    }));
    const body = { place: 'hq', count: 0, pending: crowd, reached: [] };
    await office.site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'capacity_state', id: 'hq', body }] }),
    );
    await office.open(tap('ada', 'front-in', NOON + 1));
    expect((await muster(office))[0]).toEqual(['ada']);
    await office.open(tap('bob', 'front-in', NOON + MINUTE));
    expect((await muster(office))[0]).toEqual(['ada']);
  });

  test('lists apart whoever was let in and not seen to open yet, and nobody for longer', async () => {
    const office = await counting(capacity);
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('ada', 'front-out', NOON + 1));
    expect(await muster(office)).toEqual([[], ['ada']]);
    office.clock.now = NOON + MINUTE;
    expect(await muster(office)).toEqual([[], []]);
  });

  test('lets everybody in who was let in when the door opens once', async () => {
    const office = await counting(capacity);
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('bob', 'front-in', NOON + 1));
    await office.see({ kind: 'opened', door: 'front', time: NOON + 2 });
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
    await office.see({ kind: 'opened', door: 'front', time: NOON + 3 });
    expect(await occupancy(office)).toBe(2);
  });
});

describe('two persons', () => {
  const two = { front: { restrictions: { twoPerson: true } } };

  test('the first waits, the second opens for both, and both are inside', async () => {
    const office = await counting(READERS, two);
    const first = await office.open(tap('ada', 'front-in', NOON));
    expect(first.decision.context.reason).toBe('two_person');
    expect(await occupancy(office)).toBe(0);
    const second = await office.open(tap('bob', 'front-in', NOON + 10_000));
    expect(second).toMatchObject({ facts: { companions: ['ada'] }, decision: { decision: true } });
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
    expect(await office.site.store.records('companion')).toEqual([]);
    const third = await office.open(tap('cy', 'front-in', NOON + 11_000));
    expect(third.decision.decision).toBe(false);
  });

  test('too late, at another reader, by himself or with a stranger nobody opens', async () => {
    const office = await counting(READERS, two);
    await office.open(tap('ada', 'front-in', NOON));
    expect((await office.open(tap('ada', 'front-in', NOON + 1))).decision.decision).toBe(false);
    expect((await office.open(tap('bob', 'front-in', NOON + 31_000))).decision.decision).toBe(
      false,
    );
    const stranger = await openOffice(two);
    await stranger.open(tap('stranger', 'front-in', NOON));
    expect(await stranger.site.store.records('companion')).toEqual([]);
    const alone = await stranger.open(tap('bob', 'front-in', NOON + 1));
    expect(alone.decision.context.reasons).toMatchObject([{ code: 'two_person' }]);
  });

  test('the first is held to everything else that the door asks for, by his own facts', async () => {
    const asks = { front: { restrictions: { twoPerson: true, secondFactor: true } } };
    const proved = { secondFactor: true };
    const office = await counting(READERS, asks);
    await office.open(tap('ada', 'front-in', NOON));
    expect((await office.open(tap('bob', 'front-in', NOON + 1, proved))).decision.decision).toBe(
      false,
    );
    expect((await office.open(tap('ada', 'front-in', NOON + 2, proved))).decision.decision).toBe(
      true,
    );
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
  });

  test('a limit leaves room for both or refuses both', async () => {
    const limit = { ...two, place: { restrictions: { occupancyLimit: 2 } } };
    const office = await counting(READERS, limit);
    await office.open(tap('cy', 'side-in', NOON));
    await office.open(tap('ada', 'front-in', NOON));
    const both = await office.open(tap('bob', 'front-in', NOON + 1));
    expect(both.decision.context.reason).toBe('occupancy_limit');
    await office.open(tap('cy', 'side-out', NOON + 2));
    expect((await office.open(tap('bob', 'front-in', NOON + 3))).decision.decision).toBe(true);
    expect(await occupancy(office)).toBe(2);
  });

  test('a stranger who held a card to the reader is not taken along', async () => {
    const office = await counting(READERS, two);
    await office.open(tap('stranger', 'front-in', NOON));
    await office.open(tap('ada', 'front-in', NOON + 1));
    await office.open(tap('bob', 'front-in', NOON + 2));
    expect(await muster(office)).toEqual([['ada', 'bob'], []]);
  });

  test('whom the enforcement point states comes along too, as far as he is somebody', async () => {
    const office = await counting({ ...READERS, checkIns: true }, two);
    const stated = { companions: ['cy', 'nobody', 'ada', 7, '__proto__'] };
    const opened = await office.open(tap('ada', 'front-in', NOON, stated));
    expect(opened.decision.decision).toBe(true);
    expect(await muster(office)).toEqual([['ada', 'cy'], []]);
    expect(await office.site.store.records('check_in')).toHaveLength(2);
    await office.open(tap('bob', 'side-in', NOON, stated));
    expect(await occupancy(office)).toBe(3);
  });

  test('works at a place that keeps no count', async () => {
    const office = await openOffice(two);
    await office.open(tap('ada', 'front-in', NOON));
    expect((await office.open(tap('bob', 'front-in', NOON + 1))).decision.decision).toBe(true);
  });
});

describe('alerts', () => {
  const alert = { place: 'hq', id: 'desk', notify: ['local'] };

  test('are told once to everybody named, and again after the place has emptied', async () => {
    const office = await counting(READERS);
    expect(await setAlertPolicy(office.site, owner, alert)).toMatchObject({ ok: true });
    const said: string[] = [];
    const go = async (who: string, reader: string) => {
      const { outcome } = await office.open(tap(who, reader, NOON));
      said.push(
        [
          ...outcome.events.flatMap(({ type, data }) =>
            data['threshold'] ? [`${type.split('.').at(-1)} ${data['threshold']}`] : [],
          ),
          ...outcome.notices.map(({ kind, to, data }) => `${kind} ${to.id} ${data['count']}`),
        ].join(', '),
      );
    };
    for (const who of ['ada', 'bob', 'cy', 'dee', 'eve']) await go(who, 'front-in');
    await go('eve', 'front-out');
    await go('dee', 'front-out');
    await go('cy', 'front-out');
    await go('cy', 'front-in');
    expect(said).toEqual([
      '',
      '',
      'reached 75, occupancy local 3',
      'reached 100, occupancy local 4',
      '',
      '',
      'fell 100',
      'fell 75',
      'reached 75, occupancy local 3',
    ]);
  });

  test('are set by administrators of the organisation, and who is told by whoever may say so', async () => {
    const office = await counting(READERS);
    const { site } = office;
    expect(await setAlertPolicy(site, local, alert)).toMatchObject({ code: 'refused' });
    expect(await setAlertPolicy(site, ada, alert)).toMatchObject({ code: 'refused' });
    expect(await setAlertPolicy(site, owner, { ...alert, notify: ['nobody'] })).toMatchObject({
      code: 'unknown_user',
    });
    expect(await setAlertPolicy(site, owner, { ...alert, place: 'moon' })).toMatchObject({
      code: 'unknown_place',
    });
    expect(await setAlertPolicy(site, owner, { ...alert, thresholds: [2, 1] })).toMatchObject({
      code: 'malformed',
    });
    expect(await setAlertPolicy(site, owner, null as never)).toMatchObject({ code: 'malformed' });
    expect(await setAlertPolicy(site, owner, alert)).toMatchObject({ ok: true });
    expect(await removeAlertPolicy(site, local, alert)).toMatchObject({ code: 'refused' });
    expect(await removeAlertPolicy(site, owner, alert)).toMatchObject({ ok: true });
    expect(await removeAlertPolicy(site, owner, alert)).toMatchObject({ code: 'not_kept' });
  });
});

describe('the muster list', () => {
  test('names people, sorts them, says since when and by which door, and who is safe', async () => {
    const office = await counting(READERS);
    await office.open(tap('bob', 'side-in', NOON));
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('ada', 'inner-r', NOON + MINUTE));
    await office.open(tap('cy', 'inner-r', NOON));
    expect(await markSafe(office.site, local, 'hq', bob)).toMatchObject({ ok: true });
    const read = await readMuster(office.site, local, 'hq');
    expect(read.ok && musterCsv(read.value)).toEqual([
      'name,type,id,state,since,door,last_seen,last_door,safe_at,safe_by\r\n',
      'Ada Lovelace,user,ada,inside,2026-11-23T11:00:00Z,front,2026-11-23T11:01:00Z,inner,,\r\n',
      'bob,user,bob,inside,2026-11-23T11:00:00Z,side,2026-11-23T11:00:00Z,side,2026-11-23T11:00:00Z,local\r\n',
      'cy,user,cy,unknown,2026-11-23T11:00:00Z,inner,2026-11-23T11:00:00Z,inner,,\r\n',
    ]);
    await office.open(tap('bob', 'inner-r', NOON + MINUTE));
    const again = await readMuster(office.site, local, 'hq');
    expect(again.ok && again.value.inside.map(({ safe }) => safe)).toEqual([undefined, undefined]);
  });

  test('is for whoever may see counts and people there; marking safe for whoever may keep the count', async () => {
    const office = await counting(READERS);
    await office.open(tap('ada', 'front-in', NOON));
    expect(await readMuster(office.site, ada, 'hq')).toMatchObject({ code: 'refused' });
    expect(await readOccupancy(office.site, ada, 'hq')).toMatchObject({ code: 'refused' });
    expect(await markSafe(office.site, ada, 'hq', ada)).toMatchObject({ code: 'refused' });
    expect(await markSafe(office.site, owner, 'hq', bob)).toMatchObject({
      code: 'unknown_presence',
    });
    expect(await readMuster(office.site, owner, 'annex')).toMatchObject({ code: 'not_kept' });
  });
});

test('who may see a count may not see whom it counts', async () => {
  const counter = {
    id: 'counter',
    levels: ['place'],
    rank: 5,
    permissions: { capacity: ['view'] },
  };
  const roles = { ...KISI_MODEL, id: 'own', roles: [...KISI_MODEL.roles, counter] };
  const right = {
    id: 'c',
    subject: { type: 'user', id: 'stranger' },
    role: 'counter',
    scope: { type: 'place', id: 'hq' },
  };
  const { assignments } = officePolicy();
  const organization = { id: 'acme', timeZone: 'Europe/Berlin', roles };
  const more = { organization, assignments: [...assignments, right] };
  const { site } = await counting(READERS, { more });
  const stranger = { type: 'user', id: 'stranger' } as const;
  expect(await readOccupancy(site, stranger, 'hq')).toMatchObject({
    ok: true,
    value: { count: 0 },
  });
  expect(await readMuster(site, stranger, 'hq')).toMatchObject({ code: 'refused' });
});

describe('keeping count', () => {
  test('is begun by whoever may, and ended with everything it knew', async () => {
    const office = await openOffice();
    const { site } = office;
    expect(await setCapacity(site, ada, READERS)).toMatchObject({ code: 'refused' });
    expect(await setCapacity(site, owner, { ...READERS, place: 'moon' })).toMatchObject({
      code: 'unknown_place',
    });
    expect(await setCapacity(site, owner, { ...READERS, exemptRoles: ['king'] })).toMatchObject({
      code: 'unknown_role',
    });
    expect(await setCapacity(site, owner, undefined as never)).toMatchObject({ code: 'malformed' });
    expect(await setCapacity(site, local, { ...READERS, checkIns: true })).toMatchObject({
      ok: true,
    });
    await office.open(tap('ada', 'front-in', NOON));
    expect(await endCapacity(site, ada, 'hq')).toMatchObject({ code: 'refused' });
    expect(await endCapacity(site, local, 'hq')).toMatchObject({ value: { forgotten: 2 } });
    for (const kind of ['capacity', 'capacity_state', 'presence', 'check_in'] as const) {
      expect(await site.store.records(kind)).toEqual([]);
    }
    expect(await endCapacity(site, local, 'hq')).toMatchObject({ code: 'not_kept' });
  });

  test('heals a count that has drifted', async () => {
    const office = await counting(READERS);
    await office.open(tap('ada', 'front-in', NOON));
    const drifted = { place: 'hq', count: 17, pending: [], reached: [] };
    await office.site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'capacity_state', id: 'hq', body: drifted }] }),
    );
    expect(await recountPlace(office.site, ada, 'hq')).toMatchObject({ code: 'refused' });
    expect(await recountPlace(office.site, owner, 'hq')).toMatchObject({
      value: { before: 17, count: 1 },
    });
    expect(await office.site.store.record('capacity_state', 'hq')).toMatchObject({
      body: { count: 1 },
    });
  });

  test('a damaged record decides nothing', async () => {
    const office = await counting(READERS);
    await office.site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'capacity_state', id: 'hq', body: { count: 'many' } }] }),
    );
    await expect(office.open(tap('ada', 'front-in', NOON))).rejects.toThrow(TypeError);
  });
});

describe('a sweep', () => {
  test('writes where something is due and nothing where not', async () => {
    const office = await counting({ ...TIMEOUT, forgetHours: 1 });
    await office.open(tap('ada', 'inner-r', NOON));
    expect(await sweepPresence(office.site)).toEqual([]);
    const audits = async () => (await office.site.store.events('audit')).length;
    const before = await audits();
    office.clock.now = NOON + 60 * MINUTE;
    expect(await sweepPresence(office.site)).toEqual(['hq']);
    expect(await office.site.store.record('capacity_state', 'hq')).toMatchObject({
      body: { count: 0 },
    });
    expect(await sweepPresence(office.site)).toEqual([]);
    office.clock.now = NOON + 120 * MINUTE;
    expect(await sweepPresence(office.site)).toEqual(['hq']);
    expect(await office.site.store.records('presence')).toEqual([]);
    expect(await audits()).toBe(before);
  });

  test('looks no earlier than at the next timer: until then openings need nobody else', async () => {
    const office = await counting(TIMEOUT);
    const next = async () =>
      (await office.site.store.record('capacity_state', 'hq'))?.body['nextSweep'];
    await office.open(tap('ada', 'inner-r', NOON));
    await office.open(tap('bob', 'inner-r', NOON + 20 * MINUTE));
    expect(await next()).toBe(NOON + 60 * MINUTE);
    await office.open(tap('cy', 'inner-r', NOON + 70 * MINUTE));
    expect(await next()).toBe(NOON + 80 * MINUTE);
    await office.open(tap('cy', 'front-out', NOON + 90 * MINUTE));
    expect(await next()).toBe(NOON + 130 * MINUTE);
    office.clock.now = NOON + 130 * MINUTE;
    await sweepPresence(office.site);
    expect(await next()).toBeUndefined();
  });

  test('forgets whoever waited for a second person and went away', async () => {
    const office = await openOffice({ front: { restrictions: { twoPerson: true } } });
    await office.open(tap('ada', 'front-in', NOON));
    await sweepPresence(office.site);
    expect(await office.site.store.records('companion')).toHaveLength(1);
    office.clock.now = NOON + 6 * MINUTE;
    await sweepPresence(office.site);
    expect(await office.site.store.records('companion')).toEqual([]);
  });

  test('forgets everything of a place that is no more', async () => {
    const office = await counting({ ...READERS, place: 'annex' });
    await office.open(tap('owner', 'shed-in', NOON));
    expect(await office.site.store.records('presence')).toHaveLength(1);
    const gone = await office.site.write({
      actor: owner,
      operation: 'place.delete',
      plan: () => ({
        ok: true,
        value: { value: 1, changes: { remove: { places: ['annex'], doors: ['shed'] } } },
      }),
    });
    expect(gone).toMatchObject({ ok: true });
    expect(await sweepPresence(office.site)).toEqual(['annex']);
    expect(await office.site.store.records('presence')).toEqual([]);
    expect(await office.site.store.records('capacity')).toEqual([]);
  });
});

test('a site keeps count by its own openings and observations', async () => {
  const office = await counting({ ...READERS, onlyWhenOpened: true });
  const { site } = office;
  await site.open(tap('ada', 'front-in', NOON));
  expect(await occupancy(office)).toBe(0);
  const type = 'doorwright.door.contact_opened';
  const seen = { type, object: { type: 'door', id: 'front' }, time: NOON + 1000 } as const;
  await site.observe(seen);
  expect(await muster(office)).toEqual([['ada'], []]);
  await site.open(tap('ada', 'side-out', NOON + 2000));
  await site.observe({ ...seen, object: { type: 'door', id: 'side' }, time: NOON + 3000 });
  expect(await muster(office)).toEqual([[], []]);
});
