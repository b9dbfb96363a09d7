/** The power fails: between two calls, and in the middle of a write. The desk goes on where it was, and gives out nothing it forgot. */
import { describe, expect, test } from 'vitest';
import { openDesk } from '../../examples/phone/desk/desk.mjs';
import { type Memory, mapMemory } from '../../examples/phone/desk/records.mjs';
import { Lindenhof, POLICY } from './lindenhof.js';
import type { NodePhone } from './node-phone.js';

async function opened(site: Lindenhof, phone: NodePhone): Promise<string> {
  const { code, status } = await phone.open(site.lock('l4-f07'));
  return code === 'permitted' ? code : `${code} ${status}`;
}

async function knowsOf(site: Lindenhof, permission: string): Promise<boolean | undefined> {
  return (await site.building.desk.syncRows()).find((row) => row.permission === permission)?.knows;
}

/** The story of a withdrawal, in single calls. */
const STORY: readonly ((site: Lindenhof, at: Cast) => Promise<unknown>)[] = [
  async (site, at) => {
    at.codes = [
      await site.building.desk.makeCode('johanna'),
      await site.building.desk.makeCode('lukas'),
    ];
  },
  (_, { johanna, codes }) => johanna.enrol(codes[0] ?? ''),
  (_, { lukas, codes }) => lukas.enrol(codes[1] ?? ''),
  (_, { johanna }) => johanna.refresh(),
  (_, { lukas }) => lukas.refresh(),
  (_, { lukas }) => lukas.carry(),
  async (site, { lukas }) => expect(await opened(site, lukas)).toBe('permitted'),
  (site) => site.building.desk.withdraw('lukas'),
  (_, { johanna }) => johanna.refresh(),
  async (site, { johanna }) => expect(await opened(site, johanna)).toBe('permitted'),
  async (site) => expect(await knowsOf(site, 'lukas-host')).toBe(false),
  async (site, { lukas }) => expect(await opened(site, lukas)).toBe('refused revoked'),
  (_, { johanna }) => johanna.carry(),
  async (site) => expect(await knowsOf(site, 'lukas-host')).toBe(true),
  (site) => site.building.desk.give('lukas'),
  (_, { lukas }) => lukas.refresh(),
  async (site, { lukas }) => expect(await opened(site, lukas)).toBe('permitted'),
];

interface Cast {
  readonly johanna: NodePhone;
  readonly lukas: NodePhone;
  codes: readonly string[];
}

test('between any two calls', async () => {
  const site = await new Lindenhof(['l4-f07']).start();
  const cast: Cast = { johanna: site.phone(), lukas: site.phone(), codes: [] };
  for (const call of STORY) {
    await call(site, cast);
    await site.restart();
  }
  site.building.stop();
  expect(site.faults).toEqual([]);
});

describe('in the middle of a write', () => {
  /** A memory of which the n-th write fails: before it is done, or after. */
  function failing(records: Map<string, Uint8Array>, at: number, isWritten: boolean): Memory {
    const whole = mapMemory(records);
    let writes = 0;
    return {
      read: whole.read,
      write: async (name, bytes) => {
        writes += 1;
        if (writes === at && !isWritten) throw new Error('the disk is gone');
        await whole.write(name, bytes);
        if (writes === at) throw new Error('the power is gone');
      },
    };
  }

  test.each([false, true])(
    'the call fails, and the next one finds one state or the other (%s)',
    async (isWritten) => {
      // The keys, the first state, the withdrawal.
      for (let at = 1; at <= 3; at += 1) {
        const { crypto, now, random } = new Lindenhof();
        const records = new Map<string, Uint8Array>();
        const parts = { policy: POLICY, crypto, now, random };
        const memory = failing(records, at, isWritten);
        let desk = await openDesk({ ...parts, memory }).catch(() => undefined);
        desk ??= await openDesk({ ...parts, memory });
        const first = await desk.withdraw('lukas').catch((error: Error) => error.message);
        // What is in memory and what was written agree: a desk that is opened anew says the same.
        const stored = () => Buffer.from(records.get('desk') ?? []).toString();
        const told = await desk.syncRows();
        const again = await openDesk({ ...parts, memory: mapMemory(records) });
        expect(await again.syncRows()).toEqual(told);
        if (first === undefined || isWritten) expect(stored()).toContain('"withdrawn":["lukas"]');
        await desk.withdraw('lukas');
        expect(stored()).toContain('"withdrawn":["lukas"]');
      }
    },
  );

  test('a bundle whose grants could not be stored does not leave', async () => {
    const site = await new Lindenhof(['l4-f07']).start();
    const lukas = await site.phoneOf('lukas');
    const before = site.records.get('desk');
    const whole = site.memory;
    site.building.stop();
    // The proof is written first; then the grants.
    site.memory = {
      read: whole.read,
      write: (name, bytes) =>
        name === 'desk' && isBroken
          ? Promise.reject(new Error('the disk is gone'))
          : whole.write(name, bytes),
    };
    let isBroken = false;
    await site.start();
    isBroken = true;
    await expect(lukas.refresh()).rejects.toMatchObject({ status: 500, code: 'desk_failed' });
    isBroken = false;
    const left = JSON.parse(Buffer.from(site.records.get('desk') ?? []).toString());
    const was = JSON.parse(Buffer.from(before ?? []).toString());
    expect(left.devices).toEqual(was.devices);
    await lukas.refresh();
    site.building.stop();
  });

  test('a lock that cannot write says nothing and moves no bolt, and goes on when it can', async () => {
    const site = new Lindenhof(['l4-f07']);
    const whole = site.memory;
    let isBroken = false;
    site.memory = {
      read: whole.read,
      write: (name, bytes) =>
        isBroken && name.startsWith('lock-')
          ? Promise.reject(new Error('the disk is gone'))
          : whole.write(name, bytes),
    };
    await site.start();
    const johanna = await site.phoneOf('johanna');
    expect(await opened(site, johanna)).toBe('permitted');
    const moved = site.bolts.length;
    isBroken = true;
    const failed = await johanna.open(site.lock('l4-f07'));
    expect(failed.code).not.toBe('permitted');
    expect(site.bolts.filter(({ open }) => open)).toHaveLength(moved);
    expect(site.faults.length).toBeGreaterThan(0);
    isBroken = false;
    expect(await opened(site, johanna)).toBe('permitted');
    site.building.stop();
  });

  test('a record that is damaged keeps the desk shut', async () => {
    const { crypto, now, random } = new Lindenhof();
    for (const name of ['desk', 'keys', 'proofs']) {
      const records = new Map<string, Uint8Array>();
      const parts = { policy: POLICY, crypto, now, random, memory: mapMemory(records) };
      await openDesk(parts);
      records.set(name, Uint8Array.of(123, 34));
      await expect(openDesk(parts)).rejects.toThrow(`\`${name}\` is damaged`);
    }
  });
});
