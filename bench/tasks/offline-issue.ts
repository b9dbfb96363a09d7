/** Signing bundles for many devices, and ending one person's rights at many locks. */
import { type InstantSigner, type Signing, signNow } from '../../protocol/crypto/steps.js';
import { type DoorOrder, sealBundle } from '../../protocol/issuer/bundles.js';
import { revoke } from '../../protocol/issuer/policy-change.js';
import { sealPolicy } from '../../protocol/issuer/policy-seals.js';
import { tagOf } from '../../protocol/objects/tag.js';
import { numberBytes } from '../../protocol/wire/bytes.js';
import { fastestCrypto } from '../../src/adapters/fastest.js';
import {
  OFFLINE_NOW,
  type OfflineSite,
  offlineSite,
  TAG_SECRET,
  weekOfGrants,
} from '../offline-site.js';
import type { Table } from '../table.js';

/** Names of the rows, for the targets. */
export const ISSUE_ROWS = {
  bundles: 'bundles of 10 doors',
  revocation: 'one person at 1 000 locks, snapshot and delta each',
} as const;

const DOORS = 10;
const LOCKS = 1000;

/** Issues `bundles` bundles, then makes the updates of one revocation in a building of 1 000 locks. */
export async function offlineIssueTable(bundles: number): Promise<Table> {
  const site = offlineSite(await fastestCrypto());
  const locks = Array.from({ length: LOCKS }, (_, number) => site.lock(number));
  return {
    id: 'offline-issue',
    title: `Issuing, ${site.crypto.name}`,
    columns: [
      { key: 'name', title: 'work', unit: 'text' },
      { key: 'total', title: 'total', unit: 'milliseconds' },
      { key: 'signatures', title: 'signatures', unit: 'count' },
      { key: 'signing', title: 'of that signing', unit: 'milliseconds' },
      { key: 'grants', title: 'grants', unit: 'count' },
    ],
    rows: [
      { name: ISSUE_ROWS.bundles, ...bundlesRow(site, locks, bundles), grants: bundles * DOORS },
      { name: ISSUE_ROWS.revocation, ...revocationRow(site, locks), grants: null },
    ],
    notes: [
      `${bundles} bundles; from lowered grants of ten windows to signed bytes; signing is timed call by call inside`,
      'a revocation marks the device and the person, and signs what every phone brings from then on',
    ],
  };
}

function bundlesRow(site: OfflineSite, locks: ReturnType<OfflineSite['lock']>[], bundles: number) {
  const { crypto, signers } = site;
  const grants = [weekOfGrants()];
  const doors = locks.slice(0, 100).map(
    (lock): DoorOrder => ({
      lock,
      policy: signNow(sealPolicy(lock, signers, crypto)),
      staticKeys: [crypto.sha256(numberBytes(1, 4))],
      identityKey: site.signer(9).publicKey.x,
      advertKey: crypto.sha256(numberBytes(2, 4)),
      label: 'Front door',
      grants,
    }),
  );
  // Devices share a few hundred keys: making 10 000 of them is not what is measured.
  const devices = Array.from({ length: 200 }, (_, number) => site.device(number));
  return timed((run) => {
    for (let number = 0; number < bundles; number++) {
      const device = devices[number % devices.length] as (typeof devices)[number];
      const order = {
        device: { ...device, deviceId: `phone-${number}` },
        doors: Array.from(
          { length: DOORS },
          (_, at) => doors[(number + at * 7) % 100] as DoorOrder,
        ),
        trust: [],
        logAcks: [],
        now: OFFLINE_NOW,
        errorSeconds: 1,
        random: crypto.sha256(numberBytes(number, 4)),
        tagSecret: TAG_SECRET,
      };
      if (!run(sealBundle(order, signers, crypto)).ok) throw new Error('a bundle was not issued');
    }
  });
}

function revocationRow(site: OfflineSite, locks: ReturnType<OfflineSite['lock']>[]) {
  const { crypto, signers } = site;
  const held = locks.map((lock) => {
    const { policyVersion, trustEpoch } = lock;
    const proved = { receiptSequence: 1, trustEpoch, policyVersion, committedLo: OFFLINE_NOW - 60 };
    return { ...lock, proved };
  });
  const until = OFFLINE_NOW + 7 * 86_400;
  return timed((run) => {
    for (const [number, lock] of held.entries()) {
      const lockId = numberBytes(number, 8);
      const marks = (['device', 'person'] as const).map((kind) => ({
        tag: tagOf(crypto, TAG_SECRET, kind, 'user-7', lockId),
        until,
      }));
      const change = revoke(lock, marks, OFFLINE_NOW, crypto);
      const sealed = run(sealPolicy(change.lock, signers, crypto));
      if (sealed.snapshot === null || sealed.delta === null)
        throw new Error('an update is missing');
    }
  });
}

/** How long the work took, and how much of it was the library's signing. */
function timed(work: (run: <T>(signing: Signing<T, InstantSigner>) => T) => void) {
  let signatures = 0;
  let signing = 0;
  const run = <T>(steps: Signing<T, InstantSigner>): T => {
    let step = steps.next();
    while (step.done !== true) {
      const begin = performance.now();
      const signature = step.value.signer.sign(step.value.message);
      signing += performance.now() - begin;
      signatures += 1;
      step = steps.next(signature);
    }
    return step.value;
  };
  const begin = performance.now();
  work(run);
  return { total: performance.now() - begin, signatures, signing };
}
