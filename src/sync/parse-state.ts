/** From outside data to a state: shape and rules, each fault with its pointer and code. */
import type { Issue, IssueCode } from '../policy/issue.js';
import { issueList, type Report } from '../policy/issue-list.js';
import type { Parsed } from '../policy/parse.js';
import { pointerOf, quote } from '../policy/pointer.js';
import { found } from './keyed.js';
import type { LockRecord, SyncState } from './state.js';
import { stateShape } from './state-shape.js';

/**
 * The state that outside data describes, as a frozen copy, or everything that is wrong with it. Never throws.
 * What contradicts itself is refused (codes `reference`, `span`, `value`, `missing`, `duplicate`): a state in which
 * a door has lost its lock, or a withdrawal its permission, would look better than it is.
 */
export function parseSyncState(input: unknown): Parsed<SyncState> {
  const issues = issueList();
  const { value } = stateShape()(input, issues.report);
  if (issues.count() === 0) checkState(value as SyncState, issues.report);
  if (issues.count() > 0) return { ok: false, issues: issues.inOrder() };
  return { ok: true, value: value as SyncState };
}

type Path = readonly (string | number)[];

function checkState(state: SyncState, report: Report): void {
  for (const [id, { connection, lock }] of Object.entries(state.doors)) {
    const at = ['doors', id, 'lock'];
    if (connection === 'online' && lock !== undefined) {
      report(issue(at, 'value', 'an online door has no lock of its own', lock));
    } else if (connection === 'offline' && lock === undefined) {
      report(issue(at, 'missing', 'missing member', 'lock'));
    } else if (lock !== undefined && found(state.locks, lock)?.door !== id) {
      report(issue(at, 'reference', 'no lock of this door', lock));
    }
  }
  for (const [id, { doors }] of Object.entries(state.permissions)) {
    const seen = new Set<string>();
    doors.forEach((door, index) => {
      const at = ['permissions', id, 'doors', index];
      if (!Object.hasOwn(state.doors, door)) report(issue(at, 'reference', 'unknown door', door));
      if (seen.has(door)) report(issue(at, 'duplicate', 'door named twice', door));
      seen.add(door);
    });
  }
  for (const [id, lock] of Object.entries(state.locks)) checkLock(state, id, lock, report);
  for (const [id, { open, issued, acknowledged }] of Object.entries(state.devices)) {
    const at = ['devices', id];
    checkAscending([...at, 'open'], open, report, (one, other) => one.seq < other.seq);
    const last = open[open.length - 1]?.seq ?? acknowledged;
    if (Math.max(last, acknowledged) > issued) {
      report(issue([...at, 'issued'], 'value', 'must not be below a bundle it has', issued));
    }
  }
}

function checkLock(state: SyncState, id: string, lock: LockRecord, report: Report): void {
  const at: Path = ['locks', id];
  const { ack, stage } = lock;
  const last = lastVersion(lock);
  if (!Object.hasOwn(state.doors, lock.door)) {
    report(issue([...at, 'door'], 'reference', 'unknown door', lock.door));
  }
  if (stage === 'active' && ack === undefined) {
    report(issue([...at, 'ack'], 'missing', 'an active lock has proved a version', 'ack'));
  }
  if (stage !== 'active' && ack !== undefined) {
    report(issue([...at, 'stage'], 'value', 'a lock that proved a version is active', stage));
  }
  if (ack !== undefined && ack.pv > last) {
    report(issue([...at, 'ack', 'pv'], 'value', 'must be a version that was issued', ack.pv));
  }
  // One version under two roots stands twice, with the root counting up.
  checkAscending([...at, 'issued'], lock.issued, report, (one, other) =>
    one.pv === other.pv ? one.trustEpoch < other.trustEpoch : one.pv < other.pv,
  );
  checkAscending([...at, 'receipts'], lock.receipts, report, (one, other) => one.seq < other.seq);
  checkAlarms([...at, 'alarms'], lock, report);
  checkChanges(state, at, lock, report);
  checkGrants(state, at, lock, report);
  for (const [device, { holdings }] of Object.entries(lock.carriers)) {
    const here = [...at, 'carriers', device, 'holdings'];
    checkAscending(here, holdings, report, (one, other) => one.pv < other.pv);
  }
}

function checkAlarms(at: Path, { alarms }: LockRecord, report: Report): void {
  const kinds = new Set<string>();
  alarms.forEach(({ kind, clearedFrom }, index) => {
    if (kinds.has(kind)) report(issue([...at, index, 'kind'], 'duplicate', 'alarm twice', kind));
    kinds.add(kind);
    if ((kind === 'fork' || kind === 'unknown_state') && clearedFrom === undefined) {
      report(issue([...at, index, 'clearedFrom'], 'missing', 'missing member', 'clearedFrom'));
    }
  });
}

function checkChanges(state: SyncState, at: Path, lock: LockRecord, report: Report): void {
  for (const [name, { rv }] of Object.entries(lock.changes)) {
    const here = [...at, 'changes', name];
    checkPermission(state, lock, here, name, report);
    if (rv !== undefined && rv > lastVersion(lock)) {
      report(issue([...here, 'rv'], 'value', 'must be a version that was issued', rv));
    }
  }
}

function checkGrants(state: SyncState, at: Path, lock: LockRecord, report: Report): void {
  for (const [hash, { from, exp, permissions, taken }] of Object.entries(lock.grants)) {
    const here = [...at, 'grants', hash];
    if (from >= exp) report(issue([...here, 'exp'], 'span', 'must be after from', exp));
    for (const [name, pv] of Object.entries(taken)) {
      const there = [...here, 'taken', name];
      checkPermission(state, lock, there, name, report);
      if (!permissions.includes(name)) {
        report(issue(there, 'reference', 'the grant never had this permission', name));
      }
      if (pv > lastVersion(lock)) {
        report(issue(there, 'value', 'must be a version that was issued', pv));
      }
    }
  }
}

function lastVersion({ issued }: LockRecord): number {
  return issued[issued.length - 1]?.pv ?? -1;
}

/** A change of a permission that is not listed would never be shown. */
function checkPermission(
  state: SyncState,
  lock: LockRecord,
  at: Path,
  name: string,
  report: Report,
): void {
  if (found(state.permissions, name)?.doors.includes(lock.door) === true) return;
  report(issue(at, 'reference', 'no permission at this door', name));
}

function checkAscending<T>(
  at: Path,
  values: readonly T[],
  report: Report,
  isBefore: (one: T, other: T) => boolean,
): void {
  const index = values.findIndex((value, place) => {
    const before = values[place - 1];
    return before !== undefined && !isBefore(before, value);
  });
  if (index < 0) return;
  const pointer = pointerOf([...at, index]);
  report({ pointer, code: 'value', message: 'must be in ascending order' });
}

function issue(at: Path, code: IssueCode, text: string, value: string | number): Issue {
  return { pointer: pointerOf(at), code, message: `${text} ${quote(value)}` };
}
