/** `doorwright key inspect` and `key verify`: looking at objects, and judging a grant as a lock would. */
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { checkNow } from '../../protocol/crypto/steps.js';
import type { KnownCertificate } from '../../protocol/lock/trust-store.js';
import { certificateClaims } from '../../protocol/objects/certificate.js';
import { coseKey } from '../../protocol/objects/cose-key.js';
import { parseEnvelope } from '../../protocol/objects/envelope.js';
import { OPERATION_BITS, type Operation, REQUIREMENT_BITS } from '../../protocol/objects/grant.js';
import { inspectObject } from '../../protocol/objects/inspect.js';
import {
  type GrantQuestion,
  type VerifierTrust,
  verifyCertificate,
  verifyGrant,
  verifySnapshot,
} from '../../protocol/verify/verify-grant.js';
import { decodeCbor } from '../../protocol/wire/cbor.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { formatInstant } from '../values/instant.js';
import type { Arguments } from './arguments.js';
import { EXIT, hint, InputError, UsageError } from './failure.js';
import { readHex, readObject } from './key-bytes.js';
import { readKeyFile } from './key-file.js';
import { argument, nowOf, required, rootKeyOf } from './key-issue.js';
import type { Terminal } from './terminal.js';

/** Shows what an object says, without believing it. */
export async function inspectKeys(args: Arguments, terminal: Terminal): Promise<number> {
  const bytes = await readObject(argument(args, 1, 'an object'), 'the object');
  const inspected = inspectObject(bytes);
  if (!inspected.ok) throw new InputError(`${inspected.detail} (${inspected.code})`);
  const { text, ...facts } = inspected.value;
  const { kind, fault } = facts;
  if (args.has('json')) {
    const whole = { ...facts, bytes: bytes.length, verified: false };
    await terminal.write(`${JSON.stringify(whole, undefined, 2)}\n`);
  } else {
    const faults = fault === undefined ? [] : [`${fault.code}: ${fault.detail}`];
    const heading = `${terminal.paint('bold', kind)}, ${bytes.length} bytes, signature not checked`;
    await terminal.write(`${[heading, ...faults, text].join('\n')}\n`);
  }
  return fault === undefined ? EXIT.yes : EXIT.no;
}

/** Judges a grant by itself: what a lock would say if its holder then proved the key. */
export async function verifyKeys(args: Arguments, terminal: Terminal): Promise<number> {
  const grant = await readObject(argument(args, 1, 'a grant'), 'the grant');
  const now = nowOf(args);
  const interval = { lo: now, hi: now };
  const crypto = nobleCrypto();
  const { trust, objects } = await readTrust(args);
  const certificates: KnownCertificate[] = [];
  const refusedCertificates: string[] = [];
  for (const object of objects) {
    const checked = checkNow(verifyCertificate(object, trust, interval, crypto), crypto);
    if (checked.ok) certificates.push(checked.value);
    else refusedCertificates.push(checked.code);
  }
  const lockId = readHex('lock', required(args, 'lock'), 8);
  const question: GrantQuestion = {
    grant,
    lockId,
    interval,
    operation: OPERATION_BITS[operationOf(args)],
    asserted: assertedOf(args),
  };
  const snapshot = args.get('snapshot');
  const policy = snapshot === undefined ? undefined : await readSnapshot(snapshot, lockId);
  const judged = policy === undefined ? question : { ...question, policy };
  const verdict = checkNow(verifyGrant(judged, trust, certificates, crypto), crypto);
  const isPermit = verdict.effect === 'permit';
  const lines = [
    `${terminal.paint(isPermit ? 'green' : 'red', verdict.effect)} ${verdict.status}`,
    `  at ${formatInstant(now * 1000)}, lock ${toHex(lockId)}`,
    `  ${policy === undefined ? 'withdrawals not looked at: no --snapshot' : `as of policy version ${policy.policyVersion}`}`,
    ...refusedCertificates.map((code) => `  a certificate does not count: ${code}`),
  ];
  const { effect, status } = verdict;
  const answer = { effect, status, at: formatInstant(now * 1000), lockId: toHex(lockId) };
  const more = { policyVersion: policy?.policyVersion ?? null, refusedCertificates };
  const text = args.has('json')
    ? JSON.stringify({ ...answer, ...more }, undefined, 2)
    : lines.join('\n');
  await terminal.write(`${text}\n`);
  return isPermit ? EXIT.yes : EXIT.no;

  async function readSnapshot(file: string, lock: Uint8Array) {
    const bytes = await readObject(file, 'the snapshot');
    const opened = checkNow(
      verifySnapshot(bytes, lock, trust, certificates, interval, crypto),
      crypto,
    );
    if (!opened.ok) throw new InputError(`the snapshot does not count: ${opened.code}`);
    return opened.value;
  }
}

/** The root, and certificates, from a key file or one by one; site and epoch from the certificates unless said. */
async function readTrust(
  args: Arguments,
): Promise<{ readonly trust: VerifierTrust; readonly objects: readonly Uint8Array[] }> {
  const keyFile = args.get('keys');
  const objects: Uint8Array[] = [];
  let rootBytes: Uint8Array;
  if (keyFile === undefined) {
    rootBytes = await readObject(required(args, 'root'), 'the root');
  } else {
    if (args.has('root')) throw new UsageError('give --keys or --root, not both');
    const keys = await readKeyFile(keyFile);
    rootBytes = rootKeyOf(keys);
    for (const { certificate } of Object.values(keys.roles)) {
      objects.push(fromHex(certificate) ?? new Uint8Array());
    }
  }
  for (const file of args.all('certificate')) {
    objects.push(await readObject(file, 'a certificate'));
  }
  const decoded = decodeCbor(rootBytes);
  const root = decoded.ok ? coseKey.read(decoded.value) : undefined;
  if (root === undefined || !nobleCrypto().admitsKey(root)) {
    throw new InputError('the root is no COSE_Key that may be used');
  }
  const named = objects.map(claimsOfCertificate).find((claims) => claims !== undefined);
  const site = args.get('site');
  const siteId = site === undefined ? named?.siteId : readHex('site', site, 8);
  if (siteId === undefined || named === undefined) {
    throw new UsageError('no certificate: give --certificate, or --keys');
  }
  const epoch = args.get('epoch');
  const trustEpoch = epoch === undefined ? named.trustEpoch : readEpoch(epoch);
  return { trust: { root, siteId, trustEpoch, acceptsEs256: true }, objects };
}

function claimsOfCertificate(bytes: Uint8Array) {
  const envelope = parseEnvelope(bytes, 'certificate');
  if (!envelope.ok) return undefined;
  const claims = certificateClaims.parse(envelope.value.payload as Uint8Array);
  return claims.ok ? claims.value : undefined;
}

function readEpoch(text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new UsageError(`\`--epoch\` must be a whole number: \`${text}\``);
}

function operationOf(args: Arguments): Operation {
  const given = args.get('operation') ?? 'unlock';
  if (Object.hasOwn(OPERATION_BITS, given)) return given as Operation;
  throw new UsageError(`unknown operation \`${given}\`${hint(given, Object.keys(OPERATION_BITS))}`);
}

/** Requirements taken as met: those named, or all of them. */
function assertedOf(args: Arguments): number {
  const names = args.all('met');
  if (names.length === 0) return 31;
  let bits = 0;
  for (const name of names) {
    if (name === 'none') continue;
    if (!Object.hasOwn(REQUIREMENT_BITS, name)) {
      throw new UsageError(
        `unknown requirement \`${name}\`${hint(name, Object.keys(REQUIREMENT_BITS))}`,
      );
    }
    bits |= REQUIREMENT_BITS[name as keyof typeof REQUIREMENT_BITS];
  }
  return bits;
}
