// @ts-check
// What each lock does not know yet, a row for each right at each door.
import { overviewOf } from 'doorwright/sync';
import { labelOf } from './rights.mjs';

/**
 * @param {import('./records.mjs').DeskState} state @param {number} now - Unix seconds.
 * @returns {import('./setup.mjs').SyncRow[]} by door and right.
 */
export function syncRows({ policy, sync }, now) {
  return overviewOf(sync, now, 'permission').doors.flatMap(({ door, permissions }) =>
    permissions.map((one) => ({
      ...{ door, label: labelOf(policy, door), permission: one.permission, holder: one.holder },
      ...{ score: one.score, colour: one.colour, action: one.action, reasons: [...one.reasons] },
      knows: knows(sync, door, one.permission),
      ...{ exposedUntil: one.exposedUntil, expectedBy: one.expectedBy },
    })),
  );
}

/**
 * Whether the lock proved that it refuses all that was taken from a right. That everything has expired is not knowing.
 * @param {import('doorwright/sync').SyncState} sync @param {string} door @param {string} permission
 */
function knows(sync, door, permission) {
  const lock = sync.locks[sync.doors[door]?.lock ?? ''];
  if (lock?.ack === undefined || lock.alarms.length > 0) return false;
  return lock.ack.pv >= (lock.changes[permission]?.rv ?? 0);
}
