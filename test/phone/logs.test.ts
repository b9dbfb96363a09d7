/** Logs of locks on their way to the desk: kept in order, without gaps, and once. */
import { expect, test } from 'vitest';
import { newRecords, type StoredLogRecord } from '../../examples/phone/desk/logs.mjs';
import { bytesOf } from '../../examples/phone/desk/setup.mjs';
import { inspectObject } from '../../protocol/objects/inspect.js';
import { type LogRecord, linkAfter } from '../../protocol/objects/log-record.js';
import { Lindenhof } from './lindenhof.js';

const LOCK = 'shed';

/** Kisi's roles, of which one may look after locks. */
const POLICY = {
  version: 1,
  organization: { id: 'garden', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'garden', name: 'Garden' }],
  doors: [{ id: LOCK, place: 'garden', name: 'Shed', lock: 'offline' }],
  groups: [{ id: 'all', doors: [LOCK] }],
  users: [{ id: 'ada' }, { id: 'ben' }],
  assignments: [
    {
      ...{ id: 'ada', role: 'door_access', scope: { type: 'group', id: 'all' } },
      subject: { type: 'user', id: 'ada' },
    },
    {
      ...{ id: 'ben', role: 'place_administrator', scope: { type: 'place', id: 'garden' } },
      subject: { type: 'user', id: 'ben' },
    },
  ],
};

function logOf(site: Lindenhof): readonly StoredLogRecord[] {
  const bytes = site.records.get(`log-${site.lock(LOCK)}`);
  return bytes === undefined ? [] : JSON.parse(Buffer.from(bytes).toString());
}

test('a caretaker fetches a log, the desk keeps it without gaps, and the lock is told that it is safe', async () => {
  const site = await new Lindenhof([LOCK]).start(POLICY);
  const [ada, ben] = [await site.phoneOf('ada'), await site.phoneOf('ben')];
  await ada.open(site.lock(LOCK));
  expect((await ada.open(site.lock(LOCK), 'read-log')).code).toBe('no_grant');
  expect((await ben.open(site.lock(LOCK), 'read-log')).code).toBe('permitted');
  expect(ben.outbox.map(({ kind }) => kind)).toContain('log-segment');
  const brought = ben.outbox.filter(({ kind }) => kind === 'log-segment');
  await ben.carry();
  expect(ben.outbox).toEqual([]);
  const first = logOf(site);
  expect(first.length).toBeGreaterThan(2);
  // Brought again it is known; and goes on after a restart.
  expect(await ben.client.carry(brought)).toEqual(brought.map(({ id }) => id));
  expect(logOf(site)).toEqual(first);
  await site.restart(POLICY);
  const { bundle } = await ben.refresh();
  const seen = inspectObject(bytesOf(bundle, null, 'bundle'));
  expect(seen.ok && seen.value.claims?.['logAcks']).toHaveLength(1);
  await ben.open(site.lock(LOCK));
  await ben.open(site.lock(LOCK), 'read-log');
  await ben.carry();
  const whole = logOf(site);
  expect(whole.length).toBeGreaterThan(first.length);
  expect(whole.slice(0, first.length)).toEqual(first);
  expect(whole.map(({ sequence }) => sequence)).toEqual(whole.map((_, at) => at + 1));
  site.building.stop();
  expect(site.faults).toEqual([]);
});

test('records that do not follow on what is here wait, and none is taken twice', () => {
  const { crypto } = new Lindenhof();
  const log: LogRecord[] = [];
  for (let sequence = 1; sequence <= 6; sequence += 1) {
    const before = log.at(-1);
    const link = before === undefined ? new Uint8Array(14) : linkAfter(crypto, before);
    log.push({ sequence, lo: sequence, tag: new Uint8Array(8), operation: 1, result: 0, link });
  }
  const sequences = (last: StoredLogRecord | null, records: readonly LogRecord[]) =>
    newRecords(last, records, crypto)?.map(({ sequence }) => sequence);
  const known = newRecords(null, log.slice(0, 3), crypto)?.at(-1) ?? null;
  expect(known?.sequence).toBe(3);
  expect(sequences(known, log.slice(1, 5))).toEqual([4, 5]);
  expect(sequences(known, log.slice(0, 2))).toEqual([]);
  expect(sequences(known, log.slice(4))).toBeUndefined();
  expect(sequences(null, log.slice(3))).toBeUndefined();
  const other = { ...(log[3] as LogRecord), link: new Uint8Array(14).fill(1) };
  expect(sequences(known, [other])).toBeUndefined();
});
