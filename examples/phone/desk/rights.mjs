// @ts-check
// The policy side of the desk: what is in force, how one version of it differs from the next, and the keys of a person.
import { compilePolicy, parsePolicy } from 'doorwright';

/**
 * @typedef {import('doorwright').Policy} Policy
 * @typedef {import('doorwright').Engine} Engine
 * @typedef {import('doorwright').Credential} Credential
 * @typedef {import('doorwright').AccessEntry} AccessEntry
 * @typedef {import('./setup.mjs').DeskKey} DeskKey
 */

/** @type {WeakMap<Policy, Engine>} */
const engines = new WeakMap();

/** The engine of a policy, compiled once. @param {Policy} policy @returns {Engine} */
export function engineOf(policy) {
  const known = engines.get(policy);
  if (known !== undefined) return known;
  const engine = compilePolicy(policy);
  engines.set(policy, engine);
  return engine;
}

/** The engine of a changed policy. @param {Policy} policy @param {import('doorwright').Changes} changes @returns {Engine} */
export function changedEngine(policy, changes) {
  const after = engineOf(policy).apply(changes);
  engines.set(after.policy, after);
  return after;
}

/** A policy read from outside data. @param {unknown} document @returns {Policy} @throws TypeError with the first issue. */
export function readPolicy(document) {
  const parsed = parsePolicy(document);
  if (parsed.ok) return parsed.value;
  const [issue] = parsed.issues;
  throw new TypeError(`the policy is not valid at \`${issue?.pointer}\`: ${issue?.message}`);
}

/**
 * The policy that is to be in force: the given one, without the rights of people who were withdrawn here, and with the phones that were
 * enrolled here.
 * @param {Policy} base @param {{ withdrawn: readonly string[], phones: readonly Credential[] }} here
 */
export function policyWith(base, { withdrawn, phones }) {
  const isGone = (/** @type {string} */ user) => withdrawn.includes(user);
  const users = new Set((base.users ?? []).map(({ id }) => id));
  const own = new Set(phones.map(({ id }) => id));
  const assignments = (base.assignments ?? []).filter(
    ({ subject }) => !(subject.type === 'user' && isGone(subject.id)),
  );
  const teams = (base.teams ?? []).map((team) => ({
    ...team,
    users: (team.users ?? []).filter((user) => !isGone(user)),
  }));
  const credentials = [
    ...(base.credentials ?? []).filter(({ id }) => !own.has(id)),
    ...phones.filter(({ user }) => users.has(user)),
  ];
  return readPolicy({ ...base, assignments, teams, credentials });
}

/** What makes one policy of another; undefined where nothing does. @param {Policy} before @param {Policy} after @returns {import('doorwright').Changes | undefined} */
export function differences(before, after) {
  /** @type {Record<string, unknown[]>} */
  const put = {};
  /** @type {Record<string, string[]>} */
  const remove = {};
  const [old, next] = [collectionsOf(before), collectionsOf(after)];
  for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const known = new Map((old[name] ?? []).map((one) => [one.id, canonical(one)]));
    const wanted = next[name] ?? [];
    const changed = wanted.filter((one) => known.get(one.id) !== canonical(one));
    const ids = new Set(wanted.map(({ id }) => id));
    const gone = [...known.keys()].filter((id) => !ids.has(id));
    if (changed.length > 0) put[name] = changed;
    if (gone.length > 0) remove[name] = gone;
  }
  const isSame = canonical(before.organization) === canonical(after.organization);
  const hasPut = Object.keys(put).length > 0;
  const hasRemove = Object.keys(remove).length > 0;
  if (isSame && !hasPut && !hasRemove) return undefined;
  return {
    ...(isSame ? {} : { organization: after.organization }),
    ...(hasPut ? { put } : {}),
    ...(hasRemove ? { remove } : {}),
  };
}

/**
 * Every door at which somebody has a right, with KIWI's status now.
 * @param {Policy} policy @param {string} person @param {number} now - Unix seconds.
 * @returns {Omit<DeskKey, 'lock' | 'carriedUntil' | 'why'>[]} by label.
 */
export function keysOf(policy, person, now) {
  const time = new Date(now * 1000).toISOString();
  const entries = engineOf(policy).access({ type: 'user', id: person }, { time });
  /** @type {Map<string, AccessEntry>} */
  const best = new Map();
  for (const entry of entries) {
    if (entry.resource.type !== 'door') continue;
    const before = best.get(entry.resource.id);
    if (before === undefined || rankOf(entry) < rankOf(before)) best.set(entry.resource.id, entry);
  }
  const keys = [...best].map(([door, entry]) => ({
    ...placeOf(policy, door),
    ...timeOf(policy, entry),
  }));
  return keys.sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** A door's name for people. @param {Policy} policy @param {string} door */
export function labelOf(policy, door) {
  return policy.doors?.find(({ id }) => id === door)?.name ?? door;
}

/** @type {readonly DeskKey['status'][]} */
const RANKS = ['active', 'inactive_hours', 'pending', 'expired', 'disabled'];

/** @param {AccessEntry} entry */
function rankOf(entry) {
  return RANKS.indexOf(statusOf(entry));
}

/** @param {AccessEntry} entry @returns {DeskKey['status']} */
function statusOf({ enabled, status }) {
  return enabled ? status : 'disabled';
}

/** @param {Policy} policy @param {string} id */
function placeOf(policy, id) {
  const door = policy.doors?.find((one) => one.id === id);
  const place = policy.places?.find((one) => one.id === door?.place);
  const timeZone = place?.timeZone ?? policy.organization.timeZone ?? 'UTC';
  return { door: id, label: labelOf(policy, id), timeZone };
}

/** @param {Policy} policy @param {AccessEntry} entry */
function timeOf(policy, entry) {
  const assignment = policy.assignments?.find(({ id }) => id === entry.assignment);
  const { from = null, until = null } = assignment?.validity ?? {};
  return { status: statusOf(entry), from, until };
}

/** @param {Policy} policy */
function collectionsOf(policy) {
  const lists = Object.entries(policy).filter(([, value]) => Array.isArray(value));
  return /** @type {Record<string, readonly { id: string }[]>} */ (Object.fromEntries(lists));
}

/** The same text for the same content, whatever the order of members. @param {unknown} value */
function canonical(value) {
  return JSON.stringify(value, (_, part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
