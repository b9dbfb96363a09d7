import { CloudEvent, HTTP } from 'cloudevents';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainStart, sealEvents } from '../../../src/admin/events/chain.js';
import { CLOUD_EVENT_TYPE, toCloudEvent } from '../../../src/admin/events/cloud-event.js';
import type { StoredEvent } from '../../../src/admin/events/event.js';
import { eventLine, exportHeader } from '../../../src/admin/events/event-line.js';
import { startChainCheck, verifyChain } from '../../../src/admin/events/verify-chain.js';
import { unguardCell } from '../../../src/admin/import/cell.js';
import { runs } from '../../helpers/runs.js';
import { arbitraryDrafts, countedRandom, opening, sha256 } from './drafts.js';

const SEED = 20261122;
const START = chainStart('acme', 'access', sha256);
const seal = (drafts: Parameters<typeof sealEvents>[1]) =>
  sealEvents(START, drafts, { sha256, random: countedRandom() }).events;
const erased = (event: StoredEvent): StoredEvent => ({
  ...event,
  content: null,
  personal: null,
  salt: null,
});

describe('a CloudEvent', () => {
  test('carries the event, its number and its hash', () => {
    const [event] = seal([opening(1)]) as [StoredEvent];
    expect(toCloudEvent(event, 'acme:1')).toEqual({
      specversion: '1.0',
      id: 'event-1',
      source: '/doorwright/acme%3A1/access',
      type: 'doorwright.door.opened',
      subject: 'door/front',
      time: '2026-01-01T00:00:01.000Z',
      datacontenttype: 'application/json',
      data: {
        outcome: 'permitted',
        reason: 'granted',
        place: 'hq',
        object: { type: 'door', id: 'front' },
        actor: { type: 'user', id: 'ann' },
        subject: { type: 'user', id: 'ann' },
        data: { revision: 7 },
      },
      sequence: '0000000000000001',
      chainhash: event.hash,
    });
  });

  test('the salts stay at home, and what was erased is said to be', () => {
    const [event] = seal([opening(1, { personal: { data: { device: 'p' } } })]) as [StoredEvent];
    const text = JSON.stringify(toCloudEvent(event, 'acme'));
    expect(text).toContain('"personalData":{"device":"p"}');
    expect(text).not.toContain('salt');
    expect(text).not.toContain(event.salt);
    const empty = toCloudEvent(erased(event), 'acme');
    expect(empty).not.toHaveProperty('subject');
    expect(empty.data).toEqual({
      outcome: 'permitted',
      data: {},
      erased: ['content', 'personal'],
    });
  });

  test('the SDK of CloudEvents takes every one, over HTTP too', () => {
    fc.assert(
      fc.property(arbitraryDrafts('access', 4), fc.boolean(), (drafts, emptied) => {
        for (const event of seal(drafts)) {
          const made = toCloudEvent(emptied ? erased(event) : event, 'acme');
          expect(new CloudEvent({ ...made }, true).validate()).toBe(true);
          const headers = { 'content-type': CLOUD_EVENT_TYPE };
          const read = HTTP.toEvent({ headers, body: JSON.stringify(made) }) as CloudEvent;
          expect(read.validate()).toBe(true);
          expect(read.id).toBe(event.id);
          expect(read['sequence']).toBe(made.sequence);
        }
      }),
      { seed: SEED, numRuns: runs(50) },
    );
  });

  test('the SDK refuses what is none', () => {
    const [event] = seal([opening(1)]) as [StoredEvent];
    const bad = { ...toCloudEvent(event, 'acme'), source: '' };
    expect(() => new CloudEvent({ ...bad }, true)).toThrow(/./);
  });
});

describe('an export', () => {
  test('as stored can be checked elsewhere', () => {
    const events = seal([opening(1), opening(2)]);
    const lines = events.map((event) => eventLine(event, 'acme', 'stored'));
    const read = lines.map((line) => JSON.parse(line) as StoredEvent);
    expect(verifyChain(startChainCheck(START), read, sha256)).toMatchObject({ checked: 2 });
    expect(
      lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1),
    ).toBe(true);
  });

  test('as CloudEvents is one JSON text a line', () => {
    const [event] = seal([opening(1)]) as [StoredEvent];
    expect(JSON.parse(eventLine(event, 'acme', 'cloudevents'))).toEqual(
      toCloudEvent(event, 'acme'),
    );
    expect(exportHeader('cloudevents')).toBe('');
  });

  test('as CSV comes back whole from another reader', () => {
    fc.assert(
      fc.property(arbitraryDrafts('access', 5), (drafts) => {
        const events = seal(drafts);
        const text = exportHeader('csv') + events.map((e) => eventLine(e, 'acme', 'csv')).join('');
        const rows = parse(text, { columns: true }) as Record<string, string>[];
        expect(rows.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => String(seq)));
        rows.forEach((row, index) => {
          const { object, data, personal } = drafts[index] as (typeof drafts)[number];
          expect(unguardCell(row['object_id'] as string)).toBe(object.id);
          expect(unguardCell(row['actor_id'] as string)).toBe(personal?.actor?.id ?? '');
          expect(JSON.parse(unguardCell(row['data'] as string))).toEqual(data);
        });
      }),
      { seed: SEED, numRuns: runs(100) },
    );
    const [event] = seal([opening(1)]) as [StoredEvent];
    expect(eventLine(erased(event), 'acme', 'csv')).toBe(
      'access,1,event-1,2026-01-01T00:00:01.000Z,doorwright.door.opened,permitted,,,,,,,,,,,content personal\r\n',
    );
  });

  test('as CSV has no cell that a spreadsheet takes for a formula, whatever its separator', () => {
    const event = opening(1, {
      object: { type: 'door', id: '=1' },
      place: 'x;@SUM(1)',
      reason: 'y\t-2',
    });
    const line = eventLine(seal([event])[0] as StoredEvent, 'acme', 'csv');
    expect(line).toContain(',door,\'=1,"x;\'@SUM(1)","y\t\'-2",');
  });
});
