/**
 * The key file: a whole site's secrets in one place, for trying out. A real site keeps its root offline, its
 * role keys in an HSM or a KMS, and has no secrets of locks and phones at all.
 */
import { randomBytes } from 'node:crypto';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { memorySigner, signNow } from '../../protocol/crypto/steps.js';
import { certify } from '../../protocol/issuer/certificates.js';
import { type IssuerLock, newIssuerLock } from '../../protocol/issuer/issuer-lock.js';
import { raiseFloor } from '../../protocol/issuer/policy-change.js';
import { type CertificateRole, ROLE_BITS } from '../../protocol/objects/certificate.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import type { Policy } from '../policy/document.js';
import { InputError } from './failure.js';
import { fileName, readText } from './files.js';
import { parseJson } from './json.js';

/** One lock of the file; its secrets are the lock's own and stand here for a simulated one. */
export interface KeyFileLock {
  readonly door: string;
  readonly lockId: string;
  readonly staticSecret: string;
  readonly identitySecret: string;
  readonly advertKey: string;
  readonly row: IssuerLock;
}

/** The file's content. Every byte string is hexadecimal; secrets have 32 bytes. */
export interface KeyFile {
  readonly format: typeof FORMAT;
  readonly siteId: string;
  readonly trustEpoch: number;
  readonly rootSecret: string;
  readonly nextRootSecret: string;
  readonly tagSecret: string;
  readonly logSecret: string;
  readonly roles: Readonly<
    Record<CertificateRole, { readonly secret: string; readonly certificate: string }>
  >;
  readonly locks: readonly KeyFileLock[];
  readonly devices: readonly { readonly credential: string; readonly secret: string }[];
}

const FORMAT = 'doorwright key file for trying out, version 1';

/** Certificates of a key file are valid for this long, in seconds: what TIME and ADMIN may. */
const CERTIFICATE_LIFE = 30 * 86_400;

/** New keys for every role, for every offline door of the policy, and for every phone in it. */
export function newKeyFile(policy: Policy, now: number): KeyFile {
  const crypto = nobleCrypto();
  const secret = () => toHex(Uint8Array.from(randomBytes(32)));
  const siteId = Uint8Array.from(randomBytes(8));
  const rootSecret = secret();
  const root = memorySigner(crypto, 'ed25519', storedSecret(rootSecret));
  const order = {
    from: now - 3600,
    until: now - 3600 + CERTIFICATE_LIFE,
    lifeMax: CERTIFICATE_LIFE,
    trustEpoch: 1,
    siteId,
  };
  const roles = Object.fromEntries(
    (Object.keys(ROLE_BITS) as CertificateRole[]).map((role) => {
      const own = secret();
      const signer = memorySigner(crypto, 'ed25519', storedSecret(own));
      const { certificate } = signNow(certify(root, signer, { ...order, roles: [role] }, crypto));
      return [role, { secret: own, certificate: toHex(certificate) }];
    }),
  ) as KeyFile['roles'];
  const offline = (policy.doors ?? []).filter((door) => door.lock === 'offline');
  const phones = (policy.credentials ?? []).filter(({ kind }) => kind === 'phone');
  return {
    format: FORMAT,
    siteId: toHex(siteId),
    trustEpoch: 1,
    rootSecret,
    nextRootSecret: secret(),
    tagSecret: secret(),
    logSecret: secret(),
    roles,
    locks: offline.map(({ id }) => {
      const lockId = Uint8Array.from(randomBytes(8));
      const { lock: row } = raiseFloor(newIssuerLock(lockId, 1, crypto), now, crypto);
      const keys = { staticSecret: secret(), identitySecret: secret(), advertKey: secret() };
      return { door: id, lockId: toHex(lockId), ...keys, row };
    }),
    devices: phones.map(({ id }) => ({ credential: id, secret: secret() })),
  };
}

/**
 * Reads a key file.
 * @throws InputError that says which member is wrong, and never what it holds.
 */
export async function readKeyFile(file: string): Promise<KeyFile> {
  const parsed = parseJson(await readText(file));
  if (!parsed.ok) throw new InputError(`${fileName(file)} is no key file: not JSON`);
  const fault = faultOf(parsed.value);
  if (fault !== undefined) throw new InputError(`${fileName(file)} is no key file: ${fault}`);
  return parsed.value as KeyFile;
}

/** The bytes of a secret that `readKeyFile` let pass. */
export function storedSecret(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) throw new TypeError('a stored secret has 32 bytes');
  return bytes;
}

const SECRETS = ['rootSecret', 'nextRootSecret', 'tagSecret', 'logSecret'] as const;

/** The first thing that is wrong with what was read; undefined when nothing is. */
function faultOf(value: unknown): string | undefined {
  if (!isRecord(value) || value['format'] !== FORMAT) return 'it does not say that it is one';
  const secret = SECRETS.find((name) => !isHex(value[name], 32));
  if (secret !== undefined) return `\`${secret}\` must be 32 bytes in hexadecimal`;
  if (!isHex(value['siteId'], 8)) return '`siteId` must be 8 bytes in hexadecimal';
  if (!Number.isSafeInteger(value['trustEpoch'])) return '`trustEpoch` must be a whole number';
  const roles = value['roles'];
  const isRole = (role: string) =>
    isRecord(roles) &&
    isRecord(roles[role]) &&
    isHex(roles[role]['secret'], 32) &&
    isHex(roles[role]['certificate']);
  const role = Object.keys(ROLE_BITS).find((name) => !isRole(name));
  if (role !== undefined) return `\`roles.${role}\` must hold a secret and a certificate`;
  const { locks, devices } = value;
  if (!Array.isArray(locks) || !locks.every(isLock)) return '`locks` is malformed';
  const isDevice = (one: unknown) =>
    isRecord(one) && typeof one['credential'] === 'string' && isHex(one['secret'], 32);
  if (!Array.isArray(devices) || !devices.every(isDevice)) return '`devices` is malformed';
  return undefined;
}

function isLock(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['door'] === 'string' &&
    isHex(value['lockId'], 8) &&
    isHex(value['staticSecret'], 32) &&
    isHex(value['identitySecret'], 32) &&
    isHex(value['advertKey'], 32) &&
    isRecord(value['row']) &&
    value['row']['lockId'] === value['lockId']
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHex(value: unknown, size?: number): boolean {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined;
  return bytes !== undefined && (size === undefined || bytes.length === size);
}
