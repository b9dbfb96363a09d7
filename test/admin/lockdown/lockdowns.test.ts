import { describe, expect, test } from 'vitest';
import { planEndLockdown, planLockdown } from '../../../src/admin/lockdown/lockdowns.js';
import type { Engine } from '../../../src/engine/engine.js';
import { planning, write, wrote } from '../plans.js';
import { KISI, site } from '../sites.js';

const MONDAY = '2026-11-23T10:00:00Z';
const engine = site(KISI, {
  doors: [
    {
      id: 'front',
      place: 'hq',
      readers: [
        { id: 'in', direction: 'entry' },
        { id: 'out', direction: 'exit' },
      ],
    },
  ],
});
const hq = { type: 'place', id: 'hq' } as const;
const order = { scope: hq, why: 'an alarm' };
const hqadmin = planning(engine, 'hqadmin', MONDAY);

const reason = (from: Engine, user: string, facts: object = {}) =>
  from.decide({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: MONDAY, ...facts },
  }).context.reason;

describe('a lockdown', () => {
  const shut = wrote(hqadmin, planLockdown(hqadmin, order));

  test('refuses everybody at once, the owner too, and lets people out', () => {
    expect(reason(engine, 'owner')).toBe('granted');
    expect(reason(shut.engine, 'owner')).toBe('lockdown');
    expect(reason(shut.engine, 'owner', { method: 'tap', reader: 'in' })).toBe('lockdown');
    expect(reason(shut.engine, 'owner', { method: 'tap', reader: 'out' })).toBe('granted');
  });

  test('says in the record what it is', () => {
    expect(shut.draft.audit).toEqual({
      object: hq,
      data: { lockdown: shut.value.lockdown, drill: false, until: null },
    });
    const drill = planLockdown(hqadmin, { ...order, drill: true });
    expect(drill.ok && drill.value.audit?.data).toMatchObject({ drill: true });
  });

  test('ends by itself at its end', () => {
    const until = '2026-11-23T11:00:00Z';
    const brief = wrote(hqadmin, planLockdown(hqadmin, { ...order, until }));
    expect(reason(brief.engine, 'owner', { time: '2026-11-23T10:59:59.999Z' })).toBe('lockdown');
    expect(reason(brief.engine, 'owner', { time: until })).toBe('granted');
  });

  test('lets exempt roles pass, and keeps people in where it says so', () => {
    const exempt = ['organization_owner'];
    const some = wrote(hqadmin, planLockdown(hqadmin, { ...order, exempt, blocksExit: true }));
    expect(reason(some.engine, 'owner')).toBe('granted');
    expect(reason(some.engine, 'pda', { method: 'tap', reader: 'out' })).toBe('lockdown');
  });

  test('ends when somebody ends it, by its id or with all of its scope', () => {
    const p = planning(shut.engine, 'hqadmin', MONDAY);
    const again = wrote(p, planLockdown(p, order));
    const q = planning(again.engine, 'hqadmin', MONDAY);
    const one = wrote(q, planEndLockdown(q, { lockdown: shut.value.lockdown, why: 'over' }));
    expect(reason(one.engine, 'owner')).toBe('lockdown');
    const both = wrote(q, planEndLockdown(q, { scope: hq, why: 'over' }));
    expect(both.value.ended).toHaveLength(2);
    expect(reason(both.engine, 'owner')).toBe('granted');
  });

  test('is for those who may: at their place, and at no other', () => {
    for (const actor of ['obs', 'oam', 'hqman', 'labadmin', 'da']) {
      const p = planning(engine, actor, MONDAY);
      expect(write(p, planLockdown(p, order))).toBe('no_access_right');
      const q = planning(shut.engine, actor, MONDAY);
      expect(write(q, planEndLockdown(q, { scope: hq, why: 'over' }))).toBe('no_access_right');
    }
    const whole = { ...order, scope: { type: 'organization', id: 'acme' } as const };
    expect(write(hqadmin, planLockdown(hqadmin, whole))).toBe('no_access_right');
  });

  test.each([
    [{ why: '' }, 'why'],
    [{ why: '  ' }, 'why'],
    [{ why: 'x'.repeat(1001) }, 'why'],
    [{ until: MONDAY }, 'until'],
    [{ until: 'soon' }, 'until'],
    [{ id: 'shut' }, 'lockdown_exists'],
  ])('%j is refused with %s', (wrong, code) => {
    expect(write(hqadmin, planLockdown(hqadmin, { ...order, ...wrong }))).toBe(code);
  });

  test('nothing is ended where nothing is shut, or without a reason', () => {
    expect(write(hqadmin, planEndLockdown(hqadmin, { scope: hq, why: 'x' }))).toBe(
      'lockdown_unknown',
    );
    expect(write(hqadmin, planEndLockdown(hqadmin, { lockdown: 'no', why: 'x' }))).toBe(
      'lockdown_unknown',
    );
    expect(write(hqadmin, planEndLockdown(hqadmin, { lockdown: 'shut', why: '' }))).toBe('why');
  });
});
