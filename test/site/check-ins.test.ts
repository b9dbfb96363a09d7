import { describe, expect, test } from 'vitest';
import { listCheckIns } from '../../src/adapters/site/check-ins.js';
import { readMuster, readOccupancy } from '../../src/adapters/site/muster.js';
import { setCapacity } from '../../src/adapters/site/presence.js';
import { sweepPresence } from '../../src/adapters/site/presence-sweep.js';
import type { Capacity } from '../../src/admin/presence/capacity.js';
import { MINUTE, NOON, tap } from '../admin/presence/office.js';
import { local, type Office, openOffice, owner, typesOf } from './scenes.js';

const HOUR = 60 * MINUTE;
const CHECKING: Capacity = { place: 'hq', mode: 'off', checkIns: true };

async function checking(more: Partial<Capacity> = {}, policy: object = {}): Promise<Office> {
  const office = await openOffice(policy);
  expect(await setCapacity(office.site, owner, { ...CHECKING, ...more })).toMatchObject({
    ok: true,
  });
  return office;
}

async function list({ site }: Office, day: string): Promise<string[]> {
  const read = await listCheckIns(site, owner, 'hq', day);
  return read.ok ? read.value.map(({ user, door }) => `${user} ${door}`) : [read.code];
}

describe('a member is checked in', () => {
  test('by the first permitted entry of a day, once', async () => {
    const office = await checking();
    const first = await office.open(tap('ada', 'side-in', NOON));
    expect(typesOf(first.outcome)).toEqual(['member.checked_in']);
    const again = await office.open(tap('ada', 'front-in', NOON + HOUR));
    expect(typesOf(again.outcome)).toEqual([]);
    await office.open(tap('bob', 'inner-r', NOON - MINUTE));
    expect(await list(office, '2026-11-23')).toEqual(['bob inner', 'ada side']);
  });

  test('not by a refusal, an exit, from afar, as a link, or by the card of another', async () => {
    const office = await checking();
    await office.open(tap('stranger', 'front-in', NOON));
    await office.open(tap('ada', 'front-out', NOON));
    const remote = tap('ada', 'front-in', NOON, { method: 'remote' });
    expect((await office.open(remote)).decision.decision).toBe(true);
    await office.open(tap('guest', 'front-in', NOON));
    await office.open(tap('bob', 'front-in', NOON, { device: 'lost-card' }));
    expect(await list(office, '2026-11-23')).toEqual([]);
    expect(await office.site.store.records('presence')).toEqual([]);
  });

  test('by the day on the wall at the place, whatever day it is in Greenwich or on the host', async () => {
    // Midnight in Berlin is 23:00 UTC, in Auckland 11:00 UTC.
    const berlin = await checking();
    await berlin.open(tap('ada', 'front-in', NOON + 12 * HOUR - 1));
    await berlin.open(tap('ada', 'front-in', NOON + 12 * HOUR));
    expect(await list(berlin, '2026-11-23')).toEqual(['ada front']);
    expect(await list(berlin, '2026-11-24')).toEqual(['ada front']);
    const auckland = await checking({}, { place: { timeZone: 'Pacific/Auckland' } });
    await auckland.open(tap('ada', 'front-in', NOON - 1));
    await auckland.open(tap('ada', 'front-in', NOON));
    expect(await list(auckland, '2026-11-23')).toEqual(['ada front']);
    expect(await list(auckland, '2026-11-24')).toEqual(['ada front']);
  });

  test('at a place that does not count, whose muster list is none and not an empty one', async () => {
    const { site, open } = await checking();
    await open(tap('ada', 'front-in', NOON));
    for (const read of [readMuster, readOccupancy]) {
      expect(await read(site, owner, 'hq')).toMatchObject({ ok: false, code: 'not_kept' });
    }
  });

  test('on both sides of a clock that goes back, once', async () => {
    const office = await checking();
    // Berlin, 25 October 2026: 02:30 comes twice.
    const night = Date.parse('2026-10-25T00:30:00Z');
    await office.open(tap('ada', 'front-in', night));
    await office.open(tap('ada', 'front-in', night + HOUR));
    expect(await list(office, '2026-10-25')).toEqual(['ada front']);
  });

  test('nowhere without a time zone, and nowhere unless the place says so', async () => {
    const organization = { id: 'acme', roles: 'kisi' };
    const office = await checking({}, { more: { organization } });
    expect((await office.open(tap('ada', 'front-in', NOON))).decision.decision).toBe(true);
    expect(await office.site.store.records('check_in')).toEqual([]);
    const other = await checking({ checkIns: false, mode: 'readers' });
    await other.open(tap('ada', 'front-in', NOON));
    expect(await other.site.store.records('check_in')).toEqual([]);
  });

  test('together with whoever comes in by the same opening', async () => {
    const office = await checking({}, { front: { restrictions: { twoPerson: true } } });
    await office.open(tap('ada', 'front-in', NOON));
    expect(await list(office, '2026-11-23')).toEqual([]);
    await office.open(tap('bob', 'front-in', NOON + 1));
    expect((await list(office, '2026-11-23')).sort()).toEqual(['ada front', 'bob front']);
  });

  test('once, whoever opens at the same time', async () => {
    const office = await checking();
    await Promise.all(
      ['front-in', 'side-in', 'inner-r'].map((reader) => office.open(tap('ada', reader, NOON))),
    );
    const told = await office.site.store.events('access');
    expect(told.filter(({ type }) => type === 'doorwright.member.checked_in')).toHaveLength(1);
  });
});

describe('check-ins', () => {
  test('are listed for whoever may see events there', async () => {
    const office = await checking();
    await office.open(tap('ada', 'front-in', NOON));
    const { site } = office;
    expect(await listCheckIns(site, { type: 'user', id: 'ada' }, 'hq', '2026-11-23')).toMatchObject(
      { code: 'refused' },
    );
    expect(await listCheckIns(site, local, 'hq', '2026-11-23')).toMatchObject({ code: 'refused' });
    await expect(listCheckIns(site, owner, 'hq', '2026-02-30')).rejects.toThrow(RangeError);
  });

  test('are forgotten after the days the place keeps them, the oldest day first', async () => {
    const office = await checking({ checkInDays: 2 });
    await office.open(tap('ada', 'front-in', NOON));
    await office.open(tap('ada', 'front-in', NOON + 24 * HOUR));
    office.clock.now = NOON + 24 * HOUR;
    expect(await sweepPresence(office.site)).toEqual([]);
    office.clock.now = NOON + 48 * HOUR;
    expect(await sweepPresence(office.site)).toEqual(['hq']);
    expect(await list(office, '2026-11-23')).toEqual([]);
    expect(await list(office, '2026-11-24')).toEqual(['ada front']);
  });
});
