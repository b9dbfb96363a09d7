import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pgliteStore } from '../../src/adapters/for-site.js';
import { readMuster } from '../../src/adapters/site/muster.js';
import { setCapacity } from '../../src/adapters/site/presence.js';
import { sweepPresence } from '../../src/adapters/site/presence-sweep.js';
import { setZone } from '../../src/adapters/site/zones.js';
import { MINUTE, NOON, tap } from '../admin/presence/office.js';
import { openOffice, owner } from './scenes.js';

test('a database keeps count as the memory does, also under the longest ids', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-presence-'));
  const store = await pgliteStore(folder);
  try {
    const long = 'x'.repeat(128);
    const place = { id: long, capacity: 3 };
    const door = {
      id: `d${'~'.repeat(127)}`,
      place: long,
      readers: [
        { id: 'a-in', direction: 'entry' },
        { id: 'a-out', direction: 'exit' },
      ],
    };
    const users = ['owner', 'y'.repeat(128), 'z'.repeat(128)];
    const rights = users.map((id, at) => ({
      id: `right-${at}`,
      subject: { type: 'user', id },
      role: at === 0 ? 'organization_owner' : 'place_door_access',
      scope: at === 0 ? { type: 'organization', id: 'acme' } : { type: 'place', id: long },
    }));
    const more = {
      places: [place, { id: `${long.slice(1)}y` }],
      doors: [door],
      users: users.map((id) => ({ id })),
      assignments: rights,
      links: [],
      credentials: [],
    };
    const office = await openOffice({ more }, store);
    const { site } = office;
    const order = { place: long, mode: 'timeout', timeoutMinutes: 60, checkIns: true } as const;
    expect(await setCapacity(site, owner, order)).toMatchObject({ ok: true });
    const zone = { place: long, id: 'w'.repeat(128), doors: [door.id] };
    expect(await setZone(site, owner, zone)).toMatchObject({ ok: true });
    const enter = (who: string, reader: string, time: number) =>
      office.open({ ...tap(who, reader, time), resource: { type: 'door', id: door.id } });
    await Promise.all(users.map((who) => enter(who, 'a-in', NOON)));
    await enter(users[1]!, 'a-out', NOON + MINUTE);
    await enter(users[2]!, 'a-in', NOON + 30 * MINUTE);
    expect(await site.store.record('capacity_state', long)).toMatchObject({ body: { count: 2 } });
    office.clock.now = NOON + 60 * MINUTE;
    const read = await readMuster(site, owner, long);
    expect(read).toMatchObject({
      value: { inside: [{ subject: { id: users[2] } }], unknown: [{ subject: { id: 'owner' } }] },
    });
    expect(await sweepPresence(site)).toEqual([long]);
    expect(await site.store.record('capacity_state', long)).toMatchObject({ body: { count: 1 } });
    expect(await site.store.records('check_in')).toHaveLength(3);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
