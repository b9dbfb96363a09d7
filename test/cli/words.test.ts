import { describe, expect, test } from 'vitest';
import { missWords, sentence, statusWords } from '../../src/cli/words.js';
import { REASON_CODES, type Reason } from '../../src/engine/decision.js';

const DETAILS: Readonly<Record<string, readonly string[]>> = {
  geofence: ['missing', 'inaccurate', 'outside'],
  reader: ['missing', 'elsewhere'],
  occupancy_limit: ['missing', 'full'],
  anti_passback: ['missing', 'inside'],
  two_person: ['missing', 'unauthorised'],
  credential_inactive: ['inactive', 'lost', 'stolen'],
};
const at = { type: 'door', id: 'front' };
const reasons = [...REASON_CODES, 'granted' as const, 'door_unlocked' as const].flatMap(
  (code): Reason[] =>
    (DETAILS[code] ?? [undefined]).map((detail) =>
      detail === undefined ? { code, at } : { code, at, detail },
    ),
);

describe('a sentence for people', () => {
  test('exists for each code and detail, and no two are the same', () => {
    const sentences = reasons.map(sentence);
    expect(new Set(sentences).size).toBe(reasons.length);
    for (const text of sentences) {
      expect(text).toContain('`front`');
      expect(text).not.toMatch(/undefined|_|\.$/u);
    }
  });

  test('shows control characters of outside text instead of sending them', () => {
    const text = sentence({ code: 'subject_unknown', at: { type: 'user', id: 'x\u001b[2J\n' } });
    expect(text).toBe('user `x\\u{1b}[2J\\u{a}` is not known here');
  });

  test('says the status of a right as KIWI tells it', () => {
    const statuses = (['active', 'pending', 'expired', 'inactive_hours'] as const).flatMap(
      (status) => [true, false].map((enabled) => statusWords({ status, enabled })),
    );
    expect(new Set(statuses).size).toBe(8);
  });

  test('says each change of a nearest miss, and that none helps', () => {
    const change = {
      time: '2026-03-29T01:00:00Z',
      location: { latitude: 1, longitude: 2, accuracy: 3 },
      reader: 'r1',
      method: 'tap',
      device: 'phone',
      secondFactor: true,
      arrivals: ['2026-03-29T00:00:00Z'],
      occupancy: 4,
      presence: { state: 'outside' },
      companions: ['ada'],
      other: 1,
    };
    const words = missWords({ change }, (time) => `<${String(time)}>`);
    expect(words).toEqual([
      'at another time: <2026-03-29T01:00:00Z>',
      'with the phone at the door: latitude 1, longitude 2, known to 3 m',
      'at reader `r1`',
      'by method `tap`',
      'with device `phone`',
      'with a second factor',
      'after somebody has arrived: ["2026-03-29T00:00:00Z"]',
      'while no more than 4 people are inside',
      'when counted as outside',
      'with user `ada` at the reader too',
      'with other 1',
    ]);
    expect(missWords(null, String)[0]).toContain('no change of facts');
  });
});
