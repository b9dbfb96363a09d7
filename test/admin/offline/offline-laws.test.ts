import { expect, test } from 'vitest';
import { type OfflineChange, offlineChanges } from '../../../src/admin/offline/offline-changes.js';
import { type Changes, compilePolicy, type Engine, PolicyError } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { drawChanges } from '../../helpers/changes.js';
import { overWorlds, type Scene } from '../../helpers/worlds.js';
import { offline } from '../../lowering/offline-worlds.js';

const DAY = 86_400_000;

test('whatever a phone may no longer do at an offline door is named, and whatever it may do anew', () => {
  let lost = 0;
  let won = 0;
  overWorlds(200, 0, (scene) => {
    const policy = offline(scene, scene.draw);
    const before = compilePolicy(policy);
    const changes = drawChanges(scene.draw, policy);
    const after = applied(before, changes);
    if (after === undefined) return;
    // And the way back: the same ids are named, whatever became of them.
    const ways = scene.draw.chance(50) ? ([before, after] as const) : ([after, before] as const);
    const named = new Map(
      offlineChanges(...ways, changes).map((each) => [each.door, each.changes]),
    );
    const sides = ways.map((each) => ({ engine: each, policy: each.policy }));
    for (const { door, phone, user, time } of openings(policy, scene)) {
      const [was, is] = sides.map((each) => grantsOf(each, user, phone, door, time));
      for (const id of was?.filter((each) => !is?.includes(each)) ?? []) {
        lost++;
        expect(names(named.get(door), id, phone, ['revoke', 'narrow'])).toBe(true);
      }
      for (const id of is?.filter((each) => !was?.includes(each)) ?? []) {
        won++;
        expect(names(named.get(door), id, phone, ['widen', 'narrow'])).toBe(true);
      }
    }
  });
  expect(lost).toBeGreaterThan(100);
  expect(won).toBeGreaterThan(100);
});

function names(
  changes: readonly OfflineChange[] | undefined,
  assignment: string,
  phone: string,
  kinds: readonly string[],
): boolean {
  return (changes ?? []).some(
    (each) =>
      each.assignment === assignment &&
      kinds.includes(each.kind) &&
      (each.devices === undefined || each.devices.includes(phone)),
  );
}

function applied(engine: Engine, changes: Changes): Engine | undefined {
  try {
    return engine.apply(changes);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

function* openings(policy: Policy, { anchor, draw }: Scene) {
  for (const { id: phone, kind, user } of policy.credentials ?? []) {
    if (kind !== 'phone') continue;
    for (const { id: door } of policy.doors ?? []) {
      for (let tries = 0; tries < 16; tries++) {
        yield { door, phone, user, time: anchor + draw.int(-10 * DAY, 10 * DAY) };
      }
    }
  }
}

/** Assignments by which a phone opens an offline door as its lock would judge it: somebody taps at an entry reader. */
function grantsOf(
  { engine, policy }: { readonly engine: Engine; readonly policy: Policy },
  user: string,
  device: string,
  door: string,
  time: number,
) {
  const { lock, readers = [] } = policy.doors?.find(({ id }) => id === door) ?? {};
  // No phone, no grant: an issuer asks for more than D4 does.
  const isPhone = policy.credentials?.some(({ id, kind }) => id === device && kind === 'phone');
  if (lock !== 'offline' || !isPhone) return [];
  const reader = readers.find(({ direction }) => direction !== 'exit')?.id;
  const { context } = engine.decide({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time, method: 'tap', device, reader, secondFactor: true },
  });
  return context.grants;
}
