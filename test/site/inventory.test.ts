import { describe, expect, test } from 'vitest';
import { memoryStore, nodeSiteHost, openSite } from '../../src/adapters/for-site.js';
import {
  inventoryOf,
  putDevice,
  removeDevice,
  reportDevice,
  tasksOf,
} from '../../src/adapters/site/inventory.js';
import { tellSync } from '../../src/adapters/site/sync-state.js';
import { type Device, statusOfDevice } from '../../src/admin/inventory/device.js';
import { TASK_KINDS, visitTasks } from '../../src/admin/inventory/tasks.js';

const NOW = Date.parse('2026-11-22T09:00:00Z');
const HOUR = 3_600_000;
const owner = { type: 'user', id: 'owner' } as const;

async function opened() {
  const store = memoryStore();
  const clock = { now: NOW };
  await store.create({
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }, { id: 'lab' }],
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'cellar', place: 'hq', lock: 'offline' },
    ],
    users: [{ id: 'owner' }, { id: 'local' }, { id: 'guest' }],
    assignments: [
      {
        id: 'o',
        subject: { type: 'user', id: 'owner' },
        role: 'organization_owner',
        scope: { type: 'organization', id: 'acme' },
      },
      {
        id: 'l',
        subject: { type: 'user', id: 'local' },
        role: 'place_administrator',
        scope: { type: 'place', id: 'lab' },
      },
    ],
  });
  const host = { ...nodeSiteHost, now: () => clock.now };
  return { site: await openSite({ store, organization: 'acme', host }), clock };
}

const reader = { kind: 'reader', place: 'hq', door: 'front', heardEverySeconds: 60 } as const;

describe('who may change the inventory:', () => {
  test.each([
    ['owner', 'hq', 'ok'],
    ['local', 'hq', 'refused'],
    ['guest', 'hq', 'refused'],
    ['local', 'lab', 'ok'],
    ['owner', 'nowhere', 'unknown_place'],
  ])('%s at %s: %s', async (id, place, expected) => {
    const { site } = await opened();
    const put = await putDevice(site, { type: 'user', id }, 'd1', { kind: 'bridge', place });
    expect(put.ok ? 'ok' : put.code).toBe(expected);
    expect(await inventoryOf(site)).toHaveLength(expected === 'ok' ? 1 : 0);
  });

  test('a device goes to another place only by somebody who may change both', async () => {
    const { site } = await opened();
    await putDevice(site, owner, 'd1', { kind: 'bridge', place: 'hq' });
    const local = { type: 'user', id: 'local' } as const;
    expect(await putDevice(site, local, 'd1', { kind: 'bridge', place: 'lab' })).toMatchObject({
      code: 'refused',
    });
    expect(await removeDevice(site, local, 'd1')).toMatchObject({ code: 'refused' });
    expect(await removeDevice(site, owner, 'd1')).toMatchObject({ ok: true });
    expect(await removeDevice(site, owner, 'd1')).toMatchObject({ code: 'unknown_device' });
  });

  test.each(['', 'é', 'a b', 'x'.repeat(129)])('an id that is none is refused: %j', async (id) => {
    const { site } = await opened();
    expect(await putDevice(site, owner, id, reader)).toMatchObject({ code: 'malformed' });
  });

  test('a door must be of the place', async () => {
    const { site } = await opened();
    expect(await putDevice(site, owner, 'd1', { ...reader, place: 'lab' })).toMatchObject({
      code: 'unknown_door',
    });
  });
});

describe('what a device says of itself', () => {
  test('is kept with its newest report, and an older one changes nothing', async () => {
    const { site } = await opened();
    await putDevice(site, owner, 'd1', reader);
    expect(
      await reportDevice(site, 'd1', { at: NOW, battery: 40, firmware: '1', fault: 'tampered' }),
    ).toMatchObject({ ok: true });
    await reportDevice(site, 'd1', { at: NOW - 1, battery: 90 });
    expect(await inventoryOf(site)).toMatchObject([
      { status: 'fault', last: { battery: 40, at: NOW } },
    ]);
    // What it no longer calls wrong is right again; what it leaves out stays as it was.
    await reportDevice(site, 'd1', { at: NOW + 1 });
    const [entry] = await inventoryOf(site);
    expect(entry).toMatchObject({ status: 'ok', last: { battery: 40, firmware: '1' } });
    expect(entry?.last?.fault).toBeUndefined();
  });

  test('stays when an administrator renames the device', async () => {
    const { site } = await opened();
    await putDevice(site, owner, 'd1', reader);
    await reportDevice(site, 'd1', { at: NOW, battery: 40 });
    await putDevice(site, owner, 'd1', { ...reader, name: 'Front' });
    expect(await inventoryOf(site)).toMatchObject([{ name: 'Front', last: { battery: 40 } }]);
  });

  test.each([
    [{ at: NOW, battery: 101 }, 'malformed'],
    [{ at: 1.5 }, 'malformed'],
    [{ at: NOW + 25 * HOUR }, 'future'],
  ])('%j is refused: %s', async (report, code) => {
    const { site } = await opened();
    await putDevice(site, owner, 'd1', reader);
    expect(await reportDevice(site, 'd1', report)).toMatchObject({ ok: false, code });
    expect(await reportDevice(site, 'd2', { at: NOW })).toMatchObject({ code: 'unknown_device' });
  });
});

describe('the status of a device:', () => {
  const one: Device = {
    kind: 'reader',
    place: 'hq',
    installed: 0,
    heardEverySeconds: 60,
    firmwareWanted: '2',
  };
  test.each([
    ['unheard', one],
    ['ok', { ...one, last: { at: NOW - 180_000, firmware: '2', battery: 15 } }],
    ['silent', { ...one, last: { at: NOW - 180_001, firmware: '2' } }],
    ['attention', { ...one, last: { at: NOW, firmware: '1' } }],
    ['attention', { ...one, last: { at: NOW, firmware: '2', battery: 14 } }],
    ['fault', { ...one, last: { at: 0, fault: 'jammed' } }],
  ] as const)('%s', (status, device) => expect(statusOfDevice(device, NOW)).toBe(status));
});

test('one list says what to do on site, most urgent first, everything at one door in one row', async () => {
  const { site } = await opened();
  await putDevice(site, owner, 'front-reader', reader);
  await reportDevice(site, 'front-reader', { at: NOW - HOUR });
  await putDevice(site, owner, 'cellar-lock', {
    kind: 'lock',
    place: 'hq',
    door: 'cellar',
    firmwareWanted: '2',
  });
  await reportDevice(site, 'cellar-lock', { at: NOW, battery: 5, firmware: '1' });
  await putDevice(site, owner, 'box', { kind: 'controller', place: 'lab' });
  const lock = '0011223344556677';
  await tellSync(site, { kind: 'door_online', door: 'front' });
  const installed = {
    kind: 'lock_installed',
    door: 'cellar',
    lock,
    driftPpm: 50,
    lowerBoundGrants: false,
  } as const;
  expect(await tellSync(site, installed)).toMatchObject({ ok: true });
  const other = { ...installed, lock: '8899aabbccddeeff' };
  expect(await tellSync(site, other)).toMatchObject({ ok: false, code: 'door_taken' });
  expect(await tasksOf(site)).toMatchObject([
    {
      door: 'cellar',
      kind: 'inspect_on_site',
      items: [{ kind: 'inspect_on_site' }, { kind: 'change_battery' }, { kind: 'update_firmware' }],
    },
    { door: 'front', kind: 'find_silent' },
    { place: 'lab', kind: 'install' },
  ]);
});

test('a row is as urgent as its most urgent item', () => {
  const sync = TASK_KINDS.flatMap((action, index) =>
    action === 'send_someone' || action === 'wait_until' || action === 'inspect_on_site'
      ? [
          {
            door: `d${index}`,
            score: 1,
            action,
            mends: [0, index, 0, 0],
            exposedUntil: 'unbounded',
            expectedBy: null,
          } as const,
        ]
      : [],
  );
  const kinds = visitTasks([], [...sync].reverse(), NOW).map(({ kind }) => kind);
  expect(kinds).toEqual(['send_someone', 'inspect_on_site', 'wait_until']);
});
