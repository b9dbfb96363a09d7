/** The order of an answer: reasons by clause, code, place and detail, grants by id, each once on every host. */
import { describe, expect, test } from 'vitest';
import type { Reason, ReasonCode } from '../../src/engine/decision.js';
import { answer, compareText, Findings, inOrder, unique } from '../../src/engine/findings.js';

const reason = (code: ReasonCode, type: string, id: string, detail?: string): Reason =>
  detail === undefined ? { code, at: { type, id } } : { code, at: { type, id }, detail };

/** In the order in which an answer has them. */
const SORTED = [
  reason('lockdown', 'lockdown', 'z'),
  reason('geofence', 'door', 'b'),
  reason('geofence', 'door', 'b', 'missing'),
  reason('geofence', 'door', 'b', 'outside'),
  reason('geofence', 'door', 'c', 'inaccurate'),
  reason('geofence', 'place', 'a'),
  reason('tenancy', 'door', 'a'),
];

describe('reasons', () => {
  test('come in the order of the clauses, then by place and detail, however they were found', () => {
    for (let start = 0; start < SORTED.length; start++) {
      const turned = [...SORTED.slice(start), ...SORTED.slice(0, start)];
      expect(inOrder(turned)).toEqual(SORTED);
      expect(inOrder(turned.reverse())).toEqual(SORTED);
    }
  });

  test('that say the same are one, and that differ in anything are two', () => {
    expect(inOrder([...SORTED, ...SORTED])).toEqual(SORTED);
    const [, , missing, outside] = SORTED as [Reason, Reason, Reason, Reason];
    expect(inOrder([missing, missing])).toEqual([missing]);
    expect(inOrder([outside, missing])).toEqual([missing, outside]);
  });

  test('name a place by type and id alone', () => {
    const findings = new Findings();
    const door = { type: 'door', id: 'front', secret: 'x' };
    findings.add('tenancy', door);
    findings.add('geofence', door, 'missing');
    expect(findings.reasons).toEqual([
      reason('tenancy', 'door', 'front'),
      reason('geofence', 'door', 'front', 'missing'),
    ]);
    expect(findings.reasons[0]).not.toHaveProperty('detail');
    findings.clear();
    expect(findings.reasons).toEqual([]);
  });
});

describe('an answer', () => {
  const found = (reasons: readonly Reason[], grants: readonly string[]) => {
    const findings = new Findings();
    for (const { code, at, detail } of reasons) findings.add(code, at, detail);
    findings.grants.push(...grants);
    return findings;
  };

  test('of a permit has its grants by id, each once', () => {
    const granted = reason('granted', 'door', 'front');
    expect(answer(true, found([granted], ['b', 'a', 'b']), 7)).toEqual({
      decision: true,
      context: { reason: 'granted', reasons: [granted], grants: ['a', 'b'], revision: 7 },
    });
  });

  test('of one reason and one grant, as most are, hands them on as they were found', () => {
    const findings = found([reason('granted', 'door', 'front')], ['a']);
    const { reasons, grants } = answer(true, findings, 0).context;
    expect(reasons).toBe(findings.reasons);
    expect(grants).toBe(findings.grants);
  });

  test('of a refusal has none, and names its first reason', () => {
    const [first, second] = SORTED as [Reason, Reason];
    expect(answer(false, found([second, first, second], ['a']), 0)).toEqual({
      decision: false,
      context: { reason: 'lockdown', reasons: [first, second], grants: [], revision: 0 },
    });
    expect(answer(false, found([], []), 0).context.reason).toBe('no_access_right');
  });
});

test('texts are ordered by code unit, not by any language', () => {
  expect(unique(['b', 'a', 'B', 'ä', 'a', 'a'])).toEqual(['B', 'a', 'b', 'ä']);
  expect([compareText('a', 'b'), compareText('b', 'a'), compareText('a', 'a')]).toEqual([-1, 1, 0]);
});
