/** A small building whose history is known write by write, and a source of its feed, for judging readers. */
import type { Delta, Heartbeat, Position, SnapshotHead } from '../../src/distribution/message.js';
import { withdrawalsOf } from '../../src/distribution/withdrawals-of.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';
import { changed } from '../helpers/changes.js';

export const USERS = ['ada', 'bob', 'eve'] as const;
export const DOORS = ['front', 'vault'] as const;
const GROUPS = ['staff', 'keepers'] as const;

/** One write, in words that say what it takes away without asking the code under test. */
export type Write =
  | { readonly kind: 'grant' | 'end'; readonly user: number; readonly group: number }
  | { readonly kind: 'deactivate' | 'activate'; readonly user: number }
  | { readonly kind: 'lock_down' | 'lift' | 'restrict' | 'relax'; readonly door: number }
  | { readonly kind: 'add' | 'take_out'; readonly group: number; readonly door: number }
  | { readonly kind: 'disable' | 'enable'; readonly group: number };

/** One revision of the truth. */
export interface Told {
  readonly write: Write | undefined;
  readonly policy: Policy;
  readonly engine: Engine;
  readonly position: Position;
  readonly delta: Delta | undefined;
}

const START: Policy = {
  version: 1,
  revision: 1,
  organization: { id: 'org', timeZone: 'UTC' },
  places: [{ id: 'hq' }],
  doors: DOORS.map((id) => ({
    id,
    place: 'hq',
    readers: [{ id: `${id}-in` }, { id: `${id}-out`, direction: 'exit' as const }],
  })),
  groups: GROUPS.map((id, index) => ({ id, doors: [DOORS[index] as string] })),
  users: USERS.map((id) => ({ id })),
  assignments: [grantOf(0, 0), grantOf(0, 1), grantOf(1, 0), grantOf(2, 1)],
};

/** The chain of a made-up history: whoever writes something else gets another. */
const chainOf = (epoch: number, revision: number, branch: number): string =>
  `${branch}a${String(epoch).padStart(7, '0')}${String(revision).padStart(8, '0')}`.padStart(
    64,
    '0',
  );

/** A source with its whole history. */
export class Source {
  readonly told: Told[] = [];
  epoch = 1;
  branch = 0;

  constructor() {
    this.told.push(this.#at(undefined, START, compilePolicy(START), undefined));
  }

  get head(): Told {
    return this.told.at(-1) as Told;
  }

  /** Writes, if the write changes anything. */
  write(write: Write): void {
    const { policy, engine } = this.head;
    const changes = changesOf(write, policy);
    if (changes === undefined) return;
    const numbered = { ...changes, revision: engine.revision + 1 };
    const after = engine.apply(numbered);
    this.told.push(this.#at(write, changed(policy, numbered), after, numbered));
  }

  /** Goes back to an earlier revision as a restored backup does; honestly, under a new epoch. */
  restore(back: number, isHonest: boolean): void {
    this.told.length = Math.max(1, this.told.length - back);
    if (isHonest) this.epoch += 1;
    this.branch += 1;
    if (!isHonest) return;
    const { policy, engine } = this.head;
    this.told[this.told.length - 1] = this.#at(undefined, policy, engine, undefined);
  }

  heartbeat(at: number): Heartbeat {
    const { position } = this.head;
    const since = Math.max(0, position.revision - 3);
    const withdrawn = this.told.flatMap(({ delta }) =>
      delta?.withdraws === undefined || delta.revision <= since || delta.epoch !== this.epoch
        ? []
        : [{ revision: delta.revision, withdraws: delta.withdraws }],
    );
    return { kind: 'heartbeat', ...about(position, at), withdrawn, withdrawnSince: since };
  }

  snapshotHead(at: number): SnapshotHead {
    const parts = [{ bytes: 1, sha256: '0'.repeat(64) }];
    return { kind: 'snapshot', ...about(this.head.position, at), parts };
  }

  #at(
    write: Write | undefined,
    policy: Policy,
    engine: Engine,
    changes: (Changes & { revision: number }) | undefined,
  ): Told {
    const { revision } = engine;
    const chain = chainOf(this.epoch, revision, this.branch);
    const position = { epoch: this.epoch, revision, chain };
    if (changes === undefined) return { write, policy, engine, position, delta: undefined };
    const before = this.head;
    const withdraws = withdrawalsOf(before.engine, changes);
    const delta: Delta = {
      kind: 'delta',
      ...about(position, 0),
      previous: before.position.chain,
      changes,
      ...(withdraws === undefined ? {} : { withdraws }),
    };
    return { write, policy, engine, position, delta };
  }
}

/** Every question about a body at a door here. */
export const QUESTIONS: readonly AccessRequest[] = USERS.flatMap((user) =>
  DOORS.flatMap((door) =>
    [{ method: 'remote' }, { method: 'tap', reader: `${door}-in` }].map((facts) => ({
      subject: { type: 'user', id: user },
      action: { name: 'unlock' },
      resource: { type: 'door', id: door },
      context: { time: '2026-03-02T12:00:00Z', ...facts },
    })),
  ),
);

/** A policy from which what a write takes away is taken, by plain edits. */
export function without(policy: Policy, write: Write): Policy {
  const { assignments = [], users = [], groups = [], doors = [], lockdowns = [] } = policy;
  switch (write.kind) {
    case 'end': {
      const id = rightOf(write);
      return { ...policy, assignments: assignments.filter((one) => one.id !== id) };
    }
    case 'deactivate': {
      const id = USERS[write.user];
      return {
        ...policy,
        users: users.map((one) => (one.id === id ? { ...one, active: false } : one)),
      };
    }
    case 'disable': {
      const id = GROUPS[write.group];
      const off = groups.map((one) => (one.id === id ? { ...one, enabled: false } : one));
      return { ...policy, groups: off };
    }
    case 'take_out': {
      const [group, door] = [GROUPS[write.group], DOORS[write.door]];
      const less = groups.map((one) =>
        one.id === group ? { ...one, doors: one.doors?.filter((id) => id !== door) ?? [] } : one,
      );
      return { ...policy, groups: less };
    }
    case 'restrict': {
      const id = DOORS[write.door];
      const bound = doors.map((one) =>
        one.id === id ? { ...one, restrictions: { reader: true } } : one,
      );
      return { ...policy, doors: bound };
    }
    case 'lock_down': {
      const door = DOORS[write.door] as string;
      const others = lockdowns.filter(({ id }) => id !== `shut-${door}`);
      return { ...policy, lockdowns: [...others, shut(door)] };
    }
    default:
      return policy;
  }
}

/** What a write does to a policy; undefined where it would change nothing. */
function changesOf(write: Write, policy: Policy): Changes | undefined {
  const find = <T extends { readonly id: string }>(list: readonly T[] | undefined, id: string) =>
    list?.find((one) => one.id === id);
  switch (write.kind) {
    case 'grant':
    case 'end': {
      const id = rightOf(write);
      const isThere = find(policy.assignments, id) !== undefined;
      if (write.kind === 'end') return isThere ? { remove: { assignments: [id] } } : undefined;
      if (isThere) return undefined;
      return { put: { assignments: [grantOf(write.user, write.group)] } };
    }
    case 'deactivate':
    case 'activate': {
      const user = find(policy.users, USERS[write.user] as string);
      const active = write.kind === 'activate';
      if (user === undefined || (user.active ?? true) === active) return undefined;
      return { put: { users: [{ ...user, active }] } };
    }
    case 'lock_down':
    case 'lift': {
      const door = DOORS[write.door] as string;
      const isThere = find(policy.lockdowns, `shut-${door}`) !== undefined;
      if (isThere === (write.kind === 'lock_down')) return undefined;
      return isThere
        ? { remove: { lockdowns: [`shut-${door}`] } }
        : { put: { lockdowns: [shut(door)] } };
    }
    case 'restrict':
    case 'relax': {
      const door = find(policy.doors, DOORS[write.door] as string);
      if (door === undefined || (door.restrictions !== undefined) === (write.kind === 'restrict')) {
        return undefined;
      }
      const { restrictions: _, ...bare } = door;
      const bound = write.kind === 'restrict' ? { ...bare, restrictions: { reader: true } } : bare;
      return { put: { doors: [bound] } };
    }
    case 'add':
    case 'take_out': {
      const group = find(policy.groups, GROUPS[write.group] as string);
      const door = DOORS[write.door] as string;
      const doors = group?.doors ?? [];
      if (group === undefined || doors.includes(door) === (write.kind === 'add')) return undefined;
      const after = write.kind === 'add' ? [...doors, door] : doors.filter((id) => id !== door);
      return { put: { groups: [{ ...group, doors: after }] } };
    }
    case 'disable':
    case 'enable': {
      const group = find(policy.groups, GROUPS[write.group] as string);
      const enabled = write.kind === 'enable';
      if (group === undefined || (group.enabled ?? true) === enabled) return undefined;
      return { put: { groups: [{ ...group, enabled }] } };
    }
  }
}

function rightOf({ user, group }: { readonly user: number; readonly group: number }): string {
  return `${USERS[user]}-${GROUPS[group]}`;
}

function grantOf(user: number, group: number) {
  const subject = { type: 'user' as const, id: USERS[user] as string };
  const scope = { type: 'group' as const, id: GROUPS[group] as string };
  return { id: rightOf({ user, group }), subject, role: 'door_access', scope };
}

function shut(door: string) {
  return { id: `shut-${door}`, scope: { type: 'door' as const, id: door } };
}

function about(position: Position, at: number) {
  return { organization: 'org', slice: '', at, ...position };
}
