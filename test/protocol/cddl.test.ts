import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseGrammar } from './cddl/grammar.js';
import { matchesRule, undefinedNames } from './cddl/match.js';
import { bytesOf, vectors } from './vector-files.js';

const text = readFileSync(new URL('../../protocol/dkp.cddl', import.meta.url), 'utf8');
const grammar = parseGrammar(text);

/** Refusals for reasons that a grammar cannot see: an order of numbers, a rule of the encoding. */
const BEYOND_GRAMMAR = new Set([
  'grant-windows-backwards',
  'grant-windows-empty-one',
  'grant-windows-overlapping',
  'grant-windows-touching',
  'grant-windows-unsorted',
  'grant-scope-0',
  'grant-scope-16',
  'receipt-hi-below-lo',
  'receipt-firmware-of-33',
  'm2-hi-below-lo',
]);

describe('the grammar in dkp.cddl', () => {
  test('uses no name that it does not define, and defines none that is not used', () => {
    expect(undefinedNames(grammar)).toEqual([]);
    const words = text.replaceAll(/;[^\n]*/gu, '').match(/[a-z][a-z0-9-]*/gu) ?? [];
    const roots = ['item', 'digest-content', 'tag-input'];
    const unused = [...grammar.types.keys(), ...grammar.groups.keys()].filter(
      (name) => !roots.includes(name) && words.filter((word) => word === name).length < 2,
    );
    expect(unused).toEqual([]);
  });

  test('takes every object, and each for its own kind alone', () => {
    for (const { id, kind, object } of [
      ...vectors('objects.json', 'objects'),
      ...vectors('objects.json', 'proofs'),
    ]) {
      for (const rule of [
        ...new Set(vectors('objects.json', 'objects').map((one) => one['kind'])),
        'proof',
        'trust-update',
      ]) {
        expect(matchesRule(grammar, rule, bytesOf(object)), `${id} as ${rule}`).toBe(rule === kind);
      }
      expect(matchesRule(grammar, 'item', bytesOf(object)), id).toBe(true);
    }
    for (const { payload } of vectors('objects.json', 'proofs')) {
      expect(matchesRule(grammar, 'proof-payload', bytesOf(payload))).toBe(true);
    }
    for (const { object } of vectors('objects.json', 'trustUpdates')) {
      expect(matchesRule(grammar, 'trust-update', bytesOf(object))).toBe(true);
    }
    for (const { cose } of vectors('objects.json', 'keys')) {
      expect(matchesRule(grammar, 'cose-key', bytesOf(cose))).toBe(true);
    }
  });

  test('refuses every refused payload that a grammar can refuse', () => {
    for (const { id, kind, payload } of vectors('refused.json', 'payloads')) {
      const taken = matchesRule(grammar, `${kind}-claims`, bytesOf(payload));
      expect(taken, id).toBe(BEYOND_GRAMMAR.has(id));
    }
  });

  test('refuses every envelope whose fault is its shape', () => {
    for (const { id, kind, object, code } of vectors('refused.json', 'envelopes')) {
      expect(matchesRule(grammar, kind, bytesOf(object)), id).toBe(code === 'signature_wrong');
    }
  });

  test('takes and refuses the messages of a session', () => {
    const rules: Record<string, string> = {
      m2: 'hello',
      phone: 'phone-message',
      lock: 'lock-message',
      setup: 'setup-message',
    };
    for (const { id, from, bytes } of vectors('messages.json', 'accepted')) {
      expect(matchesRule(grammar, rules[from] as string, bytesOf(bytes)), id).toBe(true);
    }
    for (const { id, from, bytes } of vectors('messages.json', 'refused')) {
      const taken = matchesRule(grammar, rules[from] as string, bytesOf(bytes));
      expect(taken, id).toBe(BEYOND_GRAMMAR.has(id));
    }
  });

  test('takes every plaintext of the sessions with a lock', () => {
    let seen = 0;
    for (const { id, transport } of vectors('sessions.json', 'handshakes')) {
      const isSetup = id.startsWith('commissioning');
      const rules: Record<string, string> = isSetup
        ? { initiator: 'setup-message', responder: 'lock-identity' }
        : { initiator: 'phone-message', responder: 'lock-message' };
      for (const { from, plain } of transport) {
        expect(matchesRule(grammar, rules[from] as string, bytesOf(plain)), id).toBe(true);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  test('takes what is hashed or mixed in without travelling', () => {
    for (const { prologue, id } of vectors('noise.json', 'handshakes')) {
      const rule = {
        session: 'prologue',
        commissioning: 'setup-prologue',
        'log-segment': 'log-prologue',
      }[id];
      expect(matchesRule(grammar, rule as string, bytesOf(prologue)), id).toBe(true);
    }
    const segment = vectors('derived.json', 'log').find(({ id }) => id === 'segment');
    expect(matchesRule(grammar, 'log-segment', bytesOf(segment?.['bytes']))).toBe(true);
  });
});

describe('the reader of grammars', () => {
  test('refuses what it does not understand instead of passing over it', () => {
    for (const bad of [
      'a = b<c>',
      'a = ~b',
      'a = #6.1(int)',
      'a //= b',
      'a = int .regexp "x"',
      'a = 1.5',
      'a = {',
      'a = 1 a = 2',
    ]) {
      expect(() => parseGrammar(bad), bad).toThrow();
    }
  });

  test('counts occurrences, keeps order and closes maps', () => {
    const small = parseGrammar(
      'a = [1, 1*2 pair, ? tstr] pair = (uint, bool) m = { 1: uint, ? 2: bstr .size 2, * 10..20 => null }',
    );
    const judged = (rule: string, hex: string) => matchesRule(small, rule, bytesOf(hex));
    expect(['830100f4', '840100f46161', '850100f401f5'].map((hex) => judged('a', hex))).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['8101', '8301f400', '870100f401f502f4', '820100', '840100f400'].map((hex) =>
        judged('a', hex),
      ),
    ).toEqual([false, false, false, false, false]);
    expect(
      ['a10100', 'a2010002420102', 'a201000af6', 'a20100147f'].map((hex) => judged('m', hex)),
    ).toEqual([true, true, true, false]);
    expect(
      ['a0', 'a20100024101', 'a2010003f6', 'a201000a00', 'a201001815f6'].map((hex) =>
        judged('m', hex),
      ),
    ).toEqual([false, false, false, false, false]);
  });
});
