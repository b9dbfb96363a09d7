import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/admin/events/canonical-json.js';
import {
  type ChainHead,
  chainStart,
  EVENT_TEXT_MAX,
  NO_COMMITMENT,
  sealEvents,
} from '../../../src/admin/events/chain.js';
import type { EventDraft, StoredEvent } from '../../../src/admin/events/event.js';
import {
  type ChainCheck,
  endChainCheck,
  startChainCheck,
  verifyChain,
} from '../../../src/admin/events/verify-chain.js';
import type { Json } from '../../../src/admin/record.js';
import { runs } from '../../helpers/runs.js';
import { arbitraryDrafts, countedRandom, opening, sha256 } from './drafts.js';

const SEED = 20261122;
const START = chainStart('acme', 'access', sha256);

function seal(drafts: readonly EventDraft[], head: ChainHead = START) {
  return sealEvents(head, drafts, { sha256, random: countedRandom() });
}

function check(events: readonly StoredEvent[], kept: readonly ChainHead[] = []): ChainCheck {
  return endChainCheck(verifyChain(startChainCheck(START, kept), events, sha256));
}

describe('canonical JSON', () => {
  test.each<[Json, string]>([
    [null, 'null'],
    [{ b: 1, a: [true, 'é'] }, '{"a":[true,"é"],"b":1}'],
    // RFC 8785 §3.2.3: by UTF-16 code units, so the surrogate pair of 😀 stands before U+FB33.
    [{ '\ufb33': 1, '\u{1f600}': 2, '1': 3, '\r': 4 }, '{"\\r":4,"1":3,"😀":2,"\ufb33":1}'],
    ['€$\u000f\nA\'B"\\/', '"€$\\u000f\\nA\'B\\"\\\\/"'],
    [
      [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    [JSON.parse('{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}'],
  ])('%j is %s', (value, expected) => expect(canonicalJson(value)).toBe(expected));

  test.each([
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '\ud800',
    { '\udc00': 1 },
    'a\udc00\ud800b',
    new Date(0),
    new Map(),
    () => 1,
    1n,
    { a: undefined },
    new Array(2),
  ])('%s is no JSON', (value) => {
    expect(() => canonicalJson(value as unknown as Json)).toThrow(TypeError);
  });

  test('nesting has an end', () => {
    const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(canonicalJson(nested(32))).toContain('1');
    expect(() => canonicalJson(nested(33))).toThrow('nested deeper');
  });

  test('equal values have one text, and the text says the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const clean = JSON.parse(JSON.stringify(value)) as Json;
        fc.pre(!/\\ud[89a-f]/iu.test(JSON.stringify(clean)));
        expect(JSON.parse(canonicalJson(clean))).toEqual(clean);
        expect(canonicalJson(JSON.parse(canonicalJson(clean)) as Json)).toBe(canonicalJson(clean));
      }),
      { seed: SEED, numRuns: runs(300) },
    );
  });
});

describe('sealing', () => {
  test('an event is numbered, linked, and its bytes are those of docs/events.md', () => {
    const { events, head } = seal([opening(1), opening(2, { personal: undefined } as never)]);
    const [first, second] = events as [StoredEvent, StoredEvent];
    const hex = (text: string) => Buffer.from(sha256(Buffer.from(text))).toString('hex');
    expect(START.hash).toBe(hex('doorwright.events/1 start\n["acme","access"]'));
    expect(first.personal).toBe(
      '{"actor":{"id":"ann","type":"user"},"subject":{"id":"ann","type":"user"}}',
    );
    expect(first.content).toMatch(
      /^\{"data":\{"revision":7\},"object":\{"id":"front","type":"door"\},"place":"hq","reason":"granted","salt":"[0-9a-f]{32}"\}$/,
    );
    expect(first.contentHash).toBe(hex(`doorwright.events/1 content\n${first.content}`));
    expect(first.commitment).toBe(
      hex(`doorwright.events/1 personal\n${first.salt}\n${first.personal}`),
    );
    expect(first.hash).toBe(
      hex(
        `doorwright.events/1 link\n["${START.hash}","access",1,"event-1","doorwright.door.opened",` +
          `"2026-01-01T00:00:01.000Z","permitted","${first.contentHash}","${first.commitment}"]`,
      ),
    );
    expect(second).toMatchObject({ seq: 2, personal: null, salt: null, commitment: NO_COMMITMENT });
    expect(head).toEqual({ log: 'access', seq: 2, hash: second.hash });
  });

  test('in one go or in several, the chain is the same', () => {
    const drafts = [opening(1), opening(2), opening(3)];
    const host = { sha256, random: () => new Uint8Array(16) };
    const whole = sealEvents(START, drafts, host);
    const half = sealEvents(START, drafts.slice(0, 1), host);
    const rest = sealEvents(half.head, drafts.slice(1), host);
    expect([...half.events, ...rest.events]).toEqual(whole.events);
    expect(rest.head).toEqual(whole.head);
  });

  test('another organisation or another log makes another chain', () => {
    const hashes = [
      chainStart('acme', 'access', sha256),
      chainStart('acme', 'audit', sha256),
      chainStart('acm', 'access', sha256),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(3);
  });

  test('the same event twice shows different hashes: neither part can be found by trying', () => {
    const { events } = seal([opening(1), opening(1)]);
    expect(events[0]?.contentHash).not.toBe(events[1]?.contentHash);
    expect(events[0]?.commitment).not.toBe(events[1]?.commitment);
  });

  test('a time is stored in UTC with milliseconds, whatever way it was written', () => {
    const { events } = seal([opening(1, { time: '2026-03-01T02:00:00+02:00' })]);
    expect(events[0]?.time).toBe('2026-03-01T00:00:00.000Z');
  });

  test('properties of an entity do not get into an event', () => {
    const object = { type: 'door', id: 'front', properties: { pin: '1234' } };
    const { events } = seal([opening(1, { object, personal: { actor: object } })]);
    expect(JSON.stringify(events)).not.toContain('1234');
  });

  test.each<[string, Partial<EventDraft>]>([
    ['a type that is none', { type: 'Opened' }],
    ['a type too long', { type: `a.${'b'.repeat(127)}` }],
    ['an empty id', { id: '' }],
    ['an id with a line feed', { id: 'a\nb' }],
    ['a time that is none', { time: 'yesterday' }],
    ['a time before the year 1', { time: '0001-01-01T00:00:00+01:00' }],
    ['an outcome that is none', { outcome: 'maybe' as 'done' }],
    ['another log', { log: 'audit' }],
    ['a lone surrogate', { data: { a: '\ud800' } }],
    ['an undefined member', { data: { a: undefined as never } }],
    ['a content too large', { data: { a: 'x'.repeat(EVENT_TEXT_MAX) } }],
    ['a personal part too large', { personal: { data: { a: 'x'.repeat(EVENT_TEXT_MAX) } } }],
  ])('%s is refused', (_, changes) => {
    expect(() => seal([opening(1, changes)])).toThrow(/./);
  });

  test('too few random bytes are refused', () => {
    const host = { sha256, random: () => new Uint8Array(15) };
    expect(() => sealEvents(START, [opening(1)], host)).toThrow('16 random bytes');
  });
});

describe('verifying', () => {
  test('a sealed log holds, in pages of any size, from any head on', () => {
    fc.assert(
      fc.property(arbitraryDrafts('access', 12), fc.nat(12), (drafts, cut) => {
        const { events, head } = seal(drafts);
        const first = verifyChain(startChainCheck(START, [head]), events.slice(0, cut), sha256);
        const whole = endChainCheck(verifyChain(first, events.slice(cut), sha256));
        expect(whole).toMatchObject({ head, checked: drafts.length, kept: [] });
        expect(whole.broken).toBeUndefined();
        const later = verifyChain(startChainCheck(first.head), events.slice(cut), sha256);
        expect(later).toMatchObject({ head, checked: events.slice(cut).length });
      }),
      { seed: SEED, numRuns: runs(200) },
    );
  });

  test('erased parts are counted and break nothing', () => {
    const { events, head } = seal([
      opening(1),
      opening(2),
      opening(3, { personal: undefined } as never),
    ]);
    const emptied = events.map((event, index) => ({
      ...event,
      ...(index === 0 ? { personal: null, salt: null } : {}),
      ...(index === 1 ? { content: null, personal: null, salt: null } : {}),
    }));
    const result = check(emptied, [head]);
    expect(result.broken).toBeUndefined();
    expect(result.erased).toEqual({ contents: 1, personal: 2 });
  });

  test('a change of any member of any event is found at that event', () => {
    const members = [
      ...(['log', 'seq', 'id', 'type', 'time', 'outcome', 'content', 'personal'] as const),
      ...(['salt', 'contentHash', 'commitment', 'hash'] as const),
    ];
    fc.assert(
      fc.property(
        arbitraryDrafts('access', 6),
        fc.nat(5),
        fc.constantFrom(...members),
        fc.constantFrom('append', 'flip', 'other', 'null', 'surrogate'),
        (drafts, at, member, how) => {
          const { events } = seal(drafts);
          const index = at % events.length;
          const event = events[index] as StoredEvent;
          const value = event[member];
          const other = events[(index + 1) % events.length] as StoredEvent;
          const changed = changedValue(value, other[member], how);
          // Emptying a part whole is what erasure does; half of it is a fault, shown below.
          fc.pre(changed !== value && !(member === 'content' && changed === null));
          const tampered = events.map((each, number) =>
            number === index ? ({ ...each, [member]: changed } as StoredEvent) : each,
          );
          const { broken } = check(tampered);
          expect(broken?.seq).toBe(index + 1);
        },
      ),
      { seed: SEED, numRuns: runs(600) },
    );
  });

  test('an event taken out, put in twice, moved or made up is found where it happens', () => {
    fc.assert(
      fc.property(arbitraryDrafts('access', 8), fc.nat(7), fc.nat(7), (drafts, one, two) => {
        const { events, head } = seal([...drafts, opening(99)]);
        const from = one % events.length;
        const to = two % events.length;
        const out = [...events];
        const [taken] = out.splice(from, 1) as [StoredEvent];
        // The last one gone is only missed by who kept the head.
        expect(check(out, [head]).broken).toMatchObject({ seq: from + 1, fault: 'gap' });
        expect(check(out).broken?.seq).toBe(from === events.length - 1 ? undefined : from + 1);
        const twice = [...events];
        twice.splice(to, 0, taken);
        expect(check(twice).broken?.seq).toBe(to === from ? to + 2 : to + 1);
        const moved = [...out];
        moved.splice(to, 0, taken);
        if (from !== to) expect(check(moved).broken?.seq).toBe(Math.min(from, to) + 1);
      }),
      { seed: SEED, numRuns: runs(300) },
    );
  });

  test('each fault has its name', () => {
    const { events, head } = seal([opening(1), opening(2), opening(3)]);
    const [a, b, c] = events as [StoredEvent, StoredEvent, StoredEvent];
    const fault = (all: readonly StoredEvent[], kept?: readonly ChainHead[]) =>
      check(all, kept).broken;
    expect(fault([a, c])).toMatchObject({ seq: 2, fault: 'gap' });
    expect(fault([b])).toMatchObject({ seq: 1, fault: 'gap' });
    expect(fault([a, b], [head])).toMatchObject({ seq: 3, fault: 'gap' });
    expect(fault([], [head])).toMatchObject({ seq: 1, fault: 'gap' });
    expect(fault([a, a])).toMatchObject({ seq: 2, fault: 'order' });
    expect(fault([a, b, a])).toMatchObject({ seq: 3, fault: 'order' });
    expect(fault([{ ...a, log: 'audit' }])).toMatchObject({ seq: 1, fault: 'order' });
    expect(fault([{ ...a, content: '{}' }])).toMatchObject({ seq: 1, fault: 'content' });
    expect(fault([{ ...a, personal: '{}' }])).toMatchObject({ seq: 1, fault: 'personal' });
    expect(fault([{ ...a, personal: null }])).toMatchObject({ seq: 1, fault: 'personal' });
    expect(fault([{ ...a, salt: null }])).toMatchObject({ seq: 1, fault: 'personal' });
    expect(fault([a, { ...b, outcome: 'failed' }])).toMatchObject({ seq: 2, fault: 'link' });
    const forged = seal([opening(1, { data: { revision: 8 } }), opening(2), opening(3)]);
    expect(fault(forged.events)).toBeUndefined();
    expect(fault(forged.events, [head])).toMatchObject({ seq: 3, fault: 'link' });
    const middle = { log: 'access', seq: 2, hash: b.hash } as const;
    expect(fault(forged.events, [head, middle])).toMatchObject({ seq: 2, fault: 'link' });
    expect(fault(events, [head, middle, START])).toBeUndefined();
    expect(fault(events, [{ ...START, hash: head.hash }])).toMatchObject({ seq: 0, fault: 'link' });
  });

  test('a log put under the name of another organisation is found at its first event', () => {
    const foreign = chainStart('other', 'access', sha256);
    const { events } = seal([opening(1)], foreign);
    expect(check(events).broken).toMatchObject({ seq: 1, fault: 'link' });
  });

  test('after a fault nothing more is looked at', () => {
    const { events } = seal([opening(1), opening(2)]);
    const broken = check([{ ...(events[0] as StoredEvent), type: 'a.b' }]);
    expect(verifyChain(broken, events, sha256)).toBe(broken);
  });

  test('a kept head of another log is the caller’s mistake', () => {
    expect(() => startChainCheck(START, [chainStart('acme', 'audit', sha256)])).toThrow(RangeError);
  });
});

function changedValue(value: unknown, other: unknown, how: string): unknown {
  if (how === 'null') return null;
  if (how === 'other') return other;
  if (typeof value === 'number') return how === 'flip' ? -value : value + 1;
  const text = String(value ?? '');
  if (how === 'surrogate') return `${text}\ud800`;
  if (how === 'append') return `${text} `;
  return text.length === 0 ? 'x' : text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
}
