/** The shape of a state document: one node for each type of state.ts, checked as policies are. */
import { type Shape, shapeOf } from '../policy/shape.js';
import type { ShapeNode } from '../policy/shape-bounds.js';
import { INSTANT_END } from '../values/instant.js';
import { ASSIGNMENTS_MAX, ID_LIST_MAX, PEOPLE_MAX, THINGS_MAX } from '../values/limits.js';
import { isHex, isId } from './checks.js';
import {
  BUNDLES_OPEN_MAX,
  DRIFT_PPM_MAX,
  RECEIPTS_KEPT_MAX,
  VERSIONS_KEPT_MAX,
  VISITS_KEPT_MAX,
} from './limits.js';

/** One bound of a node; the first step of a pipe is the node itself, as valibot has it. */
const bounded = (
  node: ShapeNode,
  steps: readonly {
    readonly type: string;
    readonly requirement?: unknown;
    readonly message?: string;
  }[],
): ShapeNode => ({
  ...node,
  pipe: [node, ...steps].map((step) => ({ ...step, kind: 'validation' })),
});
const text = (message: string, requirement: (value: string) => boolean): ShapeNode =>
  bounded({ type: 'string' }, [{ type: 'check', requirement, message }]);
const hex = (bytes: number): ShapeNode =>
  text(`must be ${bytes} bytes in lower-case hex`, (value) => isHex(value, bytes));
const id = text('must be letters, digits and . _ ~ : @ + - only, at most 128', isId);
const whole = (most: number): ShapeNode =>
  bounded({ type: 'number' }, [
    { type: 'integer' },
    { type: 'min_value', requirement: 0 },
    { type: 'max_value', requirement: most },
  ]);
const count = whole(Number.MAX_SAFE_INTEGER - 1);
/** Milliseconds by mistake are out of range. */
const seconds = whole(INSTANT_END / 1000 - 1);
const flag: ShapeNode = { type: 'boolean' };
const choice = (...options: readonly (string | number)[]): ShapeNode => ({
  type: 'picklist',
  options,
});
const list = (item: ShapeNode, most: number): ShapeNode =>
  bounded({ type: 'array', item }, [{ type: 'max_length', requirement: most }]);
const record = (key: ShapeNode, value: ShapeNode, most: number): ShapeNode =>
  bounded({ type: 'record', key, value }, [{ type: 'max_entries', requirement: most }]);

/** An object; members of `optional` may be missing. */
function object(
  members: Readonly<Record<string, ShapeNode>>,
  optional: Readonly<Record<string, ShapeNode>> = {},
): ShapeNode {
  const left = Object.entries(optional).map(([name, wrapped]) => {
    return [name, { type: 'optional', wrapped }] as const;
  });
  return { type: 'strict_object', entries: { ...members, ...Object.fromEntries(left) } };
}

const version = object({ trustEpoch: count, pv: count, post: hex(16) });
const alarm = object(
  {
    kind: choice('clock', 'rollback', 'fork', 'unknown_state'),
    at: seconds,
    pv: count,
  },
  { clearedFrom: count },
);
const receipt = object({
  seq: count,
  sha256: hex(32),
  trustEpoch: count,
  pv: count,
  ctr: hex(8),
  lo: count,
});
const widening = object({ acknowledged: flag }, { device: id, bundle: count, until: seconds });
const change = object({ revoked: flag, widenings: list(widening, ID_LIST_MAX) }, { rv: count });
const grant = object({
  device: id,
  permissions: list(id, ID_LIST_MAX),
  from: seconds,
  exp: seconds,
  tpol: choice(0, 1, 2),
  bundle: count,
  taken: record(id, count, ID_LIST_MAX),
});
const carrier = object({
  since: seconds,
  visits: list(seconds, VISITS_KEPT_MAX),
  holdings: list(object({ pv: count, at: seconds }), VERSIONS_KEPT_MAX),
});
const lock = object(
  {
    door: id,
    driftPpm: whole(DRIFT_PPM_MAX),
    lowerBoundGrants: flag,
    stage: choice('installed', 'commissioned', 'active'),
    issued: list(version, VERSIONS_KEPT_MAX),
    issuedFrom: count,
    versionMin: count,
    snapshotNeeded: flag,
    alarms: list(alarm, 4),
    receipts: list(receipt, RECEIPTS_KEPT_MAX),
    receiptsFrom: count,
    changes: record(id, change, ASSIGNMENTS_MAX),
    grants: record(hex(8), grant, ASSIGNMENTS_MAX),
    carriers: record(id, carrier, PEOPLE_MAX),
  },
  {
    ack: object({ pv: count, at: seconds }),
    provenLo: count,
    clockResets: object({ pv: count, open: count }),
    staleBelow: count,
    lost: object({ at: seconds }, { refusedFrom: count }),
    lastOpening: seconds,
  },
);

const device = object({
  acknowledged: count,
  issued: count,
  bundleMin: count,
  open: list(object({ seq: count, versions: record(hex(8), count, THINGS_MAX) }), BUNDLES_OPEN_MAX),
});

/** The shape of a whole document, compiled when first asked for. */
export function stateShape(): Shape {
  STATE_SHAPE ??= shapeOf(STATE);
  return STATE_SHAPE;
}

let STATE_SHAPE: Shape | undefined;

const STATE = object({
  version: choice(1),
  clockErrorSeconds: seconds,
  knownUntil: seconds,
  doors: record(
    id,
    object({ connection: choice('online', 'offline') }, { lock: hex(8) }),
    THINGS_MAX,
  ),
  permissions: record(id, object({ holder: id, doors: list(id, THINGS_MAX) }), ASSIGNMENTS_MAX),
  locks: record(hex(8), lock, THINGS_MAX),
  devices: record(id, device, PEOPLE_MAX),
});
