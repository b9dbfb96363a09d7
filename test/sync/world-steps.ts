/** What can happen in the world of the properties, as data that fast-check draws and shrinks. */
import fc from 'fast-check';
import { DEVICES, LOCKS, PERMISSIONS, type World } from './world.js';

/** One thing that happens. */
export type Step =
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'pass_to_end'; readonly grant: number; readonly offset: number }
  | { readonly do: 'issue'; readonly lock: number }
  | { readonly do: 'revoke'; readonly lock: number; readonly permission: string }
  | {
      readonly do: 'narrow';
      readonly lock: number;
      readonly permission: string;
      readonly device: string | null;
    }
  | { readonly do: 'widen'; readonly lock: number; readonly permission: string }
  | {
      readonly do: 'offer';
      readonly device: string;
      readonly tpol: 0 | 1 | 2;
      readonly days: number;
    }
  | { readonly do: 'fetch'; readonly device: string }
  | {
      readonly do: 'visit';
      readonly device: string;
      readonly lock: number;
      readonly withholds: boolean;
      readonly grant: number;
      readonly isOnline: boolean;
    }
  | { readonly do: 'deliver' | 'drop' | 'repeat'; readonly message: number }
  | { readonly do: 'cut_power'; readonly lock: number }
  | { readonly do: 'save_flash'; readonly lock: number }
  | { readonly do: 'restore_flash'; readonly lock: number; readonly image: number }
  | { readonly do: 'commission'; readonly lock: number }
  | { readonly do: 'backup' }
  | { readonly do: 'restore_server'; readonly backup: number };

const lock = fc.nat(LOCKS.length - 1);
const device = fc.constantFrom(...DEVICES);
const permission = fc.constantFrom(...Object.keys(PERMISSIONS).filter((id) => id !== 'care'));
const small = fc.nat(7);
const visit = fc.record({
  do: fc.constant('visit' as const),
  device,
  lock,
  withholds: fc.boolean(),
  grant: fc.nat(3),
  isOnline: fc.boolean(),
});
const message = (kind: 'deliver' | 'drop' | 'repeat') =>
  fc.record({ do: fc.constant(kind), message: small });

/** Steps that a lock and its clock survive with their memory in order. */
const ORDERLY: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.oneof(fc.integer({ min: 1, max: 7200 }), fc.integer({ min: 1, max: 2_000_000 })),
    }),
  },
  // Shortly before or after a grant ends is where a claim may be early.
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass_to_end' as const),
      grant: small,
      offset: fc.integer({ min: -300, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('issue' as const), lock }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revoke' as const), lock, permission }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('narrow' as const),
      lock,
      permission,
      device: fc.option(device, { nil: null }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('widen' as const), lock, permission }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('offer' as const),
      device,
      tpol: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
      days: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('fetch' as const), device }) },
  { weight: 10, arbitrary: visit },
  { weight: 12, arbitrary: message('deliver') },
  { weight: 2, arbitrary: message('drop') },
  { weight: 2, arbitrary: message('repeat') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut_power' as const), lock }) },
];

/** Steps in which somebody's memory is put back or lost. */
const DISORDERLY: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 2, arbitrary: fc.record({ do: fc.constant('save_flash' as const), lock }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restore_flash' as const), lock, image: small }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('commission' as const), lock }) },
];
const SERVER: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 2, arbitrary: fc.record({ do: fc.constant('backup' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restore_server' as const), backup: small }),
  },
];

const steps = (choices: readonly fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof(...choices), { minLength: 10, maxLength: 80, size: 'max' });

/** Histories: with everything; without flash put back; with neither that nor backups. */
export const anySteps = steps([...ORDERLY, ...DISORDERLY, ...SERVER]);
export const stepsWithoutFlash = steps([...ORDERLY, ...SERVER]);
export const orderlySteps = steps(ORDERLY);

/** Does a step. One that makes no sense now does nothing. */
export function take(world: World, step: Step): void {
  const id = 'lock' in step ? (LOCKS[step.lock] ?? LOCKS[0]) : LOCKS[0];
  switch (step.do) {
    case 'pass':
      world.pass(step.seconds);
      break;
    case 'pass_to_end': {
      const grant = world.grants[world.grants.length - 1 - step.grant];
      if (grant !== undefined) world.pass(Math.max(0, grant.exp + step.offset - world.now));
      break;
    }
    case 'issue':
      world.issue(id, []);
      break;
    case 'revoke':
      world.issue(id, [{ kind: 'revoke', permission: step.permission }]);
      break;
    case 'narrow': {
      const devices = step.device === null ? {} : { devices: [step.device] };
      world.issue(id, [{ kind: 'narrow', permission: step.permission, ...devices }]);
      break;
    }
    case 'widen': {
      const devices = PERMISSIONS[step.permission] ?? [];
      const door = world.doorOf(id);
      world.apply({ kind: 'widened', door, permission: step.permission, devices });
      break;
    }
    case 'offer':
      world.offer(step.device, step.tpol, step.days * 86_400);
      break;
    case 'fetch':
      world.fetch(step.device);
      break;
    case 'visit':
      world.visit(step.device, id, step);
      break;
    case 'deliver':
    case 'drop':
    case 'repeat':
      passOn(world, step);
      break;
    case 'cut_power':
      world.locks[id]?.cutPower();
      break;
    case 'save_flash':
      world.images[id]?.push(world.locks[id]?.image());
      break;
    case 'restore_flash': {
      const images = world.images[id] ?? [];
      const image = images[step.image % Math.max(1, images.length)];
      if (image === undefined) return;
      world.locks[id]?.restore(image);
      world.wasRestored[id] = true;
      break;
    }
    case 'commission':
      world.commission(id);
      break;
    case 'backup':
      world.backups.push(world.server);
      break;
    case 'restore_server':
      world.restoreServer(step.backup);
      break;
    default:
      throw new Error(`unknown step \`${String(step satisfies never)}\``);
  }
}

/** Any message may come next, so they are late, lost, repeated and out of order. */
function passOn(
  world: World,
  step: Extract<Step, { readonly do: 'deliver' | 'drop' | 'repeat' }>,
): void {
  const { network } = world;
  const index = step.message % Math.max(1, network.length);
  const message = network[index];
  if (message === undefined) return;
  if (step.do !== 'repeat') network.splice(index, 1);
  if (step.do !== 'drop') world.deliver(message);
}
