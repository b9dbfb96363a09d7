/** What a lock stores, record by record, and the bytes of each (protocol/README.md, "Storage"). */
import type { Crypto } from '../crypto/crypto.js';
import { BLOCKED_MAX, CERTIFICATES_MAX, MARKS_MAX, USE_COUNTERS_MAX } from '../limits.js';
import { configForm, type LockConfig } from '../objects/admin-update.js';
import { certificateClaims } from '../objects/certificate.js';
import type { Form } from '../objects/claims.js';
import { coseKey, keyId } from '../objects/cose-key.js';
import { bytes, constant, integer, listOf, orNull, sizedBytes } from '../objects/forms.js';
import { floorForm, markForm } from '../objects/policy-update.js';
import { intervalForm } from '../objects/receipt.js';
import { STATUS_NUMBERS, statusOf } from '../status.js';
import { bytesNumber, numberBytes } from '../wire/bytes.js';
import type { LockPolicy } from './policy-store.js';
import { mapped, type RecordForm, recordOf, tuple } from './record-form.js';
import { Secret } from './secret.js';
import type { Alarm, Journal, LockSelf, Owner } from './state.js';
import type { KnownCertificate } from './trust-store.js';
import type { UseCounter } from './use-counters.js';

/** A configuration until the first admin update: the log names nobody. */
export const FIRST_CONFIG: LockConfig = { version: 0, openSeconds: 5, personalLog: false };

/** Power-ups, u32 BE. */
export const bootsRecord: RecordForm<number> = {
  name: 'boots',
  encode: (boots) => numberBytes(boots, 4),
  decode: (stored) => (stored.length === 4 ? bytesNumber(stored) : undefined),
};

const ownerForm = mapped(
  tuple(coseKey, integer(), bytes(32), bytes(8), sizedBytes(1, 32), bytes(32), bytes(32)),
  ([root, trustEpoch, nextRootHash, siteId, readerId, logKey, advertKey]): Owner => ({
    trust: { root, trustEpoch, nextRootHash },
    siteId,
    readerId,
    logKey,
    advertKey: new Secret(advertKey),
  }),
  ({ trust, siteId, readerId, logKey, advertKey }) => {
    const pinned = [trust.root, trust.trustEpoch, trust.nextRootHash] as const;
    return [...pinned, siteId, readerId, logKey, advertKey.reveal()] as const;
  },
);

/** Who the lock is and whose: the one record whose writing makes or ends an ownership. */
export const selfRecord: RecordForm<LockSelf> = recordOf(
  'self',
  mapped(
    tuple(
      constant(1),
      tuple(bytes(32), bytes(32), bytes(32), orNull(bytes(32))),
      orNull(tuple(integer(), orNull(integer()))),
      orNull(ownerForm),
    ),
    ([, [device, staticSecret, identity, formerStatic], rekeying, owner]): LockSelf => ({
      secrets: new Secret({ device, static: staticSecret, identity, formerStatic }),
      rekeying: rekeying && { logSequence: rekeying[0], until: rekeying[1] },
      owner,
    }),
    ({ secrets, rekeying, owner }) => {
      const { device, static: staticSecret, identity, formerStatic } = secrets.reveal();
      const change = rekeying && ([rekeying.logSequence, rekeying.until] as const);
      return [1, [device, staticSecret, identity, formerStatic], change, owner] as const;
    },
  ),
);

const alarmForm = mapped(
  tuple(integer(0, 255), integer()),
  ([number, logSequence]): Alarm | undefined => {
    const status = statusOf(number);
    return status === 'clock_alarm' || status === 'fork' ? { status, logSequence } : undefined;
  },
  ({ status, logSequence }: Alarm) => [STATUS_NUMBERS[status], logSequence] as const,
);

/** What changes with every answer. */
export const journalRecord: RecordForm<Journal> = recordOf(
  'journal',
  mapped(
    tuple(
      constant(1),
      intervalForm,
      integer(),
      integer(),
      orNull(configForm),
      integer(),
      integer(),
      orNull(alarmForm),
    ),
    ([, committed, receiptSequence, adminSequence, config, logSequence, logReleased, alarm]) => ({
      committed,
      receiptSequence,
      adminSequence,
      config: config ?? FIRST_CONFIG,
      logSequence,
      logReleased,
      alarm,
    }),
    (journal: Journal) => {
      const { committed, receiptSequence, adminSequence, logSequence, logReleased } = journal;
      const config = journal.config.version === 0 ? null : journal.config;
      const counters = [receiptSequence, adminSequence, config] as const;
      return [1, committed, ...counters, logSequence, logReleased, journal.alarm] as const;
    },
  ),
);

/** What the lock refuses. */
export const policyRecord: RecordForm<LockPolicy> = recordOf(
  'policy',
  mapped(
    tuple(
      constant(1),
      integer(),
      bytes(16),
      floorForm,
      listOf(markForm, MARKS_MAX),
      listOf(bytes(8), BLOCKED_MAX),
    ),
    ([, policyVersion, post, floor, marks, blocked]) => ({
      policyVersion,
      post,
      floor,
      marks,
      blocked,
    }),
    ({ policyVersion, post, floor, marks, blocked }: LockPolicy) =>
      [1, policyVersion, post, floor, marks, blocked] as const,
  ),
);

/** Uses of shares. */
export const usesRecord: RecordForm<readonly UseCounter[]> = recordOf(
  'uses',
  mapped(
    tuple(constant(1), listOf(tuple(bytes(8), integer(1), integer()), USE_COUNTERS_MAX)),
    ([, list]) => list.map(([useId, used, exp]): UseCounter => ({ useId, used, exp })),
    (counters: readonly UseCounter[]) =>
      [1, counters.map(({ useId, used, exp }) => [useId, used, exp] as const)] as const,
  ),
);

/** Certificates whose signatures were checked; the memory of a lock is not for others to write. */
export function certificatesRecord(crypto: Crypto): RecordForm<readonly KnownCertificate[]> {
  const certificate: Form<KnownCertificate> = {
    read: (value) => {
      const claims = value instanceof Uint8Array ? certificateClaims.parse(value) : undefined;
      if (claims?.ok !== true) return undefined;
      return { ...claims.value, keyId: keyId(crypto, claims.value.key) };
    },
    write: ({ keyId: _, ...claims }) => certificateClaims.encode(claims),
  };
  return recordOf(
    'certificates',
    mapped(
      tuple(constant(1), listOf(certificate, CERTIFICATES_MAX)),
      ([, list]) => list,
      (list: readonly KnownCertificate[]) => [1, list] as const,
    ),
  );
}

/** The name of a page of the log; its bytes are the page itself. */
export function pageName(page: number): string {
  return `log-${String(page).padStart(2, '0')}`;
}
