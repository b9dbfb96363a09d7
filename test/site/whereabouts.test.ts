import { expect, test } from 'vitest';
import { recountPlace, setCapacity } from '../../src/adapters/site/presence.js';
import { forgetWhereabouts, readWhereabouts } from '../../src/adapters/site/whereabouts.js';
import { NOON, tap } from '../admin/presence/office.js';
import { local, openOffice, owner } from './scenes.js';

const ada = { type: 'user', id: 'ada' } as const;

test('what is kept of a person is shown, and forgotten without losing count of the others', async () => {
  const office = await openOffice({ front: { restrictions: { twoPerson: true } } });
  const { site } = office;
  const capacity = { place: 'hq', mode: 'readers', checkIns: true } as const;
  await setCapacity(site, owner, capacity);
  await office.open(tap('ada', 'side-in', NOON));
  await office.open(tap('bob', 'side-in', NOON));
  await office.open(tap('ada', 'front-in', NOON));
  expect(await readWhereabouts(site, local, ada)).toMatchObject({ code: 'refused' });
  expect(await readWhereabouts(site, owner, ada)).toMatchObject({
    value: { presences: [{ place: 'hq', state: 'inside' }], checkIns: [{ day: '2026-11-23' }] },
  });
  expect(await forgetWhereabouts(site, local, ada)).toMatchObject({ code: 'refused' });
  expect(await forgetWhereabouts(site, owner, ada)).toMatchObject({ value: { forgotten: 3 } });
  expect(await readWhereabouts(site, owner, ada)).toEqual({
    ok: true,
    value: { presences: [], checkIns: [] },
  });
  for (const kind of ['capacity_state', 'presence', 'check_in', 'companion'] as const) {
    expect(JSON.stringify(await site.store.records(kind))).not.toMatch(/\bada\b/u);
  }
  const log = await site.store.events('audit');
  expect(log[0]?.type).toBe('doorwright.presence.forget_person');
  expect(JSON.stringify(log[0])).not.toMatch(/\bada\b/u);
  expect(await recountPlace(site, owner, 'hq')).toMatchObject({ value: { before: 1, count: 1 } });
  expect(await forgetWhereabouts(site, owner, ada)).toMatchObject({ value: { forgotten: 0 } });
});

test('a person who was let in and has not opened is forgotten too', async () => {
  const office = await openOffice();
  await setCapacity(office.site, owner, { place: 'hq', mode: 'readers', onlyWhenOpened: true });
  await office.open(tap('ada', 'front-in', NOON));
  await forgetWhereabouts(office.site, owner, ada);
  await office.see({ kind: 'opened', door: 'front', time: NOON + 1 });
  expect(await office.site.store.records('presence')).toEqual([]);
});
