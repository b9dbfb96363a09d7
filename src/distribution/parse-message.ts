/**
 * Messages from JSON. What is signed is believed, yet its shape is checked: a newer source may say what this reader does not
 * know. Unknown members are passed over, save where something is taken away: there they close everything.
 */
import { isPolicyId } from '../admin/policy-id.js';
import type { Outcome } from '../values/outcome.js';
import type { About, Acknowledgement, FeedMessage } from './message.js';
import type { Withdrawal } from './withdrawal.js';

/** Parts of one snapshot; at 64 kB a part, one of 2 GB. */
export const PARTS_MAX = 1 << 15;
/** Bytes of one part. */
export const PART_BYTES_MAX = 1 << 24;
/** Withdrawals one heartbeat repeats, and newer revisions one acknowledgement names. */
export const WITHDRAWN_MAX = 1000;

const HEX = /^[0-9a-f]{64}$/u;
const NOTHING_KNOWN: Withdrawal = { everything: true };

type Members = Readonly<Record<string, unknown>>;
type Parsed<T> = Outcome<T, 'message'>;

/** A message of a feed. The changes of a delta are judged by the engine that applies them. */
export function parseMessage(json: unknown): Parsed<FeedMessage> {
  if (!isObject(json)) return refused('no object');
  const about = readAbout(json);
  if (about === undefined) return refused('organization, slice, position or time is ill-formed');
  switch (json['kind']) {
    case 'snapshot':
      return readSnapshot(about, json);
    case 'delta':
      return readDelta(about, json);
    case 'heartbeat':
      return readHeartbeat(about, json);
    default:
      return refused('of no known kind');
  }
}

/** An acknowledgement, as a source reads it. */
export function parseAcknowledgement(json: unknown): Parsed<Acknowledgement> {
  if (!isObject(json)) return refused('no object');
  const { organization, slice, consumer, epoch, revision, chain, withdrawn, at } = json;
  const isNamed = isId(organization) && isSlice(slice) && isId(consumer);
  if (!isNamed || !isCount(epoch) || !isCount(revision) || !isHash(chain) || !isTime(at)) {
    return refused('organization, slice, consumer, position or time is ill-formed');
  }
  if (!Array.isArray(withdrawn) || withdrawn.length > WITHDRAWN_MAX || !isAscending(withdrawn)) {
    return refused('withdrawn is no ascending list of revisions');
  }
  const value = { organization, slice, consumer, epoch, revision, chain, withdrawn, at };
  return { ok: true, value };
}

function readAbout(json: Members): About | undefined {
  const { organization, slice, epoch, revision, chain, at } = json;
  if (!isId(organization) || !isSlice(slice) || !isTime(at)) return undefined;
  if (!isCount(epoch) || epoch === 0 || !isCount(revision) || !isHash(chain)) return undefined;
  return { organization, slice, epoch, revision, chain, at };
}

function readSnapshot(about: About, json: Members): Parsed<FeedMessage> {
  const { parts } = json;
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > PARTS_MAX) {
    return refused('no parts, or too many');
  }
  const isPart = (part: unknown): part is { bytes: number; sha256: string } =>
    isObject(part) &&
    isCount(part['bytes']) &&
    part['bytes'] <= PART_BYTES_MAX &&
    isHash(part['sha256']);
  if (!parts.every(isPart)) return refused('a part is ill-formed');
  const clean = parts.map(({ bytes, sha256 }) => ({ bytes, sha256 }));
  return { ok: true, value: { kind: 'snapshot', ...about, parts: clean } };
}

function readDelta(about: About, json: Members): Parsed<FeedMessage> {
  const { previous, changes } = json;
  if (!isHash(previous)) return refused('previous is no hash');
  if (!isObject(changes) || changes['revision'] !== about.revision) {
    return refused('changes are of another revision');
  }
  const delta = { kind: 'delta' as const, ...about, previous };
  const known = { ...changes, revision: about.revision };
  if (json['withdraws'] === undefined) return { ok: true, value: { ...delta, changes: known } };
  return {
    ok: true,
    value: { ...delta, changes: known, withdraws: readWithdrawal(json['withdraws']) },
  };
}

function readHeartbeat(about: About, json: Members): Parsed<FeedMessage> {
  const { withdrawn, withdrawnSince } = json;
  if (!isCount(withdrawnSince) || !Array.isArray(withdrawn) || withdrawn.length > WITHDRAWN_MAX) {
    return refused('withdrawn or withdrawnSince is ill-formed');
  }
  const entries: { revision: number; withdraws: Withdrawal }[] = [];
  for (const entry of withdrawn) {
    const revision: unknown = isObject(entry) ? entry['revision'] : undefined;
    const isNext = isCount(revision) && revision > (entries.at(-1)?.revision ?? withdrawnSince);
    if (!isNext || revision > about.revision) return refused('withdrawn revisions do not ascend');
    entries.push({ revision, withdraws: readWithdrawal((entry as Members)['withdraws']) });
  }
  return { ok: true, value: { kind: 'heartbeat', ...about, withdrawn: entries, withdrawnSince } };
}

/** What each member of a withdrawal holds. */
const HELD: Readonly<Record<keyof Withdrawal, 'ids' | 'elements' | 'true'>> = {
  assignments: 'ids',
  narrowedAssignments: 'ids',
  users: 'ids',
  links: 'ids',
  primaryDevices: 'ids',
  credentials: 'elements',
  members: 'elements',
  groups: 'ids',
  narrowedGroups: 'ids',
  openings: 'elements',
  doors: 'ids',
  places: 'ids',
  schedules: 'ids',
  calendars: 'elements',
  lockdowns: 'elements',
  everything: 'true',
};

/** A withdrawal that says anything this reader does not understand closes everything until it has caught up. */
function readWithdrawal(json: unknown): Withdrawal {
  if (!isObject(json)) return NOTHING_KNOWN;
  const isKnown = Object.entries(json).every(([member, value]) => {
    const held = Object.hasOwn(HELD, member) ? HELD[member as keyof Withdrawal] : undefined;
    if (held === 'true') return value === true;
    if (held === undefined || !Array.isArray(value)) return false;
    if (held === 'ids') return value.every(isId);
    const own = MEMBERS[member];
    return value.every((element) => isNamedObject(element) && hasOnly(element, own));
  });
  return isKnown ? (json as Withdrawal) : NOTHING_KNOWN;
}

/** What an element may say, and must be called by first; those left out are elements of a policy, and judged by whoever applies them. */
const MEMBERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  members: ['team', 'users', 'teams'],
  openings: ['group', 'doors', 'stops'],
  calendars: ['calendar', 'dates'],
};

function hasOnly(element: Members, own: readonly [string, ...string[]] | undefined): boolean {
  if (own === undefined) return true;
  return isId(element[own[0]]) && Object.keys(element).every((name) => own.includes(name));
}

function isNamedObject(value: unknown): value is Members {
  if (!isObject(value)) return false;
  return [value['id'], value['team'], value['group'], value['calendar']].some(isId);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && isPolicyId(value);
}

function isSlice(value: unknown): value is string {
  return value === '' || isId(value);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return isCount(value);
}

function isAscending(values: readonly unknown[]): values is readonly number[] {
  return values.every(
    (value, index) => isCount(value) && (index === 0 || value > (values[index - 1] as number)),
  );
}

function refused(detail: string): Outcome<never, 'message'> {
  return { ok: false, code: 'message', detail };
}
