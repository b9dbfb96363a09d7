/** Judging a grant against one signature check of the same library. */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { checkNow, type SignatureCheck, signNow } from '../../protocol/crypto/steps.js';
import { sealGrants } from '../../protocol/issuer/grants.js';
import { createVerifier } from '../../protocol/verify/verifier.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { loadSodium } from '../../src/adapters/sodium.js';
import type { Contender } from '../contender.js';
import { OFFLINE_NOW, offlineSite, SITE_ID, TAG_SECRET, weekOfGrants } from '../offline-site.js';
import { type Effort, race } from '../race.js';
import type { Table } from '../table.js';

/** Names of the rows, for the targets. */
export const VERIFY_ROWS = {
  raw: 'one signature, the library alone',
  grant: 'doorwright judges the grant',
} as const;

/** Grants judged in turn, each of another device, all met before. */
const GRANTS = 64;

/** One grant, and the check that its signature needs. */
interface Input {
  readonly grant: Uint8Array;
  readonly check: SignatureCheck;
}

/** One table for each library that is here. */
export async function offlineVerifyTables(effort: Effort): Promise<Table[]> {
  const backends: (Crypto | undefined)[] = [await loadSodium(), nodeCrypto(), nobleCrypto()];
  const tables: Table[] = [];
  for (const crypto of backends) if (crypto !== undefined) tables.push(await table(crypto, effort));
  return tables;
}

async function table(crypto: Crypto, effort: Effort): Promise<Table> {
  const site = offlineSite(crypto);
  const lock = site.lock(1);
  const lockId = Uint8Array.from({ length: 8 }, (_, index) => (index === 7 ? 1 : 0));
  const interval = { lo: OFFLINE_NOW + 7500, hi: OFFLINE_NOW + 7500 };
  const verifier = createVerifier({ ...site.trust, siteId: SITE_ID, acceptsEs256: true }, crypto);
  checkNow(verifier.learn(site.signers.grant.certificate, interval), crypto);
  const judged = (grant: Uint8Array) =>
    verifier.judge({ grant, lockId, interval, operation: 1, asserted: 1 });
  const inputs = Array.from({ length: GRANTS }, (_, number): Input => {
    const order = {
      lock,
      device: site.device(number),
      grants: [weekOfGrants()],
      now: OFFLINE_NOW,
      random: crypto.sha256(Uint8Array.of(number)),
      tagSecret: TAG_SECRET,
    };
    const sealed = signNow(sealGrants(order, site.signers.grant, crypto));
    const grant = sealed.ok ? sealed.value[0]?.bytes : undefined;
    if (grant === undefined) throw new Error('no grant to judge');
    const first = judged(grant).next();
    if (first.done) throw new Error('judged without a signature');
    return { grant, check: first.value };
  });
  const contenders: Contender<Input>[] = [
    {
      name: VERIFY_ROWS.raw,
      check: ({ check }) => crypto.verify(check.key, check.message, check.signature),
    },
    {
      name: VERIFY_ROWS.grant,
      check: ({ grant }) => checkNow(judged(grant), crypto).effect === 'permit',
    },
  ];
  const laps = await race(contenders, inputs, effort);
  const grantBytes = Math.max(...inputs.map(({ grant }) => grant.length));
  return {
    id: `offline-verify-${crypto.name}`,
    title: `May this grant open the lock? ${crypto.name}`,
    columns: [
      { key: 'name', title: 'work', unit: 'text' },
      { key: 'min', title: 'min', unit: 'nanoseconds' },
      { key: 'median', title: 'median', unit: 'nanoseconds' },
      { key: 'spread', title: '± MAD', unit: 'nanoseconds' },
      { key: 'p99', title: 'p99', unit: 'nanoseconds' },
    ],
    rows: laps.map(({ name, batch, single }) => ({
      name,
      min: batch.min,
      median: batch.median,
      spread: batch.spread,
      p99: single.p99,
    })),
    notes: [
      `${GRANTS} grants of ${grantBytes} bytes with ten windows; certificate and devices met before`,
    ],
  };
}
