/** The whole circle over real lock machines: policy, bundle, phone, lock, receipt, sync rows. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyncRow } from '../../examples/phone/desk/setup.mjs';
import { ADDRESS, Lindenhof, POLICY } from './lindenhof.js';
import type { NodePhone } from './node-phone.js';

let site: Lindenhof;

beforeEach(async () => {
  site = await new Lindenhof(['l4-cellar', 'l4-f07']).start();
});

afterEach(() => {
  site.building.stop();
  expect(site.faults).toEqual([]);
});

/** How an opening ended, in one word or two. */
async function opened(phone: NodePhone, door: string): Promise<string> {
  const { code, status } = await phone.open(site.lock(door));
  return code === 'permitted' ? code : `${code} ${status}`;
}

async function rowOf(permission: string, door: string): Promise<SyncRow> {
  const rows = await site.building.desk.syncRows();
  const row = rows.find((one) => one.permission === permission && one.door === door);
  if (row === undefined) throw new Error(`no row ${permission} ${door}`);
  return row;
}

test('a phone opens with what it fetched, and the bolt falls back by itself', async () => {
  const johanna = await site.phoneOf('johanna');
  expect(await opened(johanna, 'l4-f07')).toBe('permitted');
  const lock = site.lock('l4-f07');
  expect(site.bolts).toMatchObject([{ lock, open: true }]);
  await expect.poll(() => site.bolts.at(-1), { timeout: 10_000 }).toMatchObject({ open: false });
});

test('a phone with an ES256 key opens, too', async () => {
  expect(await opened(await site.phoneOf('johanna', 'es256'), 'l4-f07')).toBe('permitted');
});

test('a right that is withdrawn ends when somebody else brings the news, and the desk knows it by the receipt', async () => {
  const [lukas, johanna] = [await site.phoneOf('lukas'), await site.phoneOf('johanna')];
  expect(await opened(lukas, 'l4-f07')).toBe('permitted');
  await lukas.meet();
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({ knows: true, score: 5 });

  await site.building.desk.withdraw('lukas');
  // Nobody has told the lock: that is what offline costs, and the rows say so.
  expect(await opened(lukas, 'l4-f07')).toBe('permitted');
  await lukas.carry();
  const told = await rowOf('lukas-host', 'l4-f07');
  expect(told).toMatchObject({ knows: false, action: 'send_someone', colour: 'red' });
  expect(told.exposedUntil).toBeGreaterThan(site.now());

  await johanna.meet();
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({ knows: false, score: 2 });
  expect(await opened(johanna, 'l4-f07')).toBe('permitted');
  expect(await opened(lukas, 'l4-f07')).toBe('refused revoked');
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({ knows: false });
  await johanna.carry();
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({
    ...{ knows: true, score: 5, reasons: ['acknowledged'], exposedUntil: null },
  });
});

test('the receipt of a refusal is worth as much: the withdrawn phone brings it itself', async () => {
  const [lukas, johanna] = [await site.phoneOf('lukas'), await site.phoneOf('johanna')];
  await site.building.desk.withdraw('lukas');
  await johanna.meet();
  await opened(johanna, 'l4-f07');
  await opened(lukas, 'l4-f07');
  await lukas.carry();
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({ knows: true });
});

test('whoever is withdrawn gets a bundle without grants, and with them again when they are given back', async () => {
  const lukas = await site.phoneOf('lukas');
  const doors = lukas.keys.map(({ door }) => door);
  await site.building.desk.withdraw('lukas');
  await lukas.meet();
  expect(lukas.keys).toEqual([]);
  expect(await opened(lukas, 'l4-f07')).toBe('no_grant null');
  await site.building.desk.give('lukas');
  await lukas.meet();
  expect(lukas.keys.map(({ door }) => door)).toEqual(doors);
  // His new grant names the version that revoked the old one, and he brings it himself.
  expect(await opened(lukas, 'l4-f07')).toBe('permitted');
});

test('what was withdrawn twice and given twice is as once', async () => {
  const { desk } = site.building;
  const lukas = await site.phoneOf('lukas');
  await desk.withdraw('lukas');
  const once = site.records.get('desk');
  await desk.withdraw('lukas');
  expect(JSON.parse(Buffer.from(site.records.get('desk') ?? []).toString()).locks).toEqual(
    JSON.parse(Buffer.from(once ?? []).toString()).locks,
  );
  await desk.give('lukas');
  await desk.give('lukas');
  await lukas.meet();
  expect(await opened(lukas, 'l4-f07')).toBe('permitted');
});

test('a right that rests on a withdrawn one ends with it', async () => {
  const [finn, johanna] = [await site.phoneOf('finn'), await site.phoneOf('johanna')];
  expect(await opened(finn, 'l4-f07')).toBe('permitted');
  // Lukas let Finn in.
  await site.building.desk.withdraw('lukas');
  await johanna.meet();
  await opened(johanna, 'l4-f07');
  expect(await opened(finn, 'l4-f07')).toBe('refused revoked');
  await finn.meet();
  expect(finn.keys.find(({ door }) => door === 'l4-f07')).toMatchObject({ carriedUntil: null });
});

test('of two phones of one person the lost one is refused, the other goes on', async () => {
  const [lost, kept] = [await site.phoneOf('johanna'), await site.phoneOf('johanna')];
  await site.building.desk.withdrawDevice(lost.device);
  await kept.meet();
  expect(await opened(kept, 'l4-f07')).toBe('permitted');
  expect(await opened(lost, 'l4-f07')).toBe('refused revoked');
});

test('a withdrawal concerns the locks where the phone has grants, and no other', async () => {
  const renate = await site.phoneOf('renate');
  const versions = () => versionsOf(site);
  const before = versions();
  // On a Tuesday her Sunday's grant is there already; she has none for the cellar.
  await site.building.desk.withdraw('renate');
  const after = versions();
  expect(after['l4-f07']).toBe((before['l4-f07'] ?? 0) + 1);
  expect(after['l4-cellar']).toBe(before['l4-cellar']);
  expect(renate.keys.map(({ door }) => door)).toEqual(['l4-f07']);
});

test('where marks run out the floor rises: everybody else gets in again with a new bundle', async () => {
  const { desk } = site.building;
  const johanna = await site.phoneOf('johanna');
  for (let number = 0; number < 90; number += 1) {
    const phone = site.phone();
    await phone.client.enrol(await desk.makeCode('lukas'));
    await phone.client.bundle();
  }
  const lukas = await site.phoneOf('lukas');
  await desk.withdraw('lukas');
  // Her grant is from before the floor: the news that she brings ends it too.
  const old = await site.phoneOf('johanna');
  expect(await opened(old, 'l4-f07')).toBe('permitted');
  expect(await opened(lukas, 'l4-f07')).toBe('refresh_needed below_floor');
  expect(await opened(johanna, 'l4-f07')).toBe('refresh_needed below_floor');
  await johanna.meet();
  expect(await opened(johanna, 'l4-f07')).toBe('permitted');
  await johanna.carry();
  expect(await rowOf('lukas-host', 'l4-f07')).toMatchObject({ knows: true });
});

describe('another policy at the next start', () => {
  test('is a change like any other: what it takes, locks hear of', async () => {
    const [lukas, johanna] = [await site.phoneOf('lukas'), await site.phoneOf('johanna')];
    const assignments = POLICY.assignments.filter(({ id }) => id !== 'lukas-host');
    await site.restart({ ...POLICY, assignments });
    await johanna.meet();
    expect(await opened(johanna, 'l4-f07')).toBe('permitted');
    expect(await opened(lukas, 'l4-f07')).toBe('refused revoked');
    // His right at the cellar is another one.
    await lukas.meet();
    expect(await opened(lukas, 'l4-cellar')).toBe('permitted');
  });

  test('gives back what another one took, also to who is in a team of a team', async () => {
    const team = { id: 'heating-team', name: 'Heating', users: ['kolb'] };
    const outer = { id: 'firms', name: 'Firms', users: [], teams: ['heating-team'] };
    const firm = {
      ...{ id: 'firms-cellar', role: 'guest', grantedBy: 'sabine' },
      ...{ subject: { type: 'team', id: 'firms' }, scope: { type: 'door', id: 'l4-cellar' } },
    };
    const own = POLICY.assignments.filter(({ id }) => id !== 'kolb-technical');
    const without = { ...POLICY, teams: [...POLICY.teams, team, outer], assignments: own };
    const policy = { ...without, assignments: [...own, firm] };
    const { desk } = site.building;
    await desk.takePolicy(policy);
    const kolb = await site.phoneOf('kolb');
    expect(await opened(kolb, 'l4-cellar')).toBe('permitted');
    await desk.takePolicy(without);
    await desk.takePolicy(policy);
    await kolb.meet();
    expect(await opened(kolb, 'l4-cellar')).toBe('permitted');
  });

  test('the same one changes nothing', async () => {
    await site.phoneOf('lukas');
    const before = versionsOf(site);
    await site.restart(structuredClone(POLICY));
    expect(versionsOf(site)).toEqual(before);
  });

  test('one that is not valid is refused, and the desk stays as it was', async () => {
    const lukas = await site.phoneOf('lukas');
    await expect(site.building.desk.takePolicy({ version: 1 })).rejects.toThrow(/not valid at/u);
    await lukas.meet();
    expect(await opened(lukas, 'l4-f07')).toBe('permitted');
  });
});

test('a desk that came back from a backup gives nothing more for a lock that knows more than it', async () => {
  const [lukas, johanna] = [await site.phoneOf('lukas'), await site.phoneOf('johanna')];
  const backup = site.records.get('desk') as Uint8Array;
  await site.building.desk.withdraw('lukas');
  await johanna.meet();
  await opened(johanna, 'l4-f07');
  site.records.set('desk', backup);
  await site.restart();
  // The forgotten withdrawal is at the lock, and the lock's receipt says so.
  await johanna.carry();
  const row = await rowOf('johanna-flat', 'l4-f07');
  expect(row).toMatchObject({ knows: false });
  expect(row.reasons).toContain('unknown_state');
  await lukas.client.bundle();
  const answer = await lukas.client.bundle();
  expect(answer.keys.find(({ door }) => door === 'l4-f07')?.why).toBe('trust_not_rotated');
  expect(answer.keys.find(({ door }) => door === 'l4-cellar')?.why).toBeNull();
  // Withdrawing goes on all the same.
  await site.building.desk.withdraw('lukas');
  expect(await rowOf('johanna-flat', 'l4-f07')).toMatchObject({ knows: false });
});

test('a year of restarts: certificates are renewed on the way, and the same lock takes the same phone', async () => {
  const johanna = await site.phoneOf('johanna');
  for (let month = 0; month < 12; month += 1) {
    site.offset += 30 * 86_400;
    await site.restart();
    await johanna.meet();
    expect(await opened(johanna, 'l4-f07')).toBe('permitted');
  }
});

test('keys say when, where and why not', async () => {
  const keysOf = async (person: string) => (await site.phoneOf(person)).keys;
  const byDoor = async (person: string, door: string) =>
    (await keysOf(person)).find((key) => key.door === door);
  expect(await byDoor('finn', 'l4-f07')).toMatchObject({
    ...{ status: 'active', from: '2026-11-20T00:00:00+01:00', until: '2026-12-01T00:00:00+01:00' },
    ...{ timeZone: 'Europe/Berlin', lock: site.lock('l4-f07'), why: null },
  });
  expect(await byDoor('renate', 'l4-f07')).toMatchObject({ status: 'inactive_hours' });
  expect(await byDoor('valentina', 'u11-f02')).toMatchObject({ status: 'pending', lock: null });
  expect(await byDoor('mira', 'l4-f08')).toMatchObject({ status: 'expired' });
  expect(await byDoor('greta', 'l6-f09')).toMatchObject({ status: 'disabled' });
  expect(await byDoor('johanna', 'l4-house')).toMatchObject({ lock: null, why: 'online_door' });
  expect(await byDoor('johanna', 'l4-laundry')).toMatchObject({ lock: null, why: 'no_lock' });
});

test('the demo’s own calls withdraw and give as the desk does', async () => {
  const [lukas, johanna] = [await site.phoneOf('lukas'), await site.phoneOf('johanna')];
  const ask = async (call: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"person":"lukas"}';
    return (await site.fetch(`${ADDRESS}${call}`, { method: 'POST', headers, body })).status;
  };
  expect(await ask('demo/withdraw')).toBe(200);
  await johanna.meet();
  await opened(johanna, 'l4-f07');
  expect(await opened(lukas, 'l4-f07')).toBe('refused revoked');
  expect(await ask('demo/give')).toBe(200);
  await lukas.meet();
  expect(await opened(lukas, 'l4-f07')).toBe('permitted');
});

/** Policy versions by door, as the desk has them. */
function versionsOf({ records }: Lindenhof): Record<string, number> {
  const { locks } = JSON.parse(Buffer.from(records.get('desk') ?? []).toString()) as {
    locks: Record<string, { door: string; row: { policyVersion: number } }>;
  };
  return Object.fromEntries(Object.values(locks).map(({ door, row }) => [door, row.policyVersion]));
}
