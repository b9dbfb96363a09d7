/** The lock says what the engine says: over random sites, phones and instants, weeks in which the clock jumps included. */
import { describe, expect, test } from 'vitest';
import { judgeTime } from '../../protocol/lock/time-check.js';
import { grantClaims } from '../../protocol/objects/grant.js';
import { compilePolicy, type Engine } from '../../src/index.js';
import type { LoweredDevice, LoweredDoor, LoweredGrant } from '../../src/lowering/grant.js';
import { lower, lowerDevice } from '../../src/lowering/lower.js';
import type { Policy } from '../../src/policy/document.js';
import { openable } from '../helpers/openings.js';
import { overWorlds, type Scene } from '../helpers/worlds.js';
import { faultsOf, opens } from './lock.js';
import { offline, unevenly } from './offline-worlds.js';

const HOUR = 3600;
const ALL_BUT_SECOND_FACTOR = 15;
const ALL = 31;

/** A policy, one phone of it, and a life. */
interface Case {
  readonly policy: Policy;
  readonly engine: Engine;
  readonly user: string;
  readonly credential: string;
  readonly from: number;
  readonly until: number;
  readonly lowered: LoweredDevice;
}

const counts = { grants: 0, windows: 0, secondFactor: 0, permits: 0, refusals: 0, shortened: 0 };

describe('at an offline door the lock opens exactly when the policy permits', () => {
  test('at every second of the life, where rules begin and end on the minute', () => {
    overWorlds(150, 0, (scene) => {
      const one = caseOf(scene, offline(scene, scene.draw));
      for (const each of lockDoors(one)) compare(one, each, instantsOf(one, each, scene), 'equal');
    });
    // The worlds are not idle ones.
    expect(counts.grants).toBeGreaterThan(100);
    expect(counts.windows).toBeGreaterThan(15);
    expect(counts.secondFactor).toBeGreaterThan(10);
    expect(counts.shortened).toBeGreaterThan(10);
    expect(counts.permits).toBeGreaterThan(10_000);
    expect(counts.refusals).toBeGreaterThan(10_000);
  });

  test('never at another second, and at every one a minute away from a change, where rules begin and end within minutes', () => {
    overWorlds(120, 0, (scene) => {
      const policy = unevenly(offline(scene, scene.draw), scene.draw);
      const one = caseOf(scene, policy);
      for (const each of lockDoors(one)) compare(one, each, instantsOf(one, each, scene), 'inward');
    });
  });
});

test('a grant is one the protocol can say, lies in its life, rests on what permits, and reads the log only for those who may', () => {
  let logs = 0;
  overWorlds(120, 0, (scene) => {
    const one = caseOf(scene, offline(scene, scene.draw));
    for (const door of one.lowered.doors) {
      expect(door.until).toBeLessThanOrEqual(one.until);
      for (const grant of door.grants) {
        expect(faultsOf(grant)).toEqual([]);
        expect(grant.nbf).toBeGreaterThanOrEqual(door.from);
        expect(grant.exp).toBeLessThanOrEqual(door.until);
        expect(asClaims(grant)).toMatchObject({ ok: true });
        const secondFactor = (grant.requirements & 16) !== 0;
        const answer = one.engine.decide(tap(one, door.door, grant.nbf, secondFactor));
        expect(answer.decision).toBe(true);
        expect(answer.context.grants.every((id) => grant.assignments.includes(id))).toBe(true);
        if ((grant.scope & 8) !== 0) logs += 1;
        if ((grant.scope & 8) !== 0) expect(seesHardware(one, door.door, grant)).toBe(true);
      }
    }
  });
  expect(logs).toBeGreaterThan(2);
});

test('one door is lowered alone as with all others', () => {
  overWorlds(80, 0, (scene) => {
    const one = caseOf(scene, offline(scene, scene.draw));
    for (const door of one.lowered.doors) expect(alone(one, door.door)).toEqual(door);
    for (const { door, reason } of one.lowered.notLowered) {
      expect(alone(one, door)).toMatchObject({ door, reason, grants: [] });
    }
  });
});

test('counting the openings of assignments takes no access away and adds none', () => {
  overWorlds(80, 0, (scene) => {
    const { draw } = scene;
    const one = caseOf(scene, offline(scene, draw));
    const ids = (one.policy.assignments ?? []).map(({ id }) => id);
    const uses = new Map(
      draw.some(50, ids).map((id) => [id, { count: draw.int(1, 9), until: draw.int(1, 9) }]),
    );
    for (const { door } of one.lowered.doors) {
      const plain = alone(one, door);
      const counted = lower(one.engine, { ...questionOf(one), door, options: { ...LONG, uses } });
      for (const { uses: own, assignments, scope } of counted.grants) {
        expect(assignments.some((id) => uses.has(id))).toBe(own !== undefined);
        if (own === undefined) continue;
        const { assignment, ...share } = own;
        expect([assignments, share, scope]).toEqual([[assignment], uses.get(assignment), 3]);
      }
      for (const t of instantsOf(one, plain, scene)) {
        if (t >= Math.min(plain.until, counted.until)) continue;
        for (const asserted of [ALL_BUT_SECOND_FACTOR, ALL])
          expect(anyOpens(counted, t, asserted)).toBe(anyOpens(plain, t, asserted));
      }
    }
  });
});

const LONG = { guestLifeSeconds: 2_592_000, lifeSeconds: new Map() };

function caseOf({ draw, anchor }: Scene, policy: Policy): Case {
  const engine = compilePolicy<unknown>(policy);
  const phones = policy.credentials!;
  const busy = phones.filter(({ user }) => hasRight(policy, user));
  const { id: credential, user } = draw.pick(busy.length > 0 && draw.chance(90) ? busy : phones);
  const from =
    Math.floor(anchor / 1000) - draw.int(0, 72) * HOUR + draw.pick([0, 0, 1, -1, 30, -1799]);
  const until =
    from + draw.pick([600, 24 * HOUR, 72 * HOUR, 72 * HOUR, 168 * HOUR, 168 * HOUR, 720 * HOUR]);
  const base = { policy, engine, user, credential, from, until };
  return { ...base, lowered: lowerDevice(engine, questionOf(base)) };
}

/** Whether a user, or a team he may be in, has a right that opens. */
function hasRight(policy: Policy, user: string): boolean {
  return openable(policy).some(
    ({ subject: { type, id }, enabled }) =>
      enabled !== false && (type === 'team' || (type === 'user' && id === user)),
  );
}

function questionOf(one: Omit<Case, 'lowered'>) {
  const { user, credential, from, until } = one;
  return { user, credential, from, until, options: LONG };
}

function alone(one: Case, door: string): LoweredDoor {
  return lower(one.engine, { ...questionOf(one), door });
}

/** Every door, those at which nothing opens too. */
function lockDoors(one: Case): LoweredDoor[] {
  return one.policy.doors!.map(({ id }) => alone(one, id));
}

function tap(one: Case, door: string, t: number, secondFactor: boolean) {
  const reader = one.policy
    .doors!.find(({ id }) => id === door)!
    .readers?.find(({ direction }) => direction !== 'exit')?.id;
  return {
    subject: { type: 'user', id: one.user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: t * 1000, method: 'tap', reader, device: one.credential, secondFactor },
  };
}

/** Whether the policy lets the holder see the hardware of the door wherever a window of the grant begins or ends. */
function seesHardware(one: Case, door: string, grant: LoweredGrant): boolean {
  const resource = { type: 'hardware', id: '*', properties: { scope: { type: 'door', id: door } } };
  return edgesOf(grant)
    .flatMap((edge) => [edge - 1, edge])
    .filter((t) => opens(grant, t, ALL))
    .every((t) =>
      one.engine.check({ ...tap(one, door, t, false), action: { name: 'view' }, resource }),
    );
}

function anyOpens({ grants }: LoweredDoor, t: number, asserted: number): boolean {
  return grants.some((grant) => opens(grant, t, asserted));
}

/** Holds lock against engine at instants; a device that is no phone gets nothing. */
function compare(
  one: Case,
  all: LoweredDoor,
  instants: readonly number[],
  kind: 'equal' | 'inward',
): void {
  const { engine, lowered, policy, credential } = one;
  const { door } = all;
  const isListed = lowered.doors.some((each) => each.door === door);
  expect(isListed).toBe(all.grants.length > 0);
  counts.grants += all.grants.length;
  counts.windows += all.grants.filter(({ windows }) => windows !== undefined).length;
  counts.secondFactor += all.grants.filter(({ requirements }) => requirements & 16).length;
  counts.shortened += all.until < one.until ? 1 : 0;
  const isPhone = policy.credentials!.find(({ id }) => id === credential)!.kind === 'phone';
  for (const t of instants) {
    for (const secondFactor of [false, true]) {
      const lock = anyOpens(all, t, secondFactor ? ALL : ALL_BUT_SECOND_FACTOR);
      const permits = isPhone && engine.check(tap(one, door, t, secondFactor));
      if (lock !== all.grants.some((grant) => opensByProtocol(grant, t, secondFactor))) {
        fail('and the protocol differ', one, door, t, secondFactor, all);
      }
      if (lock) counts.permits += 1;
      else counts.refusals += 1;
      if (lock && !permits) fail('opens', one, door, t, secondFactor, all);
      if (lock || !permits || t < all.from || t >= all.until) continue;
      if (kind === 'equal' || isAwayFromChange(one, door, t, secondFactor)) {
        fail('stays shut', one, door, t, secondFactor, all);
      }
    }
  }
}

/** The same by the lock's own code, with a clock that is right. */
function opensByProtocol(grant: LoweredGrant, t: number, secondFactor: boolean): boolean {
  const life = { from: 0, until: Number.POSITIVE_INFINITY };
  const status = judgeTime(grant as never, life, { lo: t, hi: t }, false);
  return status === undefined && (secondFactor || (grant.requirements & 16) === 0);
}

/** Whether the engine permits from a minute before an instant to a minute after it. */
function isAwayFromChange(one: Case, door: string, t: number, secondFactor: boolean): boolean {
  if (t - 60 < one.from) return false;
  const { decision, context } = one.engine.decide(tap(one, door, t - 60, secondFactor), {
    validUntil: true,
  });
  const until =
    context.validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(context.validUntil!);
  return decision && until > (t + 60) * 1000;
}

function fail(
  what: string,
  one: Case,
  door: string,
  t: number,
  secondFactor: boolean,
  lowered: LoweredDoor,
): never {
  const { user, credential, from, until } = one;
  const at = new Date(t * 1000).toISOString();
  throw new Error(
    `the lock ${what} ${JSON.stringify({ at, door, secondFactor, user, credential, from, until, lowered })}`,
  );
}

/** Edges of the grants and of the policy, each with the seconds around it; a grid, and seconds at random. */
function instantsOf(one: Case, { grants }: LoweredDoor, { draw, anchor }: Scene): number[] {
  const { from, until, policy } = one;
  const edges: number[] = [from, until, Math.floor(anchor / 1000)];
  for (const grant of grants) edges.push(...edgesOf(grant));
  for (const [text] of JSON.stringify(policy).matchAll(
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g,
  )) {
    edges.push(Math.floor(Date.parse(text) / 1000));
  }
  const around = edges.flatMap((t) => [t - 60, t - 1, t, t + 1, t + 60]);
  const length = until - from;
  const grid = Array.from({ length: 97 }, (_, i) => from + Math.floor((i * length) / 96));
  const halves = Array.from({ length: 49 }, (_, i) => anchor / 1000 + (i - 24) * 1800);
  const random = Array.from({ length: 40 }, () => from + draw.int(-HOUR, length + HOUR));
  return [...around, ...grid, ...halves, ...random].filter((t) => t >= 0);
}

function edgesOf({ nbf, exp, windows = [] }: LoweredGrant): number[] {
  const base = 60 * Math.floor(nbf / 60);
  return [nbf, exp, ...windows.map((edge) => base + 60 * edge)];
}

function asClaims({ nbf, exp, windows, timePolicy, requirements, scope }: LoweredGrant) {
  const id = new Uint8Array(8);
  const key = { kind: 'ed25519' as const, x: new Uint8Array(32) };
  const claims = {
    ...{ lockId: id, exp, nbf, iat: nbf, id, key, scope, version: 1 as const, tags: [id, id] },
    ...{ timePolicy, requirements, policyVersion: 1 },
    ...(windows === undefined ? {} : { windows: [...windows] }),
  };
  return grantClaims.parse(grantClaims.encode(claims as never));
}
