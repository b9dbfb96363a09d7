// @ts-check
// What desk and phone say to each other as JSON, and how a phone reads what it must keep of its enrolment. Loaded by pages, workers and Node.
import { base64url } from 'jose';

/**
 * @typedef {import('doorwright/protocol').PublicKey} PublicKey
 * @typedef {import('doorwright/phone').PhoneSetup} PhoneSetup
 */

/**
 * What a phone pins, as the desk sends it; bytes are base64url without padding, as everywhere in these messages.
 * @typedef {object} SetupJson
 * @property {{ kind: 'ed25519', x: string } | { kind: 'es256', x: string, y: string }} root
 * @property {number} trustEpoch
 * @property {string} nextRootHash - 32 bytes.
 * @property {string} siteId - 8 bytes.
 */

/**
 * The answer to `enrol`.
 * @typedef {object} Enrolment
 * @property {string} device - the desk's name for this phone.
 * @property {{ id: string, name: string }} person
 * @property {{ id: string, name: string }} site
 * @property {SetupJson} setup
 */

/**
 * One door at which the person has a right, whether the phone can open it now or not.
 * @typedef {object} DeskKey
 * @property {string} door
 * @property {string} label - the door's name for people.
 * @property {string | null} lock - 16 hexadecimal digits; null for a door without a lock of this protocol.
 * @property {'active' | 'pending' | 'expired' | 'inactive_hours' | 'disabled'} status - KIWI's word, of the assignment that fits best now.
 * @property {string | null} from - beginning of that assignment, RFC 3339; null when it has none.
 * @property {string | null} until - its end, the first instant at which it is over.
 * @property {string} timeZone - of the door.
 * @property {number | null} carriedUntil - Unix seconds: the phone opens it without another bundle until then at the latest; null without a grant.
 * @property {string | null} why - null with a grant; else a code of `notIssued` (docs/offline.md), or `online_door`.
 */

/**
 * The answer to `bundle`.
 * @typedef {object} BundleAnswer
 * @property {string} bundle
 * @property {DeskKey[]} keys - by label.
 */

/**
 * One row of the sync score (docs/sync.md): what the lock of a door knows of one right there.
 * @typedef {object} SyncRow
 * @property {string} door
 * @property {string} label
 * @property {string} permission - id of the assignment.
 * @property {string} holder - id of the person or team.
 * @property {number} score - 0 to 5.
 * @property {string} colour
 * @property {string} action
 * @property {string[]} reasons - the first is the worst.
 * @property {boolean} knows - whether the lock proved everything that was taken from this right, or nothing ever was.
 * @property {number | null | 'unbounded'} exposedUntil - Unix seconds.
 * @property {number | null} expectedBy - Unix seconds.
 */

/**
 * Why the desk refuses a call. `proof_old`, `proof_early`: the phone's clock is wrong, or the call was very slow. `phone_unknown`: enrol.
 * `withdrawn`: this phone was lost. `code_unknown`: mistyped or over. `code_used`: by another phone. `too_often`: wait. The others are
 * faults of a program.
 * @typedef {'proof_missing' | 'proof_invalid' | 'proof_old' | 'proof_early' | 'proof_method' | 'proof_address' | 'proof_body'
 *   | 'proof_replayed' | 'phone_unknown' | 'phone_known' | 'withdrawn' | 'person_unknown' | 'code_unknown' | 'code_used' | 'key_refused'
 *   | 'too_often' | 'too_large' | 'bundle_too_large' | 'body' | 'content_type' | 'method' | 'unknown_call' | 'no_page' | 'host' | 'origin'
 *   | 'desk_failed'} DeskErrorCode
 */

/** What a phone pins, as JSON. @param {import('doorwright/protocol').Trust} trust @param {Uint8Array} siteId @returns {SetupJson} */
export function setupJson({ root, trustEpoch, nextRootHash }, siteId) {
  const x = base64url.encode(root.x);
  return {
    root:
      root.kind === 'ed25519'
        ? { kind: root.kind, x }
        : { kind: root.kind, x, y: base64url.encode(root.y) },
    trustEpoch,
    nextRootHash: base64url.encode(nextRootHash),
    siteId: base64url.encode(siteId),
  };
}

/**
 * What `startPhone` needs, from the `setup` of an enrolment and the phone's own public key. A page cannot know where its key
 * lives, so it never says hardware.
 * @param {unknown} json
 * @param {PublicKey} deviceKey
 * @returns {PhoneSetup}
 * @throws TypeError naming the member that is not what it must be.
 */
export function phoneSetupOf(json, deviceKey) {
  const { root, trustEpoch, nextRootHash, siteId } = membersOf(json, 'setup');
  if (!Number.isSafeInteger(trustEpoch) || Number(trustEpoch) < 1) {
    throw new TypeError('`setup.trustEpoch` is no epoch');
  }
  const trust = {
    root: rootOf(membersOf(root, 'setup.root')),
    trustEpoch: Number(trustEpoch),
    nextRootHash: bytesOf(nextRootHash, 32, 'setup.nextRootHash'),
  };
  return { deviceKey, hardwareKey: false, trust, siteId: bytesOf(siteId, 8, 'setup.siteId') };
}

/**
 * Bytes of a base64url text, which must be without padding and in its one right form.
 * @param {unknown} text @param {number | null} size - null: any. @param {string} name @returns {Uint8Array}
 */
export function bytesOf(text, size, name) {
  const bytes = typeof text === 'string' ? decoded(text) : undefined;
  if (bytes === undefined || (size !== null && bytes.length !== size)) {
    throw new TypeError(
      `\`${name}\` is not ${size === null ? 'bytes' : `${size} bytes`} in base64url`,
    );
  }
  return bytes;
}

/** @param {Record<string, unknown>} json @returns {PublicKey} */
function rootOf({ kind, x, y }) {
  const first = bytesOf(x, 32, 'setup.root.x');
  if (kind === 'ed25519') return { kind, x: first };
  if (kind === 'es256') return { kind, x: first, y: bytesOf(y, 32, 'setup.root.y') };
  throw new TypeError('`setup.root.kind` is unknown');
}

/** @param {string} text */
function decoded(text) {
  if (!/^[\w-]*$/u.test(text)) return undefined;
  try {
    const bytes = base64url.decode(text);
    return base64url.encode(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** @param {unknown} json @param {string} name @returns {Record<string, unknown>} */
function membersOf(json, name) {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return /** @type {Record<string, unknown>} */ (json);
  }
  throw new TypeError(`\`${name}\` is no object`);
}
