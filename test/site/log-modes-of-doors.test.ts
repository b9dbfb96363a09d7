import { expect, test } from 'vitest';
import { setLogModes } from '../../src/adapters/site/log-modes.js';
import { setCapacity } from '../../src/adapters/site/presence.js';
import { setZone } from '../../src/adapters/site/zones.js';
import { tap } from '../admin/presence/office.js';
import { openOffice, owner } from './scenes.js';

/** 23:00 in Berlin: the alarm of the zone is on. */
const NIGHT = Date.parse('2026-11-23T22:00:00Z');

/** An office with check-ins and a zone that an access overrides; nothing is to be kept of its side door. */
async function discreet(mode: 'none' | 'anonymous') {
  const schedules = [{ id: 'night', windows: [{ days: ['mo'], from: '22:00', until: '23:59' }] }];
  const office = await openOffice({ more: { schedules } });
  const { site } = office;
  office.clock.now = NIGHT;
  const alarm = { schedule: 'night', mode: 'away', onAccess: 'disarm', minutes: 10 } as const;
  const zone = { place: 'hq', id: 'ground', doors: ['front', 'side'], alarms: [alarm] };
  const capacity = { place: 'hq', mode: 'off', checkIns: true } as const;
  const rules = { default: 'full', doors: [{ door: 'side', mode }] };
  for (const done of [
    await setZone(site, owner, zone),
    await setCapacity(site, owner, capacity),
    await setLogModes(site, owner, rules),
  ]) {
    expect(done).toMatchObject({ ok: true });
  }
  return site;
}

test('a check-in and an override of a zone are kept as the door by which they came says', async () => {
  const site = await discreet('none');
  expect((await site.open(tap('ada', 'side-in', NIGHT))).decision.decision).toBe(true);
  expect(await site.store.records('check_in')).toHaveLength(1);
  expect(await site.store.events('access')).toEqual([]);
});

test('of a door that keeps nobody, neither tells of a person', async () => {
  const site = await discreet('anonymous');
  await site.open(tap('ada', 'side-in', NIGHT));
  const events = await site.store.events('access');
  expect(events).toHaveLength(3);
  // As a word: in hashes and random ids the three letters are digits.
  expect(JSON.stringify(events)).not.toMatch(/\bada\b/u);
});

test('by another door of the place both are kept whole', async () => {
  const site = await discreet('none');
  await site.open(tap('ada', 'front-in', NIGHT));
  const events = await site.store.events('access');
  expect(events.filter(({ personal }) => personal?.includes('ada'))).toHaveLength(3);
});
