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
import { at, BLOCK_BITS, BLOCK_SIZE, type Table } from './table.js';

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
  // A pack is of 512 numbers, whatever the blocks of its table.
  const packBits = BLOCK_BITS - table.bits;
  const after = packs.slice();
  for (let index = 0; index < table.blocks.length; index++) {
    if (old.blocks[index] !== table.blocks[index]) after[index >> packBits] = undefined;
  }
  return after;
}

/** Packs a block of doors: of a plain one its place and the scopes that contain it. */
export function packDoors(s: Snapshot, index: number): PackedBlock {
  const packed = pack(s.tables.doors, index, (door: PortalRecord, packing) => {
    packing.push(door.plain ? PLAIN : OTHER);
    if (!door.plain) return;
    packing.push(door.place);
    for (const container of door.containers) packing.push(container);
  });
  s.packs.doors[index] = packed;
  return packed;
}

/** What enabled assignments of roles that may unlock reach: twice the scope, plus one where there is a validity. */
export function packUsers(s: Snapshot, index: number): PackedBlock {
  const roles = s.mayUnlock;
  const packed = pack(s.tables.users, index, (user: HolderRecord, packing) => {
    const start = packing.length;
    const plain = user.active && user.teams.length === 0;
    packing.push(plain ? PLAIN : OTHER);
    if (!plain) return;
    const { holdings } = user;
    for (let entry = 0; entry < holdings.length; entry += HOLDING_WIDTH) {
      const role = holdings[entry + 1] as number;
      if ((role & SWITCHED_OFF) !== 0 || roles?.[role >> 2] !== 1) continue;
      const scope = holdings[entry] as number;
      // Beyond 2^30 twice the scope leaves 32 bits: numbers never get there by the caps of one document.
      if (scope >= 2 ** 30) {
        packing.length = start;
        packing.push(OTHER);
        return;
      }
      packing.push(scope * 2 + (role & HAS_VALIDITY));
    }
  });
  s.packs.users[index] = packed;
  return packed;
}

/** Packs a block of groups: plain or not. */
export function packGroups(s: Snapshot, index: number): PackedBlock {
  const packed = new Int32Array(BLOCK_SIZE);
  for (let place = 0; place < BLOCK_SIZE; place++) {
    const group: GroupRecord | undefined = at(s.tables.groups, index * BLOCK_SIZE + place);
    packed[place] = group === undefined ? ABSENT : group.plain ? PLAIN : OTHER;
  }
  s.packs.groups[index] = packed;
  return packed;
}

/**
 * Packs the block of a table.
 * @param addList - appends the list of one element to what has been packed before it.
 */
function pack<T>(
  table: Table<T>,
  index: number,
  addList: (value: T, packing: number[]) => void,
): PackedBlock {
  const packing: number[] = [];
  const starts = new Int32Array(BLOCK_SIZE + 1);
  for (let place = 0; place < BLOCK_SIZE; place++) {
    starts[place] = BLOCK_SIZE + 1 + packing.length;
    const value = at(table, index * BLOCK_SIZE + place);
    if (value === undefined) packing.push(ABSENT);
    else addList(value, packing);
  }
  starts[BLOCK_SIZE] = BLOCK_SIZE + 1 + packing.length;
  const packed = new Int32Array(BLOCK_SIZE + 1 + packing.length);
  packed.set(starts);
  packed.set(packing, BLOCK_SIZE + 1);
  return packed;
}
