/** The objects under examples/housing/key are what the issuer makes of the policy beside them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { sealGrants } from '../../../protocol/issuer/grants.js';
import { issueBundle } from '../../../protocol/issuer/issue.js';
import { newIssuerDevice } from '../../../protocol/issuer/issuer-device.js';
import { newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import { sealPolicy, sealSnapshot } from '../../../protocol/issuer/policy-seals.js';
import { lowerFrom } from '../../../protocol/issuer/stamp.js';
import { coseKey } from '../../../protocol/objects/cose-key.js';
import { encodeCbor } from '../../../protocol/wire/cbor.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { compilePolicy, parsePolicy } from '../../../src/index.js';
import { lower, lowerDevice } from '../../../src/lowering/lower.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lockRow,
  root,
  signerOf,
  siteSigners,
  TAG_SECRET,
} from '../../helpers/issuing.js';

const FOLDER = 'examples/housing/key';
/** 2026-12-04T12:00:00Z. */
const FRIDAY = 1_796_385_600;
const ISSUING = {
  user: 'johanna',
  credential: 'phone-johanna',
  trust: [],
  logAcks: [],
  now: FRIDAY,
  errorSeconds: 2,
  random: filled(9),
  tagSecret: TAG_SECRET,
};

test('the example’s grant, certificates, root and snapshot are made from the example’s policy', () => {
  const parsed = parsePolicy(JSON.parse(readFileSync('examples/housing/policy.json', 'utf8')));
  if (!parsed.ok) throw new Error('the example is valid');
  const question = { user: 'johanna', credential: 'phone-johanna', from: lowerFrom(FRIDAY) };
  const laundry = lower(compilePolicy(parsed.value), { ...question, door: 'l4-laundry' });
  const issuer = certified(11, ['grant']);
  const policy = certified(12, ['policy']);
  const device = newIssuerDevice({
    deviceId: 'phone-johanna',
    personId: 'johanna',
    key: signerOf(101).publicKey,
    hardwareKey: false,
  });
  const lock = lockRow(1);
  const order = { lock, device, grants: laundry.grants, now: FRIDAY, random: filled(9) };
  const issued = signNow(sealGrants({ ...order, tagSecret: TAG_SECRET }, issuer, crypto));
  if (!issued.ok) throw new Error(issued.code);
  const objects = {
    root: encodeCbor(coseKey.write(root.publicKey)),
    'grant-certificate': issuer.certificate,
    'policy-certificate': policy.certificate,
    grant: issued.value[0]!.bytes,
    snapshot: signNow(sealSnapshot(lock, policy.signer, crypto)),
  };
  if (process.env['DOORWRIGHT_WRITE'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, bytes] of Object.entries(objects)) {
      writeFileSync(`${FOLDER}/${name}.hex`, `${toHex(bytes)}\n`);
    }
  }
  for (const [name, bytes] of Object.entries(objects)) {
    expect(readFileSync(`${FOLDER}/${name}.hex`, 'utf8'), name).toBe(`${toHex(bytes)}\n`);
  }
});

test('issueBundle lowers and seals all of a device’s doors, and names every other with its reason', () => {
  const parsed = parsePolicy(JSON.parse(readFileSync('examples/housing/policy.json', 'utf8')));
  if (!parsed.ok) throw new Error('the example is valid');
  const engine = compilePolicy(parsed.value);
  const signers = siteSigners();
  const locks = new Map(
    ['l4-laundry', 'l4-cellar'].map((door, index) => {
      // The cellar's lock was commissioned, but has no policy yet.
      const fresh = newIssuerLock(filled(9, 8), 1, crypto);
      const lock = door === 'l4-laundry' ? lockRow(index) : fresh;
      const policy = signNow(sealPolicy(lock, signers, crypto));
      const keys = { staticKeys: [filled(1)], identityKey: filled(2), advertKey: filled(3) };
      return [door, { lock, policy, ...keys, label: door }] as const;
    }),
  );
  const order = { ...ISSUING, locks, device: deviceRow(1) };
  const issued = signNow(issueBundle(engine, order, signers, crypto));
  if (!issued.ok) throw new Error(issued.code);
  const { doors, notIssued, device } = issued.value;
  expect(doors.map(({ door, lockId }) => [door, lockId])).toEqual([
    ['l4-laundry', lockRow(0).lockId],
  ]);
  expect(notIssued).toContainEqual({ door: 'l4-cellar', reason: 'no_policy' });
  expect(notIssued).toContainEqual({ door: 'l4-f07', reason: 'no_lock' });
  const named = [...doors, ...notIssued].map(({ door }) => door);
  const { doors: open, notLowered } = lowerDevice(engine, {
    user: 'johanna',
    credential: 'phone-johanna',
    from: lowerFrom(FRIDAY),
  });
  expect(named.sort()).toEqual([...open, ...notLowered].map(({ door }) => door).sort());
  expect(device.grants.map(({ lockId }) => lockId)).toEqual([lockRow(0).lockId]);
  const stranger = { ...order, user: 'nobody' };
  const nothing = signNow(issueBundle(engine, stranger, signers, crypto));
  expect(nothing.ok && nothing.value.doors).toEqual([]);
});
