// @ts-check
// The desk: the server's side of a phone. It knows the policy, keeps the issuer's keys, enrols phones, hands out bundles and takes what
// phones bring back. It is a handler of web requests and nothing else, so that Node and a page's worker both run it.
import { emptyState, tidy } from 'doorwright/sync';
import { ERROR_SECONDS } from './bundles.mjs';
import { answerCall } from './calls.mjs';
import { CODE_SECONDS, hashCode, makeCode, withCode } from './codes.mjs';
import { commissioningOrder, withLock } from './locks.mjs';
import { withPolicy } from './news.mjs';
import { lockAt, readJson, writeJson } from './records.mjs';
import { differences, keysOf, policyWith, readPolicy } from './rights.mjs';
import { makeKeys, openKeys, renewedKeys } from './site-keys.mjs';
import { openSpentProofs } from './spent-proofs.mjs';
import { syncRows } from './sync-rows.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./records.mjs').Memory} Memory
 */

/**
 * @typedef {object} DeskParts
 * @property {unknown} policy - the document. Another one than at the last start is a change like any other: what it takes, locks hear of.
 * @property {import('doorwright/protocol').Crypto} crypto
 * @property {() => number} now - Unix seconds.
 * @property {(size: number) => Uint8Array} random - fresh random bytes.
 * @property {Memory} memory
 * @property {boolean} [demo] - answers calls that need no proof and let anybody be anybody. Never where somebody else may ask.
 * @property {(error: unknown) => void} [onFault] - what failed here, and not at who asked.
 */

/** @typedef {Desk} OpenDesk */

const TIDY_SECONDS = 86_400;

/**
 * Opens the desk, or goes on where it was.
 * @param {DeskParts} parts @returns {Promise<Desk>}
 * @throws TypeError for a policy that is not valid, or a record that is damaged.
 */
export async function openDesk(parts) {
  const desk = new Desk(parts);
  await desk.start();
  return desk;
}

class Desk {
  #parts;
  /** @type {DeskState | undefined} */
  #state;
  /** @type {import('./site-keys.mjs').StoredKeys | undefined} */
  #storedKeys;
  /** @type {import('./site-keys.mjs').SiteKeys | undefined} */
  #keys;
  /** @type {Awaited<ReturnType<typeof openSpentProofs>> | undefined} */
  #proofs;
  /** What was told to locks that have not answered yet, by door. @type {Map<string, { lockId: Uint8Array, advertKey: Uint8Array }>} */
  #told = new Map();
  #tidiedAt = Number.NEGATIVE_INFINITY;
  /** One call at a time looks at the state and writes it. @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Reads what is remembered, and takes the policy that was given. */
  async start() {
    const base = readPolicy(this.#parts.policy);
    await this.#alone(async (state) => {
      const isSame = differences(state.base, base) === undefined;
      // A copy, so that the very first state is written, too.
      const next = isSame ? { ...state } : this.#underPolicy({ ...state, base });
      return { state: next, value: undefined };
    });
  }

  /** Answers one call (see the README). Never rejects. @param {Request} request @returns {Promise<Response>} */
  fetch(request) {
    const { crypto, now, random, memory, demo = false, onFault = () => {} } = this.#parts;
    return answerCall(request, {
      ...{ crypto, now, random, memory, isDemo: demo, onFault, desk: this },
      spend: (proof) => this.#proofsHere().spend(proof, now()),
      alone: (work) => this.#alone((state) => work(state, this.#keysNow())),
    });
  }

  /** A code with which somebody may enrol one phone, told once. @param {string} person @throws RangeError for nobody of the policy. */
  makeCode(person) {
    const { random, now, crypto } = this.#parts;
    return this.#alone(async (state) => {
      if (state.policy.users?.some(({ id }) => id === person) !== true) {
        throw new RangeError(`nobody in the policy is \`${person}\``);
      }
      const code = makeCode(random);
      const until = now() + CODE_SECONDS;
      const stored = { hash: hashCode(code, crypto), person, until, usedBy: null };
      return { state: { ...state, codes: withCode(state.codes, stored, now()) }, value: code };
    });
  }

  /** Ends every right that somebody has, by the policy and at every lock. Twice is as once. @param {string} person @throws RangeError for nobody. */
  withdraw(person) {
    return this.#alone(async (state) => {
      requirePerson(state, person);
      const withdrawn = [...state.withdrawn.filter((one) => one !== person), person];
      return { state: this.#underPolicy({ ...state, withdrawn }), value: undefined };
    });
  }

  /** Gives back what `withdraw` ended. @param {string} person @throws RangeError for nobody. */
  give(person) {
    return this.#alone(async (state) => {
      requirePerson(state, person);
      const withdrawn = state.withdrawn.filter((one) => one !== person);
      return { state: this.#underPolicy({ ...state, withdrawn }), value: undefined };
    });
  }

  /** A phone was lost: the desk hears it no more, and locks refuse it. Its holder's other phones go on. @param {string} device @throws RangeError for none. */
  withdrawDevice(device) {
    return this.#alone(async (state) => {
      const found = Object.entries(state.devices).find(([, { row }]) => row.deviceId === device);
      if (found === undefined) throw new RangeError(`no phone \`${device}\``);
      const [thumbprint, known] = found;
      const devices = { ...state.devices, [thumbprint]: { ...known, isWithdrawn: true } };
      return { state: this.#underPolicy({ ...state, devices }), value: undefined };
    });
  }

  /** Another policy document. @param {unknown} policy @throws TypeError for one that is not valid; then the former stays. */
  takePolicy(policy) {
    return this.#alone(async (state) => {
      const base = readPolicy(policy);
      return { state: this.#underPolicy({ ...state, base }), value: undefined };
    });
  }

  /** What to tell a new lock at a door. @param {string} door @param {import('./locks.mjs').LockLabel} label */
  commissioningOrder(door, label) {
    const { random, now, crypto } = this.#parts;
    const advertKey = random(32);
    const ground = { door, keys: this.#keysNow(), advertKey, now: now(), crypto };
    const order = commissioningOrder(label, ground);
    this.#told.set(door, { lockId: order.lockId, advertKey });
    return order;
  }

  /** A lock that was told and answered. @param {string} door @param {import('doorwright/protocol').LockIdentity} claims @throws RangeError when it cannot be taken. */
  takeLock(door, claims) {
    const { now, crypto } = this.#parts;
    return this.#alone(async (state) => {
      const told = this.#told.get(door);
      if (told === undefined) throw new RangeError(`no lock was told of the door \`${door}\``);
      const next = withLock(state, { door, claims, ...told }, { now: now(), crypto });
      return { state: next, value: undefined };
    });
  }

  /** The lock at a door, 16 hexadecimal digits; null while there is none. @param {string} door */
  lockAt(door) {
    return this.#alone(async (state) => ({
      state,
      value: lockAt(state, door)?.row.lockId ?? null,
    }));
  }

  /** Doors of the policy that want a lock, and who has a phone here. */
  overview() {
    return this.#alone(async (state) => {
      const doors = (state.policy.doors ?? []).filter(({ lock }) => lock === 'offline');
      const devices = Object.values(state.devices).map(({ row, isWithdrawn }) => {
        return { device: row.deviceId, person: row.personId, isWithdrawn };
      });
      const listed = doors.map(({ id, name }) => ({
        ...{ door: id, label: name ?? id },
        lock: lockAt(state, id)?.row.lockId ?? null,
      }));
      return { state, value: { doors: listed, devices } };
    });
  }

  /** Who has a right at a door with a lock, or had one before it was withdrawn here. */
  people() {
    return this.#alone(async (state) => {
      const doors = new Set(Object.values(state.locks).map(({ door }) => door));
      const now = this.#parts.now();
      const value = (state.base.users ?? [])
        .filter(({ id }) => keysOf(state.base, id, now).some(({ door }) => doors.has(door)))
        .map(({ id, name }) => ({ id, name: name ?? id }));
      return { state, value };
    });
  }

  /** What each lock does not know yet. */
  syncRows() {
    return this.#alone(async (state) => ({ state, value: syncRows(state, this.#parts.now()) }));
  }

  /** @param {DeskState} state */
  #underPolicy(state) {
    const { crypto, now } = this.#parts;
    const phones = Object.values(state.devices).map(({ row, isWithdrawn }) => {
      const standing = /** @type {'lost' | 'active'} */ (isWithdrawn ? 'lost' : 'active');
      return {
        id: row.deviceId,
        kind: /** @type {const} */ ('phone'),
        user: row.personId,
        state: standing,
      };
    });
    const wanted = policyWith(state.base, { withdrawn: state.withdrawn, phones });
    return withPolicy(state, wanted, { crypto, tagSecret: this.#keysNow().tagSecret, now: now() });
  }

  /**
   * Does one thing with the state, after everything that was asked before. What it answers is told after the state is stored; where that
   * fails, nobody knows which of the two is: then it is read again before anything else.
   * @template T @param {(state: DeskState) => Promise<{ state: DeskState, value: T }>} work @returns {Promise<T>}
   */
  #alone(work) {
    const done = this.#turn.then(async () => {
      const before = await this.#ready();
      const { state, value } = await work(before);
      if (state === before) return value;
      this.#state = undefined;
      await writeJson(this.#parts.memory, 'desk', state);
      this.#state = state;
      return value;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Keys first: nothing is sealed with keys that are not kept. @returns {Promise<DeskState>} */
  async #ready() {
    const { memory, random, now, policy } = this.#parts;
    this.#proofs ??= await openSpentProofs(memory);
    this.#storedKeys ??= (await readJson(memory, 'keys')) ?? undefined;
    const kept = this.#storedKeys ?? makeKeys(random, now());
    const wanted = renewedKeys(kept, now());
    if (wanted !== this.#storedKeys) {
      this.#storedKeys = undefined;
      await writeJson(memory, 'keys', wanted);
      this.#storedKeys = wanted;
      this.#keys = undefined;
    }
    /** @type {DeskState} */
    const state = this.#state ?? (await readJson(memory, 'desk')) ?? firstState(readPolicy(policy));
    this.#state = this.#tidied(state, now());
    return this.#state;
  }

  /** Once a day what can no longer matter is forgotten; it is written with whatever comes next. @param {DeskState} state @param {number} now */
  #tidied(state, now) {
    if (now - this.#tidiedAt < TIDY_SECONDS) return state;
    this.#tidiedAt = now;
    return { ...state, sync: tidy(state.sync, now) };
  }

  #keysNow() {
    if (this.#storedKeys === undefined) throw new Error('the desk was not started');
    this.#keys ??= openKeys(this.#storedKeys, this.#parts.crypto);
    return this.#keys;
  }

  #proofsHere() {
    if (this.#proofs === undefined) throw new Error('the desk was not started');
    return this.#proofs;
  }
}

/** @param {import('doorwright').Policy} base @returns {DeskState} */
function firstState(base) {
  const rest = { withdrawn: [], locks: {}, devices: {}, codes: [] };
  return { version: 1, base, policy: base, ...rest, sync: emptyState(ERROR_SECONDS) };
}

/** @param {DeskState} state @param {string} person */
function requirePerson({ base }, person) {
  if (base.users?.some(({ id }) => id === person) === true) return;
  throw new RangeError(`nobody in the policy is \`${person}\``);
}
