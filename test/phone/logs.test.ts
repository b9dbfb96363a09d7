/** Logs of locks on their way to the desk: kept in order, without gaps, and once. */
import { expect, test } from 'vitest';
import { newRecords, type StoredLogRecord } from '../../examples/phone/desk/logs.mjs';
import { type LogRecord, linkAfter } from '../../protocol/objects/log-record.js';
import { Lindenhof } from './lindenhof.js';

const LOCK = 'l4-cellar';

function logOf(site: Lindenhof): readonly StoredLogRecord[] {
  const bytes = site.records.get(`log-${site.lock(LOCK)}`);
  return bytes === undefined ? [] : JSON.parse(Buffer.from(bytes).toString());
}

test('a caretaker fetches a log, the desk keeps it without gaps, and the lock is told that it is safe', async () => {
  const site = await new Lindenhof([LOCK]).start();
  const [johanna, dieter] = [await site.phoneOf('johanna'), await site.phoneOf('dieter')];
  await johanna.open(site.lock(LOCK));
  expect((await johanna.open(site.lock(LOCK), 'read-log')).code).toBe('no_grant');
  expect((await dieter.open(site.lock(LOCK), 'read-log')).code).toBe('permitted');
  expect(dieter.outbox.map(({ kind }) => kind)).toContain('log-segment');
  const brought = dieter.outbox.filter(({ kind }) => kind === 'log-segment');
  await dieter.carry();
  expect(dieter.outbox).toEqual([]);
  const first = logOf(site);
  expect(first.length).toBeGreaterThan(2);
  // Brought again it is known; and goes on after a restart.
  expect(await dieter.client.carry(brought)).toEqual(brought.map(({ id }) => id));
  expect(logOf(site)).toEqual(first);
  await site.restart();
  await dieter.meet();
  await dieter.open(site.lock(LOCK));
  await dieter.open(site.lock(LOCK), 'read-log');
  await dieter.carry();
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
