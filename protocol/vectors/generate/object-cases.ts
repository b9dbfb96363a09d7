/** The objects of `objects.json` with one signature, before they are sealed. */
import { deviceAckClaims, logAckClaims } from '../../objects/acknowledgements.js';
import { adminUpdateClaims } from '../../objects/admin-update.js';
import { bundleClaims } from '../../objects/bundle.js';
import type { ObjectKind } from '../../objects/envelope.js';
import { grantClaims } from '../../objects/grant.js';
import { lockIdentityClaims } from '../../objects/lock-identity.js';
import { policyUpdateClaims } from '../../objects/policy-update.js';
import { timeTokenClaims } from '../../objects/time-token.js';
import { rootHash } from '../../objects/trust-update.js';
import { idOf, publicKey, type SignerName, sealed } from './actors.js';
import { withPrivate } from './edits.js';
import { crypto, DAY, fixedBytes, LOCK_ID, NOW } from './fixed.js';
import { certificateOf, grantOf, policyUpdateOf, receiptPayload, tag } from './samples.js';

/** One object before it is sealed. */
export interface Case {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly signer: SignerName;
  readonly payload: Uint8Array;
  readonly note?: string;
}

const tenWindows = Array.from({ length: 20 }, (_, edge) => 720 * edge + 60);
const snapshot = policyUpdateOf({
  policyVersion: 4,
  marks: [
    { tag: tag('device', 'device-9'), issuedUntil: NOW - 60, version: 3, until: NOW + 6 * DAY },
    { tag: tag('person', 'person-9'), issuedUntil: NOW - 60, version: 4, until: NOW + DAY },
  ],
});
const delta = policyUpdateOf({
  base: 4,
  policyVersion: 5,
  floor: { issuedUntil: NOW - 3600, version: 2 },
  marks: [{ tag: tag('device', 'device-8'), issuedUntil: NOW - 30, version: 5, until: NOW + DAY }],
  blocked: [idOf('stranger')],
  post: fixedBytes('post of the delta').slice(0, 16),
});

/** The grant with everything: ten windows, requirements, a version, uses. */
export const FULL_GRANT = grantOf({
  windows: tenWindows,
  exp: NOW + 7 * DAY,
  scope: 5,
  timePolicy: 2,
  requirements: 3,
  policyVersion: 4,
  uses: { useId: tag('use', 'assignment-7'), count: 3 },
});
/** The grant that proofs and sessions of the vectors are over. */
export const PLAIN_GRANT = sealed('grant', 'grant', grantClaims.encode(grantOf()));

/** Every object with one signature and a payload of its own. */
export const CASES: readonly Case[] = [
  { id: 'certificate', kind: 'certificate', signer: 'root', payload: certificateOf('grant') },
  {
    id: 'certificate-policy',
    kind: 'certificate',
    signer: 'root',
    payload: certificateOf('policy'),
  },
  { id: 'certificate-time', kind: 'certificate', signer: 'root', payload: certificateOf('time') },
  { id: 'certificate-admin', kind: 'certificate', signer: 'root', payload: certificateOf('admin') },
  {
    id: 'certificate-bundle',
    kind: 'certificate',
    signer: 'root',
    payload: certificateOf('bundle'),
  },
  { id: 'grant', kind: 'grant', signer: 'grant', payload: grantClaims.encode(grantOf()) },
  {
    id: 'grant-full',
    kind: 'grant',
    signer: 'grant',
    payload: grantClaims.encode(FULL_GRANT),
    note: 'ten windows, two operations, two requirements, three uses',
  },
  {
    id: 'grant-es256',
    kind: 'grant',
    signer: 'grant',
    payload: grantClaims.encode(grantOf({ key: publicKey('device es256'), requirements: 4 })),
    note: 'for a device whose key is in P-256 hardware',
  },
  {
    id: 'grant-ignorable',
    kind: 'grant',
    signer: 'grant',
    payload: withPrivate(grantClaims.encode(grantOf()), 1000, 'later'),
    note: 'private labels from 1000 on are skipped by who does not know them',
  },
  {
    id: 'policy-snapshot',
    kind: 'policy-update',
    signer: 'policy',
    payload: policyUpdateClaims.encode(snapshot),
  },
  {
    id: 'policy-delta',
    kind: 'policy-update',
    signer: 'policy',
    payload: policyUpdateClaims.encode(delta),
  },
  {
    id: 'time-token',
    kind: 'time-token',
    signer: 'time',
    payload: timeTokenClaims.encode({ iat: NOW - 5, radius: 10 }),
  },
  {
    id: 'time-token-nonce',
    kind: 'time-token',
    signer: 'time',
    payload: timeTokenClaims.encode({
      iat: NOW - 5,
      radius: 10,
      nonce: fixedBytes('nonce').slice(0, 16),
    }),
  },
  {
    id: 'admin-update',
    kind: 'admin-update',
    signer: 'admin',
    payload: adminUpdateClaims.encode({
      lockId: LOCK_ID,
      iat: NOW - 5,
      version: 1,
      sequence: 1,
      clock: { lo: NOW - 5, from: NOW + 20 * DAY },
      config: { version: 1, openSeconds: 5, personalLog: false },
    }),
  },
  {
    id: 'log-ack',
    kind: 'log-ack',
    signer: 'policy',
    payload: logAckClaims.encode({ lockId: LOCK_ID, iat: NOW - 5, version: 1, sequence: 12 }),
  },
  {
    id: 'device-ack',
    kind: 'device-ack',
    signer: 'device',
    payload: deviceAckClaims.encode({ iat: NOW, version: 1, sequence: 3 }),
  },
  {
    id: 'device-ack-es256',
    kind: 'device-ack',
    signer: 'device es256',
    payload: deviceAckClaims.encode({ iat: NOW, version: 1, sequence: 3 }),
  },
  { id: 'receipt', kind: 'receipt', signer: 'lock identity', payload: receiptPayload() },
  {
    id: 'receipt-rekeyed',
    kind: 'receipt',
    signer: 'lock identity',
    payload: receiptPayload({
      status: 99,
      newStaticKey: crypto.x25519Public(fixedBytes('new static')),
      committed: { lo: NOW, hi: null },
    }),
  },
  {
    id: 'lock-identity',
    kind: 'lock-identity',
    signer: 'lock identity',
    payload: lockIdentityClaims.encode({
      version: 1,
      staticKey: crypto.x25519Public(fixedBytes('lock static')),
      identityKey: publicKey('lock identity').x,
      counter: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1),
      handshakeHash: fixedBytes('handshake hash'),
      rootHash: rootHash(crypto, publicKey('root')),
    }),
  },
  { id: 'bundle', kind: 'bundle', signer: 'bundle', payload: bundlePayload() },
];

function bundlePayload(): Uint8Array {
  return bundleClaims.encode({
    iat: NOW - 5,
    version: 1,
    sequence: 3,
    deviceKeyId: idOf('device'),
    refreshAfter: NOW + DAY / 2,
    doors: [
      {
        lockId: LOCK_ID,
        staticKeys: [crypto.x25519Public(fixedBytes('lock static'))],
        identityKey: publicKey('lock identity').x,
        advertKey: fixedBytes('advert key'),
        label: 'Haustür',
        grants: [PLAIN_GRANT],
        snapshot: sealed('policy-update', 'policy', policyUpdateClaims.encode(snapshot)),
        delta: null,
        admin: [],
      },
    ],
    trust: [],
    chain: [sealed('certificate', 'root', certificateOf('grant'))],
    time: sealed('time-token', 'time', timeTokenClaims.encode({ iat: NOW - 5, radius: 10 })),
    logAcks: [],
  });
}
