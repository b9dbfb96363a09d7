// @ts-check
// The keys of the site, made once and kept in one record. Here all of them lie on the desk, the root too, so that the example is one
// program; docs/offline.md says where they belong.
import { certify, firstTrust } from 'doorwright/issuer';
import { fromHex, memorySigner, signNow, toHex } from 'doorwright/protocol';

/**
 * @typedef {import('doorwright/protocol').Crypto} Crypto
 * @typedef {import('doorwright/issuer').SiteSigners<import('doorwright/protocol').InstantSigner>} Signers
 */

/**
 * @typedef {object} SiteKeys
 * @property {import('doorwright/issuer').Trust} trust - what phones and locks pin.
 * @property {Uint8Array} siteId
 * @property {Uint8Array} tagSecret
 * @property {Uint8Array} logSecret - X25519, for the logs of locks.
 * @property {Signers} signers
 */

/** What is stored: secrets in hex, and the time for which the role keys are certified. */
/** @typedef {{ version: 1, secrets: Record<string, string>, from: number, until: number }} StoredKeys */

const DAY = 86_400;

/** Certificates with the roles `time` and `admin` live 30 days at most. */
const CERTIFICATE_DAYS = 29;

/** They are renewed when grants of a week, and a week more, would no longer fit. */
const RENEW_DAYS = 14;

const ROLES = /** @type {const} */ (['grant', 'policy', 'time', 'bundle', 'admin']);
const SECRETS = { root: 32, nextRoot: 32, tag: 32, log: 32, siteId: 8 };

/** Keys for a new site. @param {(size: number) => Uint8Array} random @param {number} now @returns {StoredKeys} */
export function makeKeys(random, now) {
  /** @type {Record<string, string>} */
  const secrets = {};
  for (const [name, size] of Object.entries(SECRETS)) secrets[name] = toHex(random(size));
  for (const role of ROLES) secrets[role] = toHex(random(32));
  return { version: 1, secrets, ...certifiedTime(now) };
}

/** The same keys with certificates that last long enough; the very same object where they still do. @param {StoredKeys} stored @param {number} now */
export function renewedKeys(stored, now) {
  const isLong = stored.until - now >= RENEW_DAYS * DAY;
  return isLong ? stored : { ...stored, ...certifiedTime(now) };
}

/** Signs the certificates, which come out the same each time. @param {StoredKeys} stored @param {Crypto} crypto @returns {SiteKeys} */
export function openKeys({ secrets, from, until }, crypto) {
  const signer = (/** @type {string} */ name) =>
    memorySigner(crypto, 'ed25519', bytesIn(secrets, name, 32));
  const siteId = bytesIn(secrets, 'siteId', SECRETS.siteId);
  const root = signer('root');
  const order = { from, until, lifeMax: 30 * DAY, trustEpoch: 1, siteId };
  const certified = ROLES.map((role) => [
    role,
    signNow(certify(root, signer(role), { ...order, roles: [role] }, crypto)),
  ]);
  return {
    trust: firstTrust(root.publicKey, signer('nextRoot').publicKey, crypto),
    siteId,
    tagSecret: bytesIn(secrets, 'tag', 32),
    logSecret: bytesIn(secrets, 'log', 32),
    signers: Object.fromEntries(certified),
  };
}

/** @param {number} now */
function certifiedTime(now) {
  return { from: now - DAY, until: now + CERTIFICATE_DAYS * DAY };
}

/** @param {Record<string, string>} secrets @param {string} name @param {number} size */
function bytesIn(secrets, name, size) {
  const bytes = fromHex(secrets[name] ?? '');
  if (bytes?.length !== size) throw new TypeError(`the record of keys is damaged at \`${name}\``);
  return bytes;
}
