import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LockState } from '../../src/adapters/for-locks.js';
import {
  discoveryDocument,
  discoveryTopic,
  topicLevel,
  topicOf,
} from '../../src/adapters/for-mqtt.js';
import { encodeCommand, parseCommand } from '../../src/adapters/mqtt/command-message.js';
import {
  encodeAnswer,
  encodeHappening,
  encodeState,
  parseAnswer,
  parseHappening,
  parseState,
} from '../../src/adapters/mqtt/messages.js';
import { PAYLOAD_BYTES_MAX, parseText } from '../../src/adapters/mqtt/payload.js';
import {
  gatewayTopic,
  idOfLevel,
  readTopic,
  requirePrefix,
} from '../../src/adapters/mqtt/topics.js';
import { runs } from '../helpers/runs.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const settings = { seed: 20261122, numRuns: runs(500) };
const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

describe('a topic', () => {
  test.each([
    ['front', 'front'],
    ['a_b', 'a_5fb'],
    ['a+b', 'a_2bb'],
    ['#', '_23'],
    ['a/b', 'a_2fb'],
    ['$SYS', '_24SYS'],
    ['~gateway', '_7egateway'],
    ['Tür', 'T_c3_bcr'],
  ])('of the id %s is %s', (text, level) => {
    expect(topicLevel(text)).toBe(level);
    expect(idOfLevel(level)).toBe(text);
  });

  test('is of one id and one leaf alone, and no wildcard', () => {
    fc.assert(
      fc.property(id, (text) => {
        const topic = topicOf('site/locks', text, 'set');
        expect(topic).toMatch(/^site\/locks\/[A-Za-z0-9_-]+\/set$/u);
        expect(readTopic('site/locks', topic)).toEqual({ id: text, leaf: 'set' });
      }),
      settings,
    );
  });

  test('of another form is nobody’s', () => {
    for (const level of ['_2B', '_', '_2', '_61', 'a b', '+', '', '_ff', `${'a'.repeat(1600)}`])
      expect(idOfLevel(level)).toBeUndefined();
    for (const topic of ['site', 'site/a', 'site/a/set/more', 'other/a/set', 'site//set'])
      expect(readTopic('site', topic)).toBeUndefined();
    expect(readTopic('site', gatewayTopic('site'))).toBeUndefined();
    expect(() => topicLevel('')).toThrow(TypeError);
  });

  test.each(['', '/', 'a/', '/a', 'a//b', '#', 'a/+', '$share/x', 'a b', 'x'.repeat(129)])(
    'has no prefix `%s`',
    (prefix) => {
      expect(() => requirePrefix(prefix)).toThrow(TypeError);
    },
  );
});

describe('a message', () => {
  const commandId = fc.stringMatching(/^[A-Za-z0-9._~:-]{1,64}$/u);
  const seconds = fc.integer({ min: 1, max: 3600 });

  test('of a command is read as it was written', () => {
    const command = fc.oneof(
      fc.record({
        commandId,
        operation: fc.constantFrom('unlock' as const, 'hold' as const),
        seconds,
        expiresAt: fc.maxSafeNat(),
      }),
      fc.record({
        commandId,
        operation: fc.constant('lock' as const),
        seconds: fc.constant(0),
        expiresAt: fc.maxSafeNat(),
      }),
    );
    fc.assert(
      fc.property(command, (one) => {
        expect(parseCommand(bytes(encodeCommand(one)))).toEqual({ ok: true, value: one });
      }),
      settings,
    );
  });

  test('of an answer, a state or a happening, too', () => {
    const answer = { commandId: 'c', result: 'failed', reason: 'jammed' } as const;
    expect(parseAnswer(bytes(encodeAnswer(answer)))).toEqual({ ok: true, value: answer });
    expect(parseHappening(bytes(encodeHappening('tampered')))).toEqual({
      ok: true,
      value: 'tampered',
    });
    for (const bolt of [
      'locked',
      'unlocked',
      'locking',
      'unlocking',
      'jammed',
      'unknown',
    ] as const) {
      const state = { bolt, door: 'open', battery: null } as const;
      const written = encodeState({ ...state, available: true } as LockState);
      expect(parseState(bytes(written))).toEqual({ ok: true, value: state });
    }
  });

  test.each([
    '{"id":"c","do":"unlock","seconds":5}',
    '{"id":"c","do":"unlock","seconds":0,"expires":1}',
    '{"id":"c","do":"unlock","seconds":1e9,"expires":1}',
    '{"id":"c","do":"unlock","seconds":"5","expires":1}',
    '{"id":"c","do":"unlock","seconds":5,"expires":"never"}',
    '{"id":"","do":"unlock","seconds":5,"expires":1}',
    '{"id":"c","do":"open","seconds":5,"expires":1}',
    '{"do":"unlock","seconds":5,"expires":1}',
    'UNLOCK',
    'null',
  ])('that is no command moves nothing: %s', (text) => {
    expect(parseCommand(bytes(text))).toMatchObject({ ok: false, code: 'malformed' });
  });

  test('says no more than it may: reasons are words, percents are percents', () => {
    const reason = (text: unknown) =>
      parseAnswer(bytes(JSON.stringify({ id: 'c', result: 'refused', reason: text })));
    expect(reason('low_battery')).toMatchObject({ value: { reason: 'low_battery' } });
    for (const text of ['ann@example.com', 'x'.repeat(33), 7, null, ''])
      expect(reason(text)).toEqual({
        ok: true,
        value: { commandId: 'c', result: 'refused' },
      });
    for (const battery of [-1, 101, '50', null])
      expect(parseState(bytes(JSON.stringify({ lock: 'LOCKED', battery })))).toMatchObject({
        value: { battery: null },
      });
    for (const lock of ['locked', 'OPEN', 'constructor', 1])
      expect(parseState(bytes(JSON.stringify({ lock })))).toMatchObject({ code: 'malformed' });
    expect(parseHappening(bytes('{"event":"opened"}'))).toMatchObject({ code: 'malformed' });
  });

  test('that is anything at all is answered with an outcome, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.json().map(bytes)), (payload) => {
        for (const parse of [parseCommand, parseAnswer, parseState, parseHappening, parseText])
          expect(parse(payload).ok).toBeTypeOf('boolean');
      }),
      settings,
    );
    expect(parseText(new Uint8Array(PAYLOAD_BYTES_MAX + 1))).toMatchObject({ code: 'too_long' });
    expect(parseText(Uint8Array.of(0xc3, 0x28))).toMatchObject({ code: 'malformed' });
  });
});

describe('the document of a door for Home Assistant', () => {
  const topics = { prefix: 'site/locks' };
  const document = discoveryDocument(topics, { door: 'a+b', device: 'lock_1', name: 'Front door' });

  test('lies where Home Assistant looks for locks', () => {
    expect(discoveryTopic(topics, 'a+b')).toBe(
      'homeassistant/lock/doorwright_site_2flocks__a_2bb/config',
    );
    expect(discoveryTopic({ ...topics, discoveryPrefix: 'ha' }, 'x')).toMatch(
      /^ha\/lock\/[a-zA-Z0-9_-]+\/config$/u,
    );
  });

  test('has the members that are documented for a lock, of the documented kinds, and no other', () => {
    checkDiscovery(document);
  });

  test('names the topics of this door and this lock', () => {
    expect(document).toMatchObject({
      command_topic: 'site/locks/a_2bb/request',
      state_topic: 'site/locks/lock_5f1/state',
      availability: [
        { topic: 'site/locks/~gateway/availability' },
        { topic: 'site/locks/lock_5f1/availability' },
      ],
      retain: false,
      optimistic: false,
    });
  });

  test('is of one door alone', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        const isSame = discoveryTopic(topics, one) === discoveryTopic(topics, other);
        expect(isSame).toBe(one === other);
      }),
      settings,
    );
    const of = (prefix: string, door: string) => discoveryTopic({ prefix }, door);
    expect(of('a', '_b')).not.toBe(of('a_5f', 'b'));
  });

  test.each([
    ['an unknown member', { colour: 'red' }],
    ['a wildcard to write to', { command_topic: 'site/+/request' }],
    ['two ways to be available', { availability_topic: 'x' }],
    ['no command topic', { command_topic: undefined }],
    ['a device without identity', { device: { name: 'x' } }],
    ['another quality', { qos: 3 }],
  ])('is refused by the check with %s', (_, more) => {
    expect(() => checkDiscovery({ ...document, ...more })).toThrow();
  });
});

/** What https://www.home-assistant.io/integrations/lock.mqtt/ says of a document, as far as we write it. */
function checkDiscovery(document: object): void {
  const text = (value: unknown) => expect(value).toBeTypeOf('string');
  const topic = (value: unknown) => expect(value).toMatch(/^[^+#]{1,65535}$/u);
  const members: Record<string, (value: unknown) => void> = {
    name: (value) => expect(value === null || typeof value === 'string').toBe(true),
    unique_id: text,
    command_topic: topic,
    payload_lock: text,
    payload_unlock: text,
    payload_open: text,
    state_topic: topic,
    value_template: text,
    state_locked: text,
    state_unlocked: text,
    state_locking: text,
    state_unlocking: text,
    state_jammed: text,
    json_attributes_topic: topic,
    optimistic: (value) => expect(value).toBeTypeOf('boolean'),
    qos: (value) => expect([0, 1, 2]).toContain(value),
    retain: (value) => expect(value).toBe(false),
    availability_mode: (value) => expect(['all', 'any', 'latest']).toContain(value),
    availability(value) {
      for (const one of value as object[]) {
        expect(Object.keys(one).sort()).toEqual([
          'payload_available',
          'payload_not_available',
          'topic',
        ]);
        topic((one as { topic: unknown }).topic);
      }
    },
    device(value) {
      const { identifiers, ...rest } = value as { identifiers: string[] };
      expect(identifiers.length).toBeGreaterThan(0);
      for (const member of Object.keys(rest))
        expect(['name', 'manufacturer', 'model', 'sw_version', 'via_device']).toContain(member);
      Object.values(rest).forEach(text);
    },
    origin: (value) => text((value as { name: unknown }).name),
  };
  const given = Object.entries(document);
  for (const [name, value] of given) {
    expect(Object.keys(members)).toContain(name);
    members[name]?.(value);
  }
  expect(document).toHaveProperty('command_topic');
  // A device is only taken with a unique id.
  if ('device' in document) expect(document).toHaveProperty('unique_id');
}
