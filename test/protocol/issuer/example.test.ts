/** The objects under examples/housing/key are what the issuer makes of the policy beside them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { sealGrants } from '../../../protocol/issuer/grants.js';
import { newIssuerDevice } from '../../../protocol/issuer/issuer-device.js';
import { sealSnapshot } from '../../../protocol/issuer/policy-seals.js';
import { lowerFrom } from '../../../protocol/issuer/stamp.js';
import { coseKey } from '../../../protocol/objects/cose-key.js';
import { encodeCbor } from '../../../protocol/wire/cbor.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { compilePolicy, parsePolicy } from '../../../src/index.js';
import { lower } from '../../../src/lowering/lower.js';
import {
  certified,
  crypto,
  filled,
  lockRow,
  root,
  signerOf,
  TAG_SECRET,
} from '../../helpers/issuing.js';

const FOLDER = 'examples/housing/key';
/** 2026-12-04T12:00:00Z. */
const FRIDAY = 1_796_385_600;

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
