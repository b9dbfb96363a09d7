/** What the short way reads of a block of doors, users and groups, and when it is read anew. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { packDoors, packGroups, packUsers } from '../../src/engine/packs.js';
import { BLOCK_SIZE } from '../../src/engine/table.js';
import { type Changes, compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';

const [ABSENT, PLAIN, OTHER] = [0, 1, 2];
const LAST = BLOCK_SIZE - 1;
const row = (length: number, name: string) =>
  Array.from({ length }, (_, at) => ({ id: `${name}${at}` }));
const doors = row(BLOCK_SIZE + 2, 'd').map((door) => ({ ...door, place: 'hq' }));

/** 514 doors, of which `d1` and `d513` are not plain; as many users and groups. */
function compiled(parts: object = {}) {
  return compilePolicy<unknown>({
    ...site({
      doors: doors.map((door, at) => (at % BLOCK_SIZE === 1 ? { ...door, lock: 'offline' } : door)),
      groups: row(BLOCK_SIZE + 2, 'g').map((group, at) => ({
        ...group,
        ...(at === 0 || at === BLOCK_SIZE ? { doors: ['d0', `d${BLOCK_SIZE}`] } : {}),
        ...(at % BLOCK_SIZE === 1 ? { enabled: false } : {}),
      })),
      users: row(BLOCK_SIZE + 4, 'u').map((user, at) =>
        at % BLOCK_SIZE === 1 ? { ...user, active: false } : user,
      ),
      teams: [{ id: 't', users: ['u2', `u${BLOCK_SIZE + 2}`] }],
    }),
    ...parts,
  });
}

/** The list of the element at a place of a packed block. */
const listOf = (packed: Int32Array, place: number) => [
  ...packed.slice(packed[place], packed[place + 1]),
];

describe('a packed block', () => {
  const s = snapshotOf(compiled());

  test('of doors has of each plain one its place and its scopes', () => {
    const first = packDoors(s, 0);
    expect(listOf(first, 0)).toEqual([PLAIN, 0, 0, 1, 2, 3, BLOCK_SIZE * 4 + 2]);
    expect(listOf(first, 1)).toEqual([OTHER]);
    expect(listOf(first, LAST)).toEqual([PLAIN, 0, 0, 1, LAST * 4 + 3]);
    expect(first[BLOCK_SIZE]).toBe(first.length);
    const second = packDoors(s, 1);
    expect(listOf(second, 0)).toEqual([PLAIN, 0, 0, 1, 2, BLOCK_SIZE * 4 + 2, BLOCK_SIZE * 4 + 3]);
    expect(listOf(second, 1)).toEqual([OTHER]);
    expect(listOf(second, 2)).toEqual([ABSENT]);
    expect(listOf(second, LAST)).toEqual([ABSENT]);
    expect(s.packs.doors).toEqual([first, second]);
    expect(first).toHaveLength(BLOCK_SIZE + 1 + 7 + 1 + 5 * (BLOCK_SIZE - 2));
  });

  test('of groups has whether each is there and plain', () => {
    const [first, second] = [packGroups(s, 0), packGroups(s, 1)];
    expect([...first.slice(0, 3), first[LAST]]).toEqual([PLAIN, OTHER, PLAIN, PLAIN]);
    expect([...second.slice(0, 3), second[LAST]]).toEqual([PLAIN, OTHER, ABSENT, ABSENT]);
    expect([first.length, second.length]).toEqual([BLOCK_SIZE, BLOCK_SIZE]);
    expect(s.packs.groups).toEqual([first, second]);
  });

  test('of users has what their enabled roles that may unlock reach', () => {
    const role = 'place_door_access';
    const hq = { scope: { type: 'place', id: 'hq' } };
    const engine = compiled({
      assignments: [
        right('a', 'u0', { role, ...hq }),
        right('b', 'u0', {
          scope: { type: 'group', id: 'g0' },
          validity: { until: '2027-01-01T00:00:00Z' },
        }),
        right('c', 'u0', { scope: { type: 'group', id: 'g1' }, enabled: false }),
        right('d', 'u1', { role, ...hq }),
        right('e', 'u2', { role, ...hq }),
        right('f', 'u3', { role: 'observer', scope: { type: 'organization', id: 'org' } }),
        right('g', `u${BLOCK_SIZE + 3}`, { role, ...hq }),
      ],
    });
    const users = snapshotOf(engine);
    const [first, second] = [packUsers(users, 0), packUsers(users, 1)];
    expect([0, 1, 2, 4, LAST].map((place) => listOf(first, place))).toEqual([
      [PLAIN, 2, 5],
      [OTHER],
      [OTHER],
      [PLAIN],
      [PLAIN],
    ]);
    const observer = users.mayUnlock?.[users.model.byId.get('observer')?.index ?? -1];
    expect(listOf(first, 3)).toEqual(observer === 1 ? [PLAIN, 0] : [PLAIN]);
    expect([0, 1, 2, 3, 4].map((place) => listOf(second, place))).toEqual([
      [PLAIN],
      [OTHER],
      [OTHER],
      [PLAIN, 2],
      [ABSENT],
    ]);
    expect(users.packs.users).toEqual([first, second]);
    const [own] = users.tables.users.blocks[0] ?? [];
    const far = (scope: number) => {
      const holdings = [
        2,
        ...(own?.holdings.slice(1, 3) ?? []),
        scope,
        ...(own?.holdings.slice(1, 3) ?? []),
      ];
      const table = { ...users.tables.users, blocks: [[{ ...own, holdings }]] };
      return listOf(
        packUsers({ ...users, tables: { ...users.tables, users: table as never } }, 0),
        0,
      );
    };
    expect(far(2 ** 30)).toEqual([OTHER]);
    expect(far(2 ** 30 - 1)).toEqual([PLAIN, 4, 2 ** 31 - 2]);
  });

  test('of users says of no scope where no role may unlock', () => {
    const users = snapshotOf(
      compiled({ assignments: [right('a', 'u0', { scope: { type: 'group', id: 'g0' } })] }),
    );
    expect(listOf(packUsers({ ...users, mayUnlock: undefined }, 0), 0)).toEqual([PLAIN]);
  });
});

describe('after a change', () => {
  test('the packs of blocks that stayed are kept, of all sizes of blocks', () => {
    const engine = compiled();
    const s = snapshotOf(engine);
    for (const index of [0, 1]) {
      packDoors(s, index);
      packUsers(s, index);
      packGroups(s, index);
    }
    const packsAfter = (put: object) => {
      const { packs } = snapshotOf(engine.apply({ put } as Changes));
      return { doors: packs.doors, users: packs.users, groups: packs.groups };
    };
    const { doors: ofDoors, users, groups } = s.packs;
    expect(packsAfter({ links: [{ id: 'l' }] })).toEqual(s.packs);
    // Door 100 lies in the second small block of the first pack.
    expect(packsAfter({ doors: [{ ...doors[100], lock: 'offline' }] })).toEqual({
      ...{ doors: [undefined, ofDoors[1]], users, groups },
    });
    expect(packsAfter({ doors: [doors[BLOCK_SIZE + 1]] }).doors).toEqual([ofDoors[0], undefined]);
    expect(packsAfter({ users: [{ id: 'u0', active: false }] }).users).toEqual([
      undefined,
      users[1],
    ]);
    expect(packsAfter({ groups: [{ id: `g${BLOCK_SIZE + 1}` }] }).groups).toEqual([
      groups[0],
      undefined,
    ]);
    expect(ofDoors).toHaveLength(2);
  });
});

test('nothing is packed before it is asked about', () => {
  const empty = compilePolicy<unknown>({ version: 1, organization: { id: 'org' } });
  for (const engine of [compiled(), empty]) {
    const packs = Object.values(snapshotOf(engine).packs).flat();
    expect(packs.filter((packed) => packed !== undefined)).toEqual([]);
  }
});
