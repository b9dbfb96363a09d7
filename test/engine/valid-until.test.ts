import { describe, expect, test } from 'vitest';
import { withArrivalsRead } from '../../src/engine/valid-until.js';
import { compilePolicy } from '../../src/index.js';

const always = [
  { days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '00:00', until: '24:00' },
];

/** A door in Berlin that unlocks by a schedule from the first arrival on. */
function doorWith(unlock: object) {
  return compilePolicy<unknown>({
    version: 1,
    organization: { id: 'acme', timeZone: 'Europe/Berlin' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq', unlock: [{ schedule: 'unlock', firstToArrive: 'any' }] }],
    schedules: [
      { id: 'unlock', ...unlock },
      { id: 'any', windows: always },
    ],
  });
}

function ask(time: string, arrivals: readonly string[]) {
  return {
    subject: { type: 'user', id: 'anybody' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time, arrivals },
  };
}

describe('until when an unlock by first arrival holds', () => {
  const long = doorWith({ events: [{ from: '2026-10-01T08:00', until: '2026-10-25T02:30' }] });
  const ago = ['2026-10-10T08:00:00Z'];

  test('the clock put back leads once more into a span that began before the arrival', () => {
    expect(long.validUntil(ask('2026-10-25T00:45:00Z', ago))).toBe('2026-10-25T01:00:00Z');
    expect(long.check(ask('2026-10-25T00:45:00Z', ago))).toBe(false);
    expect(long.check(ask('2026-10-25T01:10:00Z', ago))).toBe(true);
  });

  test('an arrival of long ago ends with the span it opened', () => {
    expect(long.validUntil(ask('2026-10-20T08:00:00Z', ago))).toBe('2026-10-25T00:30:00Z');
    expect(long.validUntil(ask('2026-10-26T08:00:00Z', ago))).toBeNull();
  });

  const daily = doorWith({ windows: [{ days: ['mo', 'tu'], from: '08:00', until: '18:00' }] });

  test('without arrivals nothing ever changes', () => {
    expect(daily.validUntil(ask('2026-11-23T09:00:00Z', []))).toBeNull();
  });

  test('an arrival still to come opens it then', () => {
    const request = ask('2026-11-23T08:00:00Z', ['2026-11-23T09:30:00Z']);
    expect(daily.validUntil(request)).toBe('2026-11-23T09:30:00Z');
  });

  test('an arrival of today holds until the evening, and not for tomorrow', () => {
    const today = ['2026-11-23T08:30:00Z'];
    expect(daily.validUntil(ask('2026-11-23T09:00:00Z', today))).toBe('2026-11-23T17:00:00Z');
    expect(daily.validUntil(ask('2026-11-23T18:00:00Z', today))).toBeNull();
  });
});

test('arrivals are read once for all the instants that are looked at', () => {
  const time = '2026-11-23T09:00:00Z';
  const { context } = withArrivalsRead(ask(time, [time, 'noon']));
  expect(context).toEqual({ time, arrivals: [Date.parse(time)] });
  const without = { ...ask(time, []), context: { time } };
  expect(withArrivalsRead(without)).toBe(without);
});
