/** What a phone remembers when it is switched off, and how it starts from that. */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import { checkNow } from '../crypto/steps.js';
import { coseKey } from '../objects/cose-key.js';
import { bytes, integer } from '../objects/forms.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import { openBundle, type Pins } from './bundle-check.js';
import { OUTBOX_PREFIX, type OutboxItem, parseItem } from './outbox.js';
import type { PhoneSetup, PhoneState } from './state.js';

/** The record with what is pinned, and the one with the bundle in use; the others are the outbox. */
export const PINS_RECORD = 'pins';
export const BUNDLE_RECORD = 'bundle';

/** Why a phone does not start. */
export type StartCode =
  /** The pins are there and unreadable: going on without them would take back an old root. */
  'pins_damaged';

/**
 * A phone as its memory has it, with no visit under way.
 * @param records - every record the machine asked to store and not to erase; none in a new phone.
 * @returns code `pins_damaged`: the phone must be enrolled again. A bundle that does not hold any more,
 *   or a damaged item of the outbox, is only lost.
 */
export function startPhone(
  setup: PhoneSetup,
  records: ReadonlyMap<string, Uint8Array>,
  crypto: Crypto,
): Outcome<PhoneState, StartCode> {
  const record = records.get(PINS_RECORD);
  const enrolled: Pins = { trust: setup.trust, siteId: setup.siteId, sequence: 0 };
  const pins = record === undefined ? enrolled : parsePins(record);
  if (pins === undefined) {
    return { ok: false, code: 'pins_damaged', detail: 'the record of pins is unreadable' };
  }
  const bundle = records.get(BUNDLE_RECORD);
  const opened =
    bundle && checkNow(openBundle(bundle, pins, setup.deviceKey, null, crypto), crypto);
  const carried = opened?.ok ? opened.value : null;
  // Power may have failed between the bundle and its pins: then the bundle's are the newer ones.
  const sequence = Math.max(pins.sequence, carried?.bundle.sequence ?? 0);
  const trust = carried?.trust ?? pins.trust;
  const value: PhoneState = {
    setup,
    pins: { ...pins, trust, sequence },
    carried,
    timeToken: carried?.bundle.time ?? null,
    outbox: readOutbox(records, crypto),
    orders: 0,
    links: 0,
    acknowledgement: null,
    visit: null,
  };
  return { ok: true, value };
}

/** The bytes of the record of pins. */
export function encodePins({ trust, siteId, sequence }: Pins): Uint8Array {
  const { root, trustEpoch, nextRootHash } = trust;
  return encodeCbor([1, coseKey.write(root), trustEpoch, nextRootHash, siteId, sequence]);
}

function parsePins(record: Uint8Array): Pins | undefined {
  const decoded = decodeCbor(record);
  const parts = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  if (parts.length !== 6 || parts[0] !== 1) return undefined;
  const [, key, epoch, hash, site, last] = parts as readonly CborValue[];
  const root = coseKey.read(key as CborValue);
  const trustEpoch = integer().read(epoch as CborValue);
  const nextRootHash = bytes(32).read(hash as CborValue);
  const siteId = bytes(8).read(site as CborValue);
  const sequence = integer().read(last as CborValue);
  if (root === undefined || trustEpoch === undefined || nextRootHash === undefined) {
    return undefined;
  }
  if (siteId === undefined || sequence === undefined) return undefined;
  return { trust: { root, trustEpoch, nextRootHash }, siteId, sequence };
}

function readOutbox(records: ReadonlyMap<string, Uint8Array>, crypto: Crypto): OutboxItem[] {
  const items: OutboxItem[] = [];
  for (const [name, record] of records) {
    if (!name.startsWith(OUTBOX_PREFIX)) continue;
    const item = parseItem(crypto, record);
    if (item !== undefined) items.push(item);
  }
  return items.sort((a, b) => a.order - b.order);
}
