/** `doorwright key create` and `key issue`: keys for trying out, and a bundle made with them. */
import { randomBytes } from 'node:crypto';
import { keyName } from '../../protocol/crypto/key-name.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { type InstantSigner, memorySigner, signNow } from '../../protocol/crypto/steps.js';
import type { DoorOrder } from '../../protocol/issuer/bundles.js';
import type { SiteSigners } from '../../protocol/issuer/certificates.js';
import { type IssuedFromPolicy, issueBundle, type NotIssued } from '../../protocol/issuer/issue.js';
import { newIssuerDevice } from '../../protocol/issuer/issuer-device.js';
import { sealPolicy } from '../../protocol/issuer/policy-seals.js';
import { type CertificateRole, certificateClaims } from '../../protocol/objects/certificate.js';
import { coseKey } from '../../protocol/objects/cose-key.js';
import { parseEnvelope } from '../../protocol/objects/envelope.js';
import { decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { formatInstant } from '../values/instant.js';
import { type Arguments, readInstant } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { readObject, writePrivateFile } from './key-bytes.js';
import {
  type KeyFile,
  type KeyFileLock,
  newKeyFile,
  readKeyFile,
  storedSecret,
} from './key-file.js';
import { readPolicy } from './policies.js';
import { tableLines } from './table.js';
import { shown, type Terminal } from './terminal.js';

/** Makes a key file for a policy's offline doors and phones. */
export async function createKeys(args: Arguments, terminal: Terminal): Promise<number> {
  const { policy } = await readPolicy(argument(args, 1, 'a policy file'), args, terminal);
  const file = required(args, 'keys');
  const keys = newKeyFile(policy, nowOf(args));
  await writePrivateFile(file, `${JSON.stringify(keys, undefined, 2)}\n`);
  const root = toHex(rootKeyOf(keys));
  const locks = keys.locks.map(({ door, lockId }) => ({ door, lockId }));
  const devices = keys.devices.map(({ credential }) => credential);
  const { siteId } = keys;
  const text = args.has('json')
    ? JSON.stringify({ keys: file, siteId, root, locks, devices }, undefined, 2)
    : [
        `${terminal.paint('green', 'written')} ${shown(file)}: keys for trying out; nobody else may read it`,
        `  root  ${root}`,
        ...locks.map(({ door, lockId }) => `  lock  ${lockId}  ${shown(door)}`),
        ...devices.map((credential) => `  phone ${shown(credential)}`),
      ].join('\n');
  await terminal.write(`${text}\n`);
  return EXIT.yes;
}

/** Makes the bundle of one phone. */
export async function issueKeys(args: Arguments, terminal: Terminal): Promise<number> {
  const { engine } = await readPolicy(argument(args, 1, 'a policy file'), args, terminal);
  const keys = await readKeyFile(required(args, 'keys'));
  const out = required(args, 'out');
  const [user, credential] = [required(args, 'user'), required(args, 'credential')];
  const now = nowOf(args);
  const crypto = nobleCrypto();
  const signers = signersOf(keys);
  const key = await deviceKey(args, keys, credential);
  const device = newIssuerDevice({ deviceId: credential, personId: user, key, hardwareKey: false });
  const order = {
    user,
    credential,
    locks: new Map(keys.locks.map((lock) => [lock.door, lockOrder(lock, signers)])),
    // The file remembers nothing, so the time counts the bundles.
    device: { ...device, sequence: now - 1 },
    trust: [],
    logAcks: [],
    now,
    errorSeconds: 60,
    random: Uint8Array.from(randomBytes(32)),
    tagSecret: storedSecret(keys.tagSecret),
  };
  const issued = signNow(issueBundle(engine, order, signers, crypto));
  if (!issued.ok) throw new InputError(`no bundle: ${issued.detail}`);
  await writePrivateFile(out, issued.value.bytes);
  const doors = issued.value.doors.map(answerOf);
  const { notIssued } = issued.value;
  const { sequence } = issued.value.device;
  const { length } = issued.value.bytes;
  const text = args.has('json')
    ? JSON.stringify({ bundle: out, sequence, doors, notIssued }, undefined, 2)
    : issuedText(out, length, doors, notIssued, terminal);
  await terminal.write(`${text}\n`);
  return doors.length > 0 ? EXIT.yes : EXIT.no;
}

/** The time of the option `at`, else this machine's, in Unix seconds. */
export function nowOf(args: Arguments): number {
  const at = args.get('at');
  return Math.floor((at === undefined ? Date.now() : readInstant('at', at)) / 1000);
}

/** An option the subcommand cannot do without. */
export function required(args: Arguments, option: string): string {
  const value = args.get(option);
  if (value === undefined) throw new UsageError(`option \`--${option}\` is missing`);
  return value;
}

/** An argument after the subcommand. */
export function argument(args: Arguments, index: number, what: string): string {
  const value = args.files[index];
  if (value === undefined) throw new UsageError(`${what} is missing`);
  return value;
}

/** The COSE_Key of a key file's root. */
export function rootKeyOf(keys: KeyFile): Uint8Array {
  const root = nobleCrypto().ed25519Public(storedSecret(keys.rootSecret));
  return encodeCbor(coseKey.write(root));
}

type Signers = SiteSigners<InstantSigner>;

function signersOf(keys: KeyFile): Signers {
  const crypto = nobleCrypto();
  const entries = (Object.keys(keys.roles) as CertificateRole[]).map((role) => {
    const { secret, certificate: hex } = keys.roles[role];
    const certificate = fromHex(hex) ?? new Uint8Array();
    const envelope = parseEnvelope(certificate, 'certificate');
    const claims = envelope.ok
      ? certificateClaims.parse(envelope.value.payload as Uint8Array)
      : envelope;
    if (!claims.ok) throw new InputError(`the key file’s certificate of \`${role}\` is malformed`);
    const signer = memorySigner(crypto, 'ed25519', storedSecret(secret));
    if (keyName(signer.publicKey) !== keyName(claims.value.key)) {
      throw new InputError(`the key file’s certificate of \`${role}\` is of another key`);
    }
    return [role, { signer, certificate, claims: claims.value }] as const;
  });
  return Object.fromEntries(entries) as unknown as Signers;
}

async function deviceKey(args: Arguments, keys: KeyFile, credential: string) {
  const given = args.get('device-key');
  const crypto = nobleCrypto();
  if (given === undefined) {
    const own = keys.devices.find((device) => device.credential === credential);
    if (own !== undefined) return crypto.ed25519Public(storedSecret(own.secret));
    throw new InputError(`the key file has no phone \`${shown(credential)}\`; give --device-key`);
  }
  const decoded = decodeCbor(await readObject(given, 'the device’s key'));
  const key = decoded.ok ? coseKey.read(decoded.value) : undefined;
  if (key === undefined || !crypto.admitsKey(key)) {
    throw new InputError('`--device-key` is no COSE_Key that may be used');
  }
  return key;
}

/** What the bundle holds for one door, without the grants themselves. */
interface DoorAnswer {
  readonly door: string;
  readonly lockId: string;
  readonly grants: readonly {
    readonly id: string;
    readonly from: string;
    readonly until: string;
    readonly requirements: number;
    readonly bytes: number;
  }[];
}

function lockOrder(lock: KeyFileLock, signers: Signers): Omit<DoorOrder, 'grants'> {
  const crypto = nobleCrypto();
  return {
    lock: lock.row,
    policy: signNow(sealPolicy(lock.row, signers, crypto)),
    staticKeys: [crypto.x25519Public(storedSecret(lock.staticSecret))],
    identityKey: crypto.ed25519Public(storedSecret(lock.identitySecret)).x,
    advertKey: storedSecret(lock.advertKey),
    label: lock.door,
  };
}

function answerOf({ door, lockId, grants }: IssuedFromPolicy['doors'][number]): DoorAnswer {
  return {
    door,
    lockId,
    grants: grants.map(({ bytes, claims }) => ({
      id: toHex(claims.id),
      from: formatInstant(claims.nbf * 1000),
      until: formatInstant(claims.exp * 1000),
      requirements: claims.requirements,
      bytes: bytes.length,
    })),
  };
}

function issuedText(
  out: string,
  length: number,
  doors: readonly DoorAnswer[],
  notIssued: readonly NotIssued[],
  terminal: Terminal,
): string {
  const grants = doors.flatMap(({ door, grants }) =>
    grants.map(({ from, until, bytes }) => [shown(door), `${from} to ${until}, ${bytes} bytes`]),
  );
  const refused = notIssued.map(({ door, reason }) => [shown(door), `no grant: ${reason}`]);
  return [
    `${terminal.paint('green', 'written')} ${shown(out)}: a bundle of ${length} bytes`,
    ...tableLines([...grants, ...refused], terminal.width),
  ].join('\n');
}
