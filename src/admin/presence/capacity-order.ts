/** Ordering how a place keeps count, and who is told when it fills up. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Outcome } from '../../values/outcome.js';
import { placeNeed } from '../place-need.js';
import type { PermissionNeed, Plan } from '../plan.js';
import type { SiteRecord } from '../record.js';
import {
  type AlertPolicy,
  alertPolicyId,
  alertPolicyShape,
  parseAlertPolicy,
} from './alert-policy.js';
import { type Capacity, capacityShape, parseCapacity } from './capacity.js';
import { ALERT_POLICIES_MAX } from './capacity-state.js';

/** A plan and what it makes. */
export type Ordered<T> = Plan & { readonly value: T };

/** Why an order about a place is none. */
export type CapacityCode =
  | 'malformed'
  | 'unknown_place'
  | 'unknown_role'
  | 'unknown_user'
  | 'too_many';

/**
 * Keeps count at a place, or keeps it differently. Needs `capacity:create` or `update` there.
 * @param before - what is kept now.
 * @param order - a {@link Capacity}; outside data.
 */
export function planCapacity(
  engine: Engine,
  before: Capacity | undefined,
  order: unknown,
): Outcome<Ordered<Capacity>, CapacityCode> {
  const read = parseCapacity(order);
  if (!read.ok) return read;
  const { value } = read;
  const { place, mode, exemptRoles = [] } = value;
  if (findElement(engine, 'places', place) === undefined) return refused('unknown_place', place);
  const { byId } = snapshotOf(engine).model;
  const stranger = exemptRoles.find((role) => !byId.has(role));
  if (stranger !== undefined) return refused('unknown_role', stranger);
  return planned(value, {
    records: { put: [capacityShape.record(place, value)] },
    needs: [placeNeed(before === undefined ? 'create' : 'update', 'capacity', place, place)],
    audit: { object: { type: 'capacity', id: place }, data: { mode } },
  });
}

/**
 * Keeps count no longer: what was known of people's whereabouts there is forgotten at once. Needs `capacity:delete`.
 * @param presences - every presence of the place.
 */
export function planNoCapacity(
  place: string,
  presences: readonly SiteRecord[],
): Ordered<{ readonly forgotten: number }> {
  return {
    value: { forgotten: presences.length },
    records: {
      remove: [
        { kind: 'capacity', id: place },
        { kind: 'capacity_state', id: place },
        ...presences.map(({ kind, id }) => ({ kind, id })),
      ],
    },
    needs: [placeNeed('delete', 'capacity', place, place)],
    audit: { object: { type: 'capacity', id: place }, data: { forgotten: presences.length } },
  };
}

/**
 * Tells people when a place fills up. Needs `alert_policy:create` or `update`, and `capacity:update_notified` where
 * it changes who is told.
 * @param others - the alert policies of the place.
 * @param order - an {@link AlertPolicy}; outside data.
 */
export function planAlertPolicy(
  engine: Engine,
  others: readonly AlertPolicy[],
  order: unknown,
): Outcome<Ordered<AlertPolicy>, CapacityCode> {
  const read = parseAlertPolicy(order);
  if (!read.ok) return read;
  const { value } = read;
  const { place, id, notify } = value;
  if (findElement(engine, 'places', place) === undefined) return refused('unknown_place', place);
  const stranger = notify.find((user) => findElement(engine, 'users', user) === undefined);
  if (stranger !== undefined) return refused('unknown_user', stranger);
  const before = others.find((one) => one.id === id);
  if (before === undefined && others.length >= ALERT_POLICIES_MAX)
    return refused('too_many', place);
  return planned(value, {
    records: { put: [alertPolicyShape.record(alertPolicyId(value), value)] },
    needs: needsOfAlert(place, id, before, notify),
    audit: { object: { type: 'alert_policy', id }, data: { place } },
  });
}

/** Takes an alert policy away. Needs `alert_policy:delete`, and `capacity:update_notified` if somebody was told. */
export function planNoAlertPolicy(before: AlertPolicy): Ordered<AlertPolicy> {
  const { place, id } = before;
  const needs = [placeNeed('delete', 'alert_policy', id, place)];
  return {
    value: before,
    records: { remove: [{ kind: 'alert_policy', id: alertPolicyId(before) }] },
    needs: before.notify.length === 0 ? needs : [...needs, notifiedNeed(place)],
    audit: { object: { type: 'alert_policy', id }, data: { place } },
  };
}

function needsOfAlert(
  place: string,
  id: string,
  before: AlertPolicy | undefined,
  notify: readonly string[],
): PermissionNeed[] {
  const action = before === undefined ? 'create' : 'update';
  const own = placeNeed(action, 'alert_policy', id, place);
  const told = new Set(before?.notify);
  const isSame = told.size === new Set(notify).size && notify.every((user) => told.has(user));
  return isSame ? [own] : [own, notifiedNeed(place)];
}

function notifiedNeed(place: string): PermissionNeed {
  return placeNeed('update_notified', 'capacity', place, place);
}

function planned<T>(value: T, plan: Plan): { readonly ok: true; readonly value: Ordered<T> } {
  return { ok: true, value: { ...plan, value } };
}

function refused(code: CapacityCode, what: string) {
  return { ok: false, code, detail: `${code.replaceAll('_', ' ')} \`${what}\`` } as const;
}
