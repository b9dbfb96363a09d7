import { describe, expect, test } from 'vitest';
import { chainStart, sealEvents } from '../../../src/admin/events/chain.js';
import type { EventDraft, StoredEvent } from '../../../src/admin/events/event.js';
import { eventTime } from '../../../src/admin/events/event-time.js';
import { erasureOf, tellsOf } from '../../../src/admin/events/person-erasure.js';
import {
  defaultRetentionRules,
  dueBefore,
  dueForRetention,
  parseRetentionRules,
  type RetentionRules,
} from '../../../src/admin/events/retention.js';
import { startChainCheck, verifyChain } from '../../../src/admin/events/verify-chain.js';
import type { JsonObject } from '../../../src/admin/record.js';
import { compilePolicy } from '../../../src/index.js';
import { site } from '../../helpers/builders.js';
import { countedRandom, opening, sha256 } from './drafts.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const kisi = compilePolicy(
  site({
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'safe', place: 'hq' },
    ],
  }),
);
const kiwi = compilePolicy(site({ organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' } }));
const ANN = { names: [{ type: 'user', id: 'ann' }] };

function seal(draft: EventDraft): StoredEvent {
  const start = chainStart('org', draft.log, sha256);
  return sealEvents(start, [draft], { sha256, random: countedRandom() }).events[0] as StoredEvent;
}

function aged(days: number, changes: Partial<EventDraft> = {}): StoredEvent {
  return seal(opening(1, { time: eventTime(NOW - days * DAY), ...changes }));
}

function rules(...list: JsonObject[]): RetentionRules {
  const parsed = parseRetentionRules({ rules: list });
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value;
}

describe('retention', () => {
  const due = (event: StoredEvent, set: RetentionRules, engine = kisi) =>
    dueForRetention(event, set, NOW, engine);

  test('the person goes first, the rest later, and on the day itself', () => {
    const set = rules({ log: 'access', personalDays: 10, days: 90 });
    expect(due(aged(9.999), set)).toBeUndefined();
    expect(due(aged(10), set)).toEqual({ content: false, personal: true });
    expect(due(aged(89.999), set)).toEqual({ content: false, personal: true });
    expect(due(aged(90), set)).toEqual({ content: true, personal: true });
  });

  test('what is gone is not due again', () => {
    const set = rules({ log: 'access', personalDays: 10, days: 90 });
    const nameless = { ...aged(50), personal: null, salt: null };
    expect(due(nameless, set)).toBeUndefined();
    expect(due({ ...nameless, time: aged(100).time }, set)).toEqual({
      content: true,
      personal: false,
    });
    expect(due({ ...aged(100), personal: null, salt: null, content: null }, set)).toBeUndefined();
  });

  test('the first rule that fits decides; without days it keeps for good', () => {
    const set = rules(
      { log: 'access', types: ['doorwright.door.forced_open'] },
      { log: 'access', at: { door: 'safe' }, days: 365 },
      { log: 'access', at: { place: 'hq' }, days: 30 },
      { log: 'audit', days: 3650 },
    );
    expect(due(aged(1000, { type: 'doorwright.door.forced_open' }), set)).toBeUndefined();
    expect(due(aged(100, { object: { type: 'door', id: 'safe' } }), set)).toBeUndefined();
    expect(due(aged(365, { object: { type: 'door', id: 'safe' } }), set)).toBeDefined();
    expect(due(aged(30), set)).toBeDefined();
    // A door that the policy no longer holds still lies where its event says.
    expect(due(aged(30, { object: { type: 'door', id: 'gone' } }), set)).toBeDefined();
    expect(
      due(aged(30, { place: 'depot', object: { type: 'door', id: 'gone' } }), set),
    ).toBeUndefined();
    expect(due(aged(100, { log: 'audit' }), set)).toBeUndefined();
    expect(due(aged(9999, { log: 'notice' }), set)).toBeUndefined();
  });

  test('KIWI keeps access events 90 days, Kisi for good; notices go after 90 days', () => {
    expect(due(aged(90), defaultRetentionRules(kiwi), kiwi)).toBeDefined();
    expect(due(aged(89), defaultRetentionRules(kiwi), kiwi)).toBeUndefined();
    expect(due(aged(9999), defaultRetentionRules(kisi))).toBeUndefined();
    expect(due(aged(90, { log: 'notice' }), defaultRetentionRules(kisi))).toBeDefined();
    expect(due(aged(9999, { log: 'audit' }), defaultRetentionRules(kiwi), kiwi)).toBeUndefined();
  });

  test('only events before an instant can be due', () => {
    const set = rules({ log: 'access', personalDays: 10, days: 90 }, { log: 'audit' });
    expect(dueBefore('access', set, NOW)).toBe(NOW - 10 * DAY);
    expect(dueBefore('audit', set, NOW)).toBeUndefined();
    expect(dueBefore('notice', set, NOW)).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    ['no rules', {}],
    ['more than rules', { rules: [], default: 1 }],
    ['a rule of no log', { rules: [{ days: 1 }] }],
    ['a rule of an unknown log', { rules: [{ log: 'door', days: 1 }] }],
    ['half a day', { rules: [{ log: 'access', days: 0.5 }] }],
    ['a negative day', { rules: [{ log: 'access', personalDays: -1 }] }],
    ['more than a century', { rules: [{ log: 'access', days: 40_000 }] }],
    ['no types', { rules: [{ log: 'access', types: [] }] }],
    ['types that are none', { rules: [{ log: 'access', types: [1] }] }],
    ['a place that is none', { rules: [{ log: 'access', at: { floor: 'f' } }] }],
    ['a place that is a text', { rules: [{ log: 'access', at: 'hq' }] }],
    ['an unknown member', { rules: [{ log: 'access', day: 1 }] }],
    ['a rule that is null', { rules: [null] }],
  ])('%s: refused', (_, body) => {
    expect(parseRetentionRules(body)).toMatchObject({ ok: false, code: 'retention_rules' });
  });
});

describe('what tells of a person', () => {
  const none = { personal: { actor: { type: 'user', id: 'bob' } } } as const;

  test.each<[string, Partial<EventDraft>, boolean]>([
    ['he did it', {}, true],
    ['it concerns him', { personal: { subject: { type: 'user', id: 'ann' } } }, true],
    ['it is about him', { ...none, object: { type: 'user', id: 'ann' } }, true],
    ['he is named in a list', { personal: { data: { put: { users: ['bob', 'ann'] } } } }, true],
    ['he is the name of a member', { personal: { data: { people: { ann: 1 } } } }, true],
    ['somebody else did it', none, false],
    ['a link has his id', { personal: { actor: { type: 'link', id: 'ann' } } }, false],
    ['his id is part of another', { personal: { data: { users: ['anna'] } } }, false],
    ['nobody is named', { personal: {} }, false],
  ])('%s', (_, changes, expected) => {
    expect(tellsOf(seal(opening(1, changes)), ANN)).toBe(expected);
    expect(erasureOf(seal(opening(1, changes)), ANN).kind).toBe(expected ? 'erase' : 'foreign');
  });

  test('his pseudonyms are his names too', () => {
    const event = seal(opening(1, { personal: { subject: { type: 'user', id: '~0+30~ab' } } }));
    expect(tellsOf(event, ANN)).toBe(false);
    expect(tellsOf(event, { names: [...ANN.names, { type: 'user', id: '~0+30~ab' }] })).toBe(true);
  });

  test('the content goes only where it is about him', () => {
    expect(erasureOf(seal(opening(1)), ANN)).toEqual({
      kind: 'erase',
      content: false,
      personal: true,
    });
    const about = seal(opening(1, { object: { type: 'user', id: 'ann' } }));
    expect(erasureOf(about, ANN)).toMatchObject({ content: true, personal: true });
  });

  test('audit events stay under a named ground, access events never do', () => {
    const kept = { ground: '§ 257 HGB', types: ['doorwright.assignment.grant'] };
    const audit = { log: 'audit', type: 'doorwright.assignment.grant' } as const;
    expect(erasureOf(seal(opening(1, audit)), ANN, kept).kind).toBe('kept');
    expect(erasureOf(seal(opening(1, audit)), ANN, { ground: 'x' }).kind).toBe('kept');
    expect(erasureOf(seal(opening(1, audit)), ANN).kind).toBe('erase');
    expect(erasureOf(seal(opening(1, { log: 'audit' })), ANN, kept).kind).toBe('erase');
    expect(erasureOf(seal(opening(1)), ANN, { ground: 'x' }).kind).toBe('erase');
  });

  test('a chain whose people were erased still holds', () => {
    const start = chainStart('org', 'access', sha256);
    const drafts = [opening(1), opening(2, { personal: { actor: { type: 'user', id: 'bob' } } })];
    const { events, head } = sealEvents(start, drafts, { sha256, random: countedRandom() });
    const left = events.map((event) => {
      const verdict = erasureOf(event, ANN);
      return verdict.kind === 'erase' ? { ...event, personal: null, salt: null } : event;
    });
    expect(JSON.stringify(left)).not.toContain('ann');
    expect(JSON.stringify(left)).toContain('bob');
    const check = verifyChain(startChainCheck(start, [head]), left, sha256);
    expect(check).toMatchObject({ checked: 2, erased: { contents: 0, personal: 1 }, kept: [] });
    expect(check.broken).toBeUndefined();
  });
});
