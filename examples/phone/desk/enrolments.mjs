// @ts-check
// A phone becomes somebody's: its key against a code.
import { newIssuerDevice } from 'doorwright/issuer';
import { toHex } from 'doorwright/protocol';
import { hashCode } from './codes.mjs';
import { withPolicy } from './news.mjs';
import { Refusal } from './refusal.mjs';
import { policyWith } from './rights.mjs';
import { setupJson } from './setup.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./codes.mjs').StoredCode} StoredCode
 * @typedef {import('./proof.mjs').Proved} Proved
 * @typedef {import('doorwright/protocol').Crypto} Crypto
 */

/** @param {DeskState} state @param {unknown} code @param {{ now: number, crypto: Crypto }} ground @returns {StoredCode} @throws Refusal 403 for none that is good. */
export function findCode(state, code, { now, crypto }) {
  if (typeof code !== 'string' || code.length > 64)
    throw new Refusal(400, 'body', '`code` is no text');
  const hash = hashCode(code, crypto);
  const found = state.codes.find((one) => one.hash === hash && one.until > now);
  if (found === undefined) throw new Refusal(403, 'code_unknown', 'no such code, or it is over');
  return found;
}

/**
 * Enrols a phone. Who enrolled with a code and lost the answer asks again with the same key and code, and gets the same answer.
 * @param {DeskState} state @param {StoredCode} code @param {Proved} proof
 * @param {{ keys: import('./site-keys.mjs').SiteKeys, now: number, random: (size: number) => Uint8Array, crypto: Crypto }} ground
 * @returns {Promise<{ state: DeskState, value: import('./setup.mjs').Enrolment }>}
 */
export async function enrol(state, code, { thumbprint, key }, { keys, now, random, crypto }) {
  const known = Object.hasOwn(state.devices, thumbprint) ? state.devices[thumbprint] : undefined;
  if (known?.isWithdrawn === true) throw new Refusal(403, 'withdrawn', 'this phone was withdrawn');
  if (code.usedBy !== null && code.usedBy !== thumbprint) {
    throw new Refusal(409, 'code_used', 'another phone was enrolled with this code');
  }
  if (code.usedBy === null && known !== undefined) {
    throw new Refusal(409, 'phone_known', 'this phone is enrolled already');
  }
  if (known !== undefined) return { state, value: answerFor(state, known.row, keys) };
  const person = state.policy.users?.find(({ id }) => id === code.person);
  if (person === undefined)
    throw new Refusal(403, 'person_unknown', 'nobody in the policy has this code');
  if (!crypto.admitsKey(key)) throw new Refusal(400, 'key_refused', 'a key that must not be used');
  const deviceId = freshName(state, random);
  const row = newIssuerDevice({ deviceId, personId: person.id, key, hardwareKey: false });
  const devices = { ...state.devices, [thumbprint]: { row, isWithdrawn: false } };
  const codes = state.codes.map((one) => (one === code ? { ...one, usedBy: thumbprint } : one));
  const credential = {
    id: deviceId,
    kind: /** @type {const} */ ('phone'),
    user: person.id,
    state: /** @type {const} */ ('active'),
  };
  const next = withPolicy(
    { ...state, devices, codes },
    policyWith(state.policy, { withdrawn: state.withdrawn, phones: [credential] }),
    { crypto, tagSecret: keys.tagSecret, now },
  );
  return { state: next, value: answerFor(next, row, keys) };
}

/** @param {DeskState} state @param {import('doorwright/issuer').IssuerDevice} row @param {import('./site-keys.mjs').SiteKeys} keys */
function answerFor({ policy }, row, { trust, siteId }) {
  const { organization, users = [] } = policy;
  const name = users.find(({ id }) => id === row.personId)?.name ?? row.personId;
  return {
    device: row.deviceId,
    person: { id: row.personId, name },
    site: { id: organization.id, name: organization.name ?? organization.id },
    setup: setupJson(trust, siteId),
  };
}

/** A name that no credential of the policy has. @param {DeskState} state @param {(size: number) => Uint8Array} random */
function freshName({ policy, base }, random) {
  for (;;) {
    const name = `phone-${toHex(random(6))}`;
    const isTaken = [policy, base].some((one) => one.credentials?.some(({ id }) => id === name));
    if (!isTaken) return name;
  }
}
