/** Two policies side by side, and who and what of them is looked at. */

import { sameValue } from '../../admin/same-value.js';
import { holderOf } from '../../engine/encounter.js';
import type { Engine } from '../../engine/engine.js';
import { holdingsOf, includesScope } from '../../engine/holding.js';
import type { HolderRecord, PortalRecord } from '../../engine/records.js';
import type { Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Credential } from '../../policy/document.js';
import type { FormulaBook } from './formula.js';
import type { TimeBook } from './time-book.js';

/** The policy before, and the one after. */
export type Side = 0 | 1;
export const SIDES: readonly Side[] = [0, 1];

/** What a comparison has at hand throughout. */
export interface Comparison {
  readonly engines: readonly [Engine, Engine];
  readonly snapshots: readonly [Snapshot, Snapshot];
  readonly book: FormulaBook;
  readonly times: TimeBook;
  /** Credentials that only one of the policies holds, by id: others who name one are answered differently. */
  readonly strays: ReadonlyMap<string, Stray>;
  /** Keys of credentials that are not the same person's in both policies, strays included. */
  readonly moved: readonly string[];
}

/** A credential that only the policy of this side holds. */
export interface Stray {
  readonly side: Side;
  readonly credential: Credential;
}

/** Somebody whose openings are looked at. */
export interface Subject {
  /** `type:id`. */
  readonly key: string;
  readonly entity: Entity;
  /** Stands for everybody whom no assignment reaches. */
  readonly others: boolean;
  /** The user or link in either policy. */
  readonly holders: readonly [HolderRecord | undefined, HolderRecord | undefined];
  /** Whatever device is named, both policies make the same of it. */
  readonly sameDevices: boolean;
}

/** A door or stop in both policies. */
export interface Portal {
  /** `type:id`. */
  readonly key: string;
  readonly type: PortalRecord['type'];
  readonly id: string;
  readonly records: readonly [PortalRecord | undefined, PortalRecord | undefined];
  /** However somebody stands there, both policies make the same of it. */
  readonly sameReaders: boolean;
}

/** Somebody at a door or stop. */
export interface Pair {
  readonly subject: Subject;
  readonly portal: Portal;
}

/** A user, link or credential. */
export function subjectOf(c: Comparison, entity: Pick<Entity, 'type' | 'id'>): Subject {
  const { type, id } = entity;
  const [before, after] = c.snapshots.map((s) => holderOf(s, entity));
  const same =
    c.strays.size === 0 &&
    before !== undefined &&
    after !== undefined &&
    before.active === after.active &&
    before.primaryDevice === after.primaryDevice &&
    sameValue(devicesOf(c.snapshots[0], before), devicesOf(c.snapshots[1], after));
  return {
    key: `${type}:${id}`,
    entity: { type, id },
    others: false,
    holders: [before, after],
    sameDevices: same,
  };
}

/** Everybody whom no assignment reaches: in person somebody whom neither policy holds. */
export function othersOf(c: Comparison): Subject {
  let id = 'nobody';
  while (c.snapshots.some((s) => find(s.tables.users, id) !== undefined)) id += '-else';
  return {
    key: '',
    entity: { type: 'user', id },
    others: true,
    holders: [undefined, undefined],
    sameDevices: true,
  };
}

/** A door or stop, if either policy has it. */
export function portalOf(c: Comparison, type: string, id: string): Portal | undefined {
  if (type !== 'door' && type !== 'elevator_stop') return undefined;
  const [before, after] = c.snapshots.map(({ tables }) =>
    find(type === 'door' ? tables.doors : tables.stops, id),
  );
  if (before === undefined && after === undefined) return undefined;
  const same =
    before !== undefined &&
    after !== undefined &&
    before.strictExit === after.strictExit &&
    sameValue(readersOf(before), readersOf(after));
  return { key: `${type}:${id}`, type, id, records: [before, after], sameReaders: same };
}

function readersOf({ readers }: PortalRecord): readonly string[] {
  return readers.map(({ id, direction = 'entry' }) => `${id} ${direction}`).sort();
}

/** Whether an assignment of either policy reaches somebody there. */
export function isReached(c: Comparison, { subject, portal }: Pair): boolean {
  return SIDES.some((side) => {
    const [s, holder, record] = [c.snapshots[side], subject.holders[side], portal.records[side]];
    if (holder === undefined || record === undefined) return false;
    return holdingsOf(s, holder).some(({ scope }) => includesScope(record.containers, scope));
  });
}

/** The action that opens a door or stop. */
export function actionOf(portal: Pick<Portal, 'type'>): 'unlock' | 'get_access' {
  return portal.type === 'door' ? 'unlock' : 'get_access';
}

/** Role index → 1 if the role may open a door or stop; undefined where no role may. */
export function openersOf(s: Snapshot, portal: Pick<Portal, 'type'>): Uint8Array | undefined {
  return portal.type === 'door' ? s.mayUnlock : s.mayGetAccess;
}

/** The credentials of a user, by id. */
export function devicesOf(s: Snapshot, holder: HolderRecord | undefined): Credential[] {
  const own = (holder?.credentials ?? []).flatMap(
    (number) => at(s.tables.credentials, number) ?? [],
  );
  return own.sort((a, b) => (a.id < b.id ? -1 : 1));
}
