import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../src/admin/events/event.js';
import {
  applyLogMode,
  defaultLogModeRules,
  LOG_MODES,
  type LogModeRules,
  logModeOf,
  parseLogModeRules,
} from '../../../src/admin/events/log-mode.js';
import {
  hmacSha256,
  parsePseudonymKey,
  periodEnd,
  pseudonymKeyRecord,
  pseudonymOf,
  pseudonymPeriod,
} from '../../../src/admin/events/pseudonym.js';
import type { JsonObject } from '../../../src/admin/record.js';
import { compilePolicy } from '../../../src/index.js';
import { runs } from '../../helpers/runs.js';
import { opening, sha256 } from './drafts.js';

const SEED = 20261122;
const HOUSE = {
  version: 1,
  organization: { id: 'org', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'hq' }, { id: 'depot' }],
  floors: [{ id: 'f', place: 'hq' }],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'stop', floor: 'f' }] }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'flat', place: 'hq', lock: 'offline' },
    { id: 'safe', place: 'depot' },
  ],
  groups: [
    { id: 'flats', doors: ['flat'] },
    { id: 'all', doors: ['front', 'flat', 'safe'] },
  ],
  users: [{ id: 'ann', segment: 'resident' }, { id: 'bob', segment: 'employee' }, { id: 'cy' }],
  links: [{ id: 'guest' }],
} as const;
const kisi = compilePolicy(HOUSE);
const kiwi = compilePolicy({
  ...HOUSE,
  organization: { ...HOUSE.organization, roles: 'kiwi' },
});

const door = (id: string) => ({ object: { type: 'door', id } });
const user = (id: string) => ({ type: 'user', id });
const KEY = { period: pseudonymPeriod(0, 30), secret: new Uint8Array(32).fill(7) };

function rules(body: JsonObject): LogModeRules {
  const parsed = parseLogModeRules(body);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value;
}

describe('the mode of an event', () => {
  test('Kisi keeps all, KIWI nothing but of doors that a rule names', () => {
    expect(logModeOf(kisi, defaultLogModeRules(kisi), door('front'), user('ann'))).toBe('full');
    const none = defaultLogModeRules(kiwi);
    expect(logModeOf(kiwi, none, door('front'), user('ann'))).toBe('none');
    const safes = { ...none, doors: [{ at: { door: 'safe' }, mode: 'full' } as const] };
    expect(logModeOf(kiwi, safes, door('safe'), user('ann'))).toBe('full');
    expect(logModeOf(kiwi, safes, door('front'), user('ann'))).toBe('none');
  });

  test('the closest rule about a door decides: its id, a group, its place, its lock, the default', () => {
    const all = [
      { lock: 'offline', mode: 'none' },
      { place: 'hq', mode: 'anonymous' },
      { group: 'flats', mode: 'pseudonymous' },
      { door: 'flat', mode: 'full' },
    ];
    const modes = [4, 3, 2, 1, 0].map((count) =>
      logModeOf(
        kisi,
        rules({ default: 'full', doors: all.slice(0, count) }),
        door('flat'),
        undefined,
      ),
    );
    expect(modes).toEqual(['full', 'pseudonymous', 'anonymous', 'none', 'full']);
    const stop = { object: { type: 'elevator_stop', id: 'stop' } };
    const ofStop = rules({ default: 'full', doors: [{ stop: 'stop', mode: 'none' }] });
    expect(logModeOf(kisi, ofStop, stop, undefined)).toBe('none');
    expect(logModeOf(kisi, ofStop, door('stop'), undefined)).toBe('full');
    const ofPlace = rules({ default: 'full', doors: [{ place: 'hq', mode: 'none' }] });
    expect(logModeOf(kisi, ofPlace, { object: { type: 'place', id: 'hq' } }, undefined)).toBe(
      'none',
    );
    const zone = { object: { type: 'zone', id: 'z' } };
    expect(logModeOf(kisi, ofPlace, { ...zone, place: 'hq' }, undefined)).toBe('none');
    expect(logModeOf(kisi, ofPlace, zone, undefined)).toBe('full');
  });

  test('of equally close rules the strictest decides, in any order', () => {
    const two = [
      { group: 'flats', mode: 'full' },
      { group: 'all', mode: 'anonymous' },
    ];
    for (const doors of [two, [...two].reverse()]) {
      expect(logModeOf(kisi, rules({ default: 'full', doors }), door('flat'), undefined)).toBe(
        'anonymous',
      );
    }
  });

  test('the stricter of the door’s and the person’s mode holds', () => {
    const mode = fc.constantFrom(...LOG_MODES);
    fc.assert(
      fc.property(mode, mode, mode, (ofDoor, ofSegment, ofLinks) => {
        const set = rules({
          default: ofDoor,
          segments: [{ segment: 'resident', mode: ofSegment }],
          links: ofLinks,
        });
        const index = (each: (typeof LOG_MODES)[number]) => LOG_MODES.indexOf(each);
        const strict = (other: (typeof LOG_MODES)[number]) =>
          LOG_MODES[Math.min(index(ofDoor), index(other))];
        expect(logModeOf(kisi, set, door('front'), user('ann'))).toBe(strict(ofSegment));
        expect(logModeOf(kisi, set, door('front'), { type: 'link', id: 'guest' })).toBe(
          strict(ofLinks),
        );
        for (const other of [user('bob'), user('cy'), user('nobody'), undefined])
          expect(logModeOf(kisi, set, door('front'), other)).toBe(ofDoor);
      }),
      { seed: SEED, numRuns: runs(100) },
    );
  });

  test.each<[string, JsonObject]>([
    ['no default', {}],
    ['a mode that is none', { default: 'some' }],
    ['an unknown member', { default: 'full', door: [] }],
    [
      'a rule about two things',
      { default: 'full', doors: [{ door: 'a', group: 'b', mode: 'none' }] },
    ],
    ['a rule about nothing', { default: 'full', doors: [{ mode: 'none' }] }],
    ['a rule about an unknown thing', { default: 'full', doors: [{ floor: 'f', mode: 'none' }] }],
    ['a lock that is none', { default: 'full', doors: [{ lock: 'ajar', mode: 'none' }] }],
    ['a rule that is no object', { default: 'full', doors: ['none'] }],
    ['rules that are no list', { default: 'full', doors: { door: 'a', mode: 'none' } }],
    [
      'a segment rule with more',
      { default: 'full', segments: [{ segment: 'a', mode: 'none', x: 1 }] },
    ],
    ['a mode for links that is none', { default: 'full', links: 'some' }],
    ['too short a pseudonym', { default: 'full', pseudonymDays: 0 }],
    ['half a day', { default: 'full', pseudonymDays: 1.5 }],
    ['a key kept too long', { default: 'full', keyDays: 4000 }],
  ])('%s is refused', (_, body) => {
    expect(parseLogModeRules(body)).toMatchObject({ ok: false, code: 'log_mode_rules' });
  });
});

describe('what a mode keeps', () => {
  const draft = opening(1, { personal: { subject: user('ann'), data: { device: 'phone-1' } } });
  const { personal: _, ...anonymous } = draft;
  const keep = (each: EventDraft, mode: (typeof LOG_MODES)[number]) =>
    applyLogMode(each, mode, sha256, KEY);

  test('of a movement', () => {
    expect(keep(draft, 'full')).toEqual(draft);
    expect(keep(draft, 'anonymous')).toEqual(anonymous);
    expect(keep(draft, 'none')).toBeUndefined();
    const kept = keep(draft, 'pseudonymous') as EventDraft;
    expect(kept).toEqual({
      ...anonymous,
      personal: { subject: pseudonymOf(KEY, user('ann'), sha256) },
    });
    expect(JSON.stringify(kept)).not.toMatch(/"ann"|phone-1/);
  });

  test('of an alarm: always that it happened, of people never more than the mode allows', () => {
    const alarm = { ...draft, type: 'doorwright.door.forced_open' };
    const { personal: __, ...bare } = alarm;
    expect(keep(alarm, 'none')).toEqual(bare);
    expect(keep(alarm, 'anonymous')).toEqual(bare);
  });

  test('of an event that nobody listed: nothing under none, for it may give anything away', () => {
    const odd = { ...draft, type: 'doorwright.room.booked' };
    const { personal: __, ...bare } = odd;
    expect(keep(odd, 'none')).toBeUndefined();
    expect(keep(bare, 'none')).toBeUndefined();
    expect(keep(odd, 'anonymous')).toEqual(bare);
  });

  test('of an event about a person: nothing without him', () => {
    const { personal: __, ...bare } = draft;
    for (const type of ['doorwright.door.opened', 'doorwright.door.tampered', 'doorwright.x.y']) {
      const about = { ...bare, type, object: user('ann') };
      expect(keep(about, 'none')).toBeUndefined();
      expect(keep(about, 'anonymous')).toBeUndefined();
      expect(JSON.stringify(keep(about, 'pseudonymous'))).not.toContain('"ann"');
    }
  });

  test('audit events and notices are never dropped', () => {
    for (const log of ['audit', 'notice'] as const)
      for (const mode of LOG_MODES)
        expect(keep({ ...draft, log }, mode)).toEqual({ ...draft, log });
  });

  test('a pseudonym without a key is no silent name', () => {
    expect(() => applyLogMode(draft, 'pseudonymous', sha256)).toThrow('needs a key');
  });
});

describe('pseudonyms', () => {
  test('are the same within a period and differ between periods, keys, types and people', () => {
    const later = { ...KEY, period: pseudonymPeriod(31 * 86_400_000, 30) };
    const other = { ...KEY, secret: new Uint8Array(32).fill(8) };
    const names = [
      pseudonymOf(KEY, user('ann'), sha256),
      pseudonymOf(KEY, { type: 'link', id: 'ann' }, sha256),
      pseudonymOf(KEY, user('bob'), sha256),
      pseudonymOf(later, user('ann'), sha256),
      pseudonymOf(other, user('ann'), sha256),
    ];
    expect(pseudonymOf(KEY, user('ann'), sha256)).toEqual(names[0]);
    expect(new Set(names.map(({ type, id }) => `${type} ${id}`)).size).toBe(5);
    expect(names[0]?.id).toMatch(/^[A-Za-z0-9._~:@+-]{1,128}$/);
  });

  test('periods follow one another without a gap, before 1970 too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 4e12 }),
        fc.integer({ min: 1, max: 366 }),
        (time, days) => {
          const period = pseudonymPeriod(time, days);
          const end = periodEnd(period) as number;
          expect(end).toBeGreaterThan(time);
          expect(end - time).toBeLessThanOrEqual(days * 86_400_000);
          expect(pseudonymPeriod(end - 1, days)).toBe(period);
          expect(pseudonymPeriod(end, days)).not.toBe(period);
        },
      ),
      { seed: SEED, numRuns: runs(200) },
    );
    expect(periodEnd('x')).toBeUndefined();
  });

  test('a key comes back from its record, and from nothing else', () => {
    const { id, body } = pseudonymKeyRecord(KEY);
    expect(parsePseudonymKey(id, body)).toEqual(KEY);
    expect(parsePseudonymKey('rules', body)).toBeUndefined();
    expect(parsePseudonymKey(id, { secret: 'ab' })).toBeUndefined();
    expect(parsePseudonymKey(id, { secret: 7 })).toBeUndefined();
  });

  test('the HMAC is the one of node:crypto', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 200 }),
        (key, text) => {
          const expected = createHmac('sha256', key).update(text).digest();
          expect([...hmacSha256(key, text, sha256)]).toEqual([...expected]);
        },
      ),
      { seed: SEED, numRuns: runs(100) },
    );
    expect(() => hmacSha256(new Uint8Array(65), KEY.secret, sha256)).toThrow(RangeError);
  });
});
