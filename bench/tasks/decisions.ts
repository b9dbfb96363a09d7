/** May a user unlock a door: doorwright, two floors and five peers on one world. */
import { compilePolicy, parsePolicy } from '../../src/index.js';
import type { Contender } from '../contender.js';
import { mapSetFloor } from '../floors/map-set.js';
import { typedArrayFloor } from '../floors/typed-arrays.js';
import { accesscontrolPeer } from '../peers/accesscontrol.js';
import { casbinPeer } from '../peers/casbin.js';
import { caslPeer } from '../peers/casl.js';
import { cedarPeer } from '../peers/cedar.js';
import { easyRbacPeer } from '../peers/easy-rbac.js';
import { type Effort, type Lap, race } from '../race.js';
import { siteOf } from '../site.js';
import type { Table } from '../table.js';
import { buildWorld, type World, type WorldName } from '../worlds.js';

/** Requests asked of the two slowest peers, by world: they take up to a fifth of a second for one. */
const CASBIN_INPUTS: Readonly<Record<WorldName, number>> = { S: 512, M: 48, L: 6 };
const CEDAR_INPUTS = 512;

/** Doorwright's three ways to ask, as contenders. */
export function doorwrightContenders(world: World): Contender[] {
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  const engine = compilePolicy(parsed.value);
  return [
    { name: 'doorwright check', check: (request) => engine.check(request) },
    { name: 'doorwright decide', check: (request) => engine.decide(request).decision },
    { name: 'doorwright explain', check: (request) => engine.explain(request).decision.decision },
  ];
}

/** The two floors. */
export function floorContenders(world: World): Contender[] {
  const site = siteOf(world.policy);
  return [mapSetFloor(site), typedArrayFloor(site)];
}

/** Every peer. */
export async function peerContenders(world: World): Promise<Contender[]> {
  const site = siteOf(world.policy);
  const asked = (count: number): Set<string> =>
    new Set(world.requests.slice(0, count).map((request) => request.subject.id));
  const casbinInputs = CASBIN_INPUTS[world.name];
  return [
    caslPeer(site, asked(world.requests.length)),
    easyRbacPeer(site),
    accesscontrolPeer(site),
    cedarPeer(site, asked(CEDAR_INPUTS), CEDAR_INPUTS),
    await casbinPeer(site, asked(casbinInputs), casbinInputs),
  ];
}

/** Measures one world. */
export async function decisionsTable(
  name: WorldName,
  effort: Effort,
  withPeers: boolean,
): Promise<Table> {
  const world = buildWorld(name);
  const contenders = [
    ...floorContenders(world),
    ...doorwrightContenders(world),
    ...(withPeers ? await peerContenders(world) : []),
  ];
  const laps = await race(contenders, world.requests, effort);
  const { users, doors, groups } = world.size;
  return {
    id: `decisions-${name}`,
    title: `World ${name}: may this user unlock this door?`,
    columns: [
      { key: 'name', title: 'contender', unit: 'text' },
      { key: 'min', title: 'min', unit: 'nanoseconds' },
      { key: 'median', title: 'median', unit: 'nanoseconds' },
      { key: 'spread', title: '± MAD', unit: 'nanoseconds' },
      { key: 'p99', title: 'p99', unit: 'nanoseconds' },
      { key: 'toMaps', title: '÷ Map and Set', unit: 'ratio' },
      { key: 'toArrays', title: '÷ typed arrays', unit: 'ratio' },
      { key: 'inputs', title: 'requests', unit: 'count' },
    ],
    rows: laps.map((lap) => rowOf(lap, laps[0]!, laps[1]!)),
    notes: [
      `${users} users, ${doors} doors, ${groups} groups, ${world.policy.assignments?.length} assignments`,
      ...laps.flatMap((lap) => (lap.note === undefined ? [] : [`${lap.name}: ${lap.note}`])),
    ],
  };
}

function rowOf(lap: Lap, maps: Lap, arrays: Lap): Record<string, string | number> {
  return {
    name: lap.name,
    min: lap.batch.min,
    median: lap.batch.median,
    spread: lap.batch.spread,
    p99: lap.single.p99,
    toMaps: lap.batch.median / maps.batch.median,
    toArrays: lap.batch.median / arrays.batch.median,
    inputs: lap.inputs,
  };
}
