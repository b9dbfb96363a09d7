/**
 * What the short way to an answer reads: of each block of a table one integer array, so that a question
 * touches a few cache lines instead of a dozen objects. A memo: filled when first asked about, kept by later
 * versions for every block they share.
 */
import {
  type GroupRecord,
  HAS_VALIDITY,
  HOLDING_WIDTH,
  type HolderRecord,
  type PortalRecord,
  SWITCHED_OFF,
} from './records.js';
import type { PackedBlock, Packs, Snapshot, Tables } from './snapshot.js';
import { BLOCK_SIZE, type Table } from './table.js';

/** How a packed list begins: nothing there, a plain element, or one for `judge`. */
const ABSENT = 0;
export const PLAIN = 1;
const OTHER = 2;

/** The packs of a new version: those of the version before whose block is still the same one. */
export function packsAfter(before: Snapshot, tables: Tables): Packs {
  return {
    doors: kept(before.tables.doors, before.packs.doors, tables.doors),
    // What a user's pack says of his roles stays true: a change of the role model compiles anew.
    users: kept(before.tables.users, before.packs.users, tables.users),
    groups: kept(before.tables.groups, before.packs.groups, tables.groups),
  };
}

function kept<T>(
  old: Table<T>,
  packs: (PackedBlock | undefined)[],
  table: Table<T>,
): (PackedBlock | undefined)[] {
  return table.blocks.map((block, index) =>
    old.blocks[index] === block ? packs[index] : undefined,
  );
}

/** Packs a block of doors: of a plain one its place and the scopes that contain it. */
export function packDoors(s: Snapshot, index: number): PackedBlock {
  const packed = pack(s.tables.doors.blocks[index], (door: PortalRecord) =>
    door.plain ? [PLAIN, door.place, ...door.containers] : [OTHER],
  );
  s.packs.doors[index] = packed;
  return packed;
}

/** What enabled assignments of roles that may unlock reach: twice the scope, plus one where there is a validity. */
export function packUsers(s: Snapshot, index: number): PackedBlock {
  const roles = s.mayUnlock;
  const packed = pack(s.tables.users.blocks[index], (user: HolderRecord) => {
    if (!user.active || user.teams.length > 0) return [OTHER];
    const list = [PLAIN];
    const { holdings } = user;
    for (let entry = 0; entry < holdings.length; entry += HOLDING_WIDTH) {
      const role = holdings[entry + 1] as number;
      if ((role & SWITCHED_OFF) !== 0 || roles?.[role >> 2] !== 1) continue;
      const scope = holdings[entry] as number;
      // Beyond 2^30 twice the scope leaves 32 bits: numbers never get there by the caps of one document.
      if (scope >= 2 ** 30) return [OTHER];
      list.push(scope * 2 + (role & HAS_VALIDITY));
    }
    return list;
  });
  s.packs.users[index] = packed;
  return packed;
}

/** Packs a block of groups: plain or not. */
export function packGroups(s: Snapshot, index: number): PackedBlock {
  const block = s.tables.groups.blocks[index];
  const packed = Int32Array.from({ length: BLOCK_SIZE }, (_, place) => {
    const group: GroupRecord | undefined = block?.[place];
    return group === undefined ? ABSENT : group.plain ? PLAIN : OTHER;
  });
  s.packs.groups[index] = packed;
  return packed;
}

function pack<T>(
  block: readonly (T | undefined)[] | undefined,
  listOf: (value: T) => readonly number[],
): PackedBlock {
  const values: number[] = [];
  const starts = new Int32Array(BLOCK_SIZE + 1);
  for (let index = 0; index < BLOCK_SIZE; index++) {
    starts[index] = BLOCK_SIZE + 1 + values.length;
    const value = block?.[index];
    if (value === undefined) values.push(ABSENT);
    else for (const entry of listOf(value)) values.push(entry);
  }
  starts[BLOCK_SIZE] = BLOCK_SIZE + 1 + values.length;
  const packed = new Int32Array(BLOCK_SIZE + 1 + values.length);
  packed.set(starts);
  packed.set(values, BLOCK_SIZE + 1);
  return packed;
}
