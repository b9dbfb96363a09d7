/** What the system may do by itself: take away, never give. */

import { snapshotOf } from '../engine/compile.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import { COLLECTIONS } from '../policy/document.js';
import { sameValue } from './same-value.js';

/**
 * Whether a change only withdraws: it removes assignments, and puts links that exist as they are but inactive.
 * The holder of a role that may not be left without one keeps it: that is for people.
 */
export function isWithdrawal(engine: Engine, changes: Changes): boolean {
  if (changes.organization !== undefined) return false;
  const { byId } = snapshotOf(engine).model;
  for (const collection of COLLECTIONS) {
    const removed = changes.remove?.[collection] ?? [];
    if (removed.length > 0 && collection !== 'assignments') return false;
    const put = changes.put?.[collection] ?? [];
    if (put.length > 0 && collection !== 'links') return false;
  }
  for (const id of changes.remove?.assignments ?? []) {
    const assignment = findElement(engine, 'assignments', id);
    if (assignment === undefined) return false;
    if (byId.get(assignment.role)?.unique !== false) return false;
  }
  return (changes.put?.links ?? []).every((link) => {
    const known = findElement(engine, 'links', link.id);
    return known !== undefined && sameValue({ ...known, active: false }, link);
  });
}
