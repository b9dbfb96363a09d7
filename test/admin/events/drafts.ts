/** Drafts of events for tests, and a host whose random bytes are counted up. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { EventDraft, EventLog } from '../../../src/admin/events/event.js';
import { eventTime } from '../../../src/admin/events/event-time.js';
import type { JsonObject } from '../../../src/admin/record.js';

/** SHA-256 by node:crypto: not the one of the library. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** Bytes that never repeat, the same in every run. */
export function countedRandom(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => sha256(new Uint8Array([++count >> 16, count >> 8, count])).slice(0, length);
}

/** An event at a door, at a second of the year 2026. */
export function opening(number: number, changes: Partial<EventDraft> = {}): EventDraft {
  return {
    log: 'access',
    id: `event-${number}`,
    type: 'doorwright.door.opened',
    time: eventTime(Date.UTC(2026, 0, 1) + number * 1000),
    object: { type: 'door', id: 'front' },
    place: 'hq',
    outcome: 'permitted',
    reason: 'granted',
    data: { revision: 7 },
    personal: { actor: { type: 'user', id: 'ann' }, subject: { type: 'user', id: 'ann' } },
    ...changes,
  };
}

const name = fc.constantFrom('ann', 'bob', 'cy', 'Zoë', 'door-1', '__proto__', '📦');
const entity = fc.record({ type: fc.constantFrom('user', 'link', 'door'), id: name });
const json = fc
  .dictionary(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject)
  .filter((value) => !/\\ud[89a-f]/iu.test(JSON.stringify(value)));

/** Any drafts of one log, with ids of their own. */
export function arbitraryDrafts(log: EventLog, maxLength: number): fc.Arbitrary<EventDraft[]> {
  const draft = fc.record(
    {
      type: fc.constantFrom('doorwright.door.opened', 'doorwright.door.refused', 'policy.changed'),
      time: fc.integer({ min: 0, max: 4e12 }).map(eventTime),
      object: entity,
      place: name,
      outcome: fc.constantFrom('permitted', 'refused', 'done', 'failed'),
      reason: fc.constantFrom('granted', 'schedule'),
      data: json,
      personal: fc.record({ actor: entity, subject: entity, data: json }, { requiredKeys: [] }),
    },
    { requiredKeys: ['type', 'time', 'object', 'outcome', 'data'] },
  );
  return fc
    .array(draft, { minLength: 1, maxLength })
    .map((drafts) =>
      drafts.map((each, index): EventDraft => ({ ...each, log, id: `id-${index}` }) as EventDraft),
    );
}
