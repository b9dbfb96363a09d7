/** Bundles for tests, sealed member by member so that each can be made wrong. */
import { type InstantSigner, signNow } from '../../../protocol/crypto/steps.js';
import { firstTrust, rotateTrust } from '../../../protocol/issuer/rotation.js';
import { type Bundle, type BundleDoor, bundleClaims } from '../../../protocol/objects/bundle.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { type ObjectKind, sealEnvelope } from '../../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../../protocol/objects/grant.js';
import { type PolicyUpdate, policyUpdateClaims } from '../../../protocol/objects/policy-update.js';
import { timeTokenClaims } from '../../../protocol/objects/time-token.js';
import type { PhoneSetup } from '../../../protocol/phone/state.js';
import {
  certified,
  crypto,
  filled,
  NOW,
  nextRoot,
  root,
  SITE_ID,
  signerOf,
  siteSigners,
} from '../../helpers/issuing.js';
import { CAPABILITIES, HELLO, type Script } from './scripted-lock.js';

export const signers = siteSigners();
export const device = signerOf(101);
export const trust = firstTrust(root.publicKey, nextRoot.publicKey, crypto);
export const setup: PhoneSetup = {
  deviceKey: device.publicKey,
  hardwareKey: false,
  trust,
  siteId: SITE_ID,
};

/** The next epoch: the update that leads there, and the same five keys as the new root certifies them. */
export const nextEpoch = {
  update: signNow(rotateTrust(trust, root, nextRoot, signerOf(3).publicKey, crypto)).update,
  chain: (['grant', 'policy', 'time', 'bundle', 'admin'] as const).map(
    (role, index) => certified(11 + index, [role], { trustEpoch: 2 }, nextRoot).certificate,
  ),
};

export const LOCK_ID = filled(0xa1, 8);
export const SCRIPT: Script = {
  lockId: LOCK_ID,
  staticSecret: filled(0x41),
  advertKey: filled(0x42),
  identity: 0x43,
  hello: HELLO,
  capabilities: CAPABILITIES,
  mtu: 23,
  answer: () => undefined,
};

export const sealed = (kind: ObjectKind, signer: InstantSigner, payload: Uint8Array) =>
  signNow(sealEnvelope(kind, signer, payload, crypto));

export function grantBytes(edits: Partial<Grant> = {}): Uint8Array {
  const claims: Grant = {
    version: 1,
    lockId: LOCK_ID,
    exp: NOW + 86_400,
    nbf: NOW - 10,
    iat: NOW - 5,
    id: filled(1, 8),
    key: device.publicKey,
    scope: 1,
    tags: [filled(1, 8), filled(2, 8)],
    timePolicy: 0,
    requirements: 1,
    policyVersion: 1,
    ...edits,
  };
  return sealed('grant', signers.grant.signer, grantClaims.encode(claims));
}

export function policyBytes(edits: Partial<PolicyUpdate> = {}): Uint8Array {
  const claims: PolicyUpdate = {
    version: 1,
    lockId: LOCK_ID,
    iat: NOW - 5,
    policyVersion: 3,
    post: filled(7, 16),
    floor: { issuedUntil: 0, version: 0 },
    marks: [],
    blocked: [],
    ...edits,
  };
  return sealed('policy-update', signers.policy.signer, policyUpdateClaims.encode(claims));
}

export function timeBytes(nonce?: Uint8Array, iat = NOW - 5): Uint8Array {
  const claims = { iat, radius: 10, ...(nonce && { nonce }) };
  return sealed('time-token', signers.time.signer, timeTokenClaims.encode(claims));
}

export function doorOf(edits: Partial<BundleDoor> = {}): BundleDoor {
  return {
    lockId: LOCK_ID,
    staticKeys: [crypto.x25519Public(SCRIPT.staticSecret)],
    identityKey: signerOf(SCRIPT.identity).publicKey.x,
    advertKey: SCRIPT.advertKey,
    label: 'Front door',
    grants: [grantBytes()],
    snapshot: null,
    delta: null,
    admin: [],
    ...edits,
  };
}

export function bundleClaimsOf(edits: Partial<Bundle> = {}): Bundle {
  return {
    version: 1,
    iat: NOW - 5,
    sequence: 1,
    deviceKeyId: keyId(crypto, device.publicKey),
    refreshAfter: NOW + 43_200,
    doors: [doorOf()],
    trust: [],
    chain: Object.values(signers).map(({ certificate }) => certificate),
    logAcks: [],
    ...edits,
  };
}

export function bundleBytes(
  edits: Partial<Bundle> = {},
  signer: InstantSigner = signers.bundle.signer,
): Uint8Array {
  return sealed('bundle', signer, bundleClaims.encode(bundleClaimsOf(edits)));
}
