import { expect, test } from 'vitest';
import type { AlertPolicy } from '../../../src/admin/presence/alert-policy.js';
import { planAlertPolicy, planNoAlertPolicy } from '../../../src/admin/presence/capacity-order.js';
import { office } from './office.js';

const engine = office();
const policy: AlertPolicy = { place: 'hq', id: 'a', notify: ['ada', 'bob'] };

/** The permissions that an order needs, where `before` is there. */
function needsOf(before: AlertPolicy | undefined, order: AlertPolicy): string[] {
  const planned = planAlertPolicy(engine, before === undefined ? [] : [before], order);
  if (!planned.ok) throw new Error(planned.code);
  return (planned.value.needs ?? []).map(({ action, resource }) => {
    expect(resource.properties).toEqual({ scope: { type: 'place', id: 'hq' } });
    return `${resource.type}:${action}`;
  });
}

test('whom to tell is a permission of its own, needed where and only where that changes', () => {
  const told = 'capacity:update_notified';
  expect(needsOf(undefined, policy)).toEqual(['alert_policy:create', told]);
  expect(needsOf(undefined, { ...policy, notify: [] })).toEqual(['alert_policy:create']);
  expect(needsOf(policy, { ...policy, thresholds: [50] })).toEqual(['alert_policy:update']);
  expect(needsOf(policy, { ...policy, notify: ['bob', 'ada', 'ada'] })).toEqual([
    'alert_policy:update',
  ]);
  for (const notify of [['ada'], ['ada', 'cy'], ['ada', 'bob', 'cy'], []]) {
    expect(needsOf(policy, { ...policy, notify })).toEqual(['alert_policy:update', told]);
  }
  const actions = (before: AlertPolicy) => planNoAlertPolicy(before).needs?.length;
  expect(actions(policy)).toBe(2);
  expect(actions({ ...policy, notify: [] })).toBe(1);
});

test('a place has sixty-four alert policies at most', () => {
  const many = Array.from({ length: 64 }, (_, n) => ({ ...policy, id: `p${n}` }));
  expect(planAlertPolicy(engine, many, policy)).toMatchObject({ code: 'too_many' });
  expect(planAlertPolicy(engine, many, { ...policy, id: 'p0' })).toMatchObject({ ok: true });
});
