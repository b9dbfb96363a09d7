import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkNow, signNow } from '../../../protocol/crypto/steps.js';
import { sealCertificate } from '../../../protocol/issuer/certificates.js';
import { openDeviceAck } from '../../../protocol/issuer/device-acks.js';
import { newIssuerDevice } from '../../../protocol/issuer/issuer-device.js';
import { firstTrust, rotateTrust } from '../../../protocol/issuer/rotation.js';
import { deviceAckClaims } from '../../../protocol/objects/acknowledgements.js';
import type { Bundle } from '../../../protocol/objects/bundle.js';
import type { PhoneEffect } from '../../../protocol/phone/event.js';
import { BUNDLE_RECORD, PINS_RECORD, startPhone } from '../../../protocol/phone/memory.js';
import {
  addItem,
  encodeItem,
  OUTBOX_MAX,
  type OutboxItem,
  parseItem,
} from '../../../protocol/phone/outbox.js';
import {
  certified,
  crypto,
  filled,
  NOW,
  nextRoot,
  root,
  SITE_ID,
  signerOf,
} from '../../helpers/issuing.js';
import { runs } from '../../helpers/runs.js';
import {
  bundleBytes,
  device,
  doorOf,
  sealed,
  setup,
  signers,
  timeBytes,
  trust,
} from './bundles.js';
import { type PhoneHost, phoneHost } from './phone-host.js';

const phone = (memory?: Map<string, Uint8Array>) => phoneHost(setup, device, undefined, memory);

/** Why a phone refuses these bytes; null when it takes them. */
function codeOf(host: PhoneHost, bytes: Uint8Array): string | null | undefined {
  const effects = host.send({ kind: 'bundle', bytes });
  const told = effects.filter((effect) => effect.kind === 'bundle');
  expect(told).toHaveLength(1);
  const refused = told[0]?.kind === 'bundle' ? told[0].refused : undefined;
  // What is refused changes nothing and is stored nowhere.
  if (refused !== null) expect(effects).toHaveLength(1);
  return refused;
}

const kinds = (effects: readonly PhoneEffect[]) => effects.map(({ kind }) => kind);

describe('a bundle', () => {
  test('is stored, then pinned, then told, then acknowledged by the device’s signature', () => {
    const host = phone();
    const effects = host.send({ kind: 'bundle', bytes: bundleBytes() });
    expect(kinds(effects)).toEqual(['store', 'store', 'bundle', 'sign', 'store', 'upload']);
    expect([...host.memory.keys()].slice(0, 2)).toEqual([BUNDLE_RECORD, PINS_RECORD]);
    const [ack] = host.state.outbox;
    const enrolled = { deviceId: 'd', personId: 'p', key: device.publicKey, hardwareKey: false };
    const row = { ...newIssuerDevice(enrolled), sequence: 1 };
    const opened = checkNow(openDeviceAck(ack!.bytes, row, crypto), crypto);
    expect(opened).toMatchObject({ ok: true, value: { acknowledged: 1 } });
  });

  test('is not acknowledged when the key is not released, and may be asked again', () => {
    const host = phone();
    host.signer = null;
    host.send({ kind: 'bundle', bytes: bundleBytes() });
    expect(host.state.outbox).toEqual([]);
    host.signer = signerOf(55);
    host.send({ kind: 'acknowledge' });
    expect(host.state.outbox).toEqual([]);
    host.signer = device;
    host.send({ kind: 'acknowledge' });
    expect(host.state.outbox.map(({ kind }) => kind)).toEqual(['device-ack']);
  });

  test('acknowledges itself in place of every one before', () => {
    const host = phone();
    host.send({ kind: 'bundle', bytes: bundleBytes() });
    host.send({ kind: 'bundle', bytes: bundleBytes({ sequence: 2 }) });
    expect(host.state.outbox).toHaveLength(1);
    expect([...host.memory.keys()].filter((name) => name.startsWith('outbox-'))).toHaveLength(1);
  });

  const altered = (at: number) => {
    const bytes = bundleBytes();
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    return bytes;
  };
  const day = 86_400;
  const chain = (...certificates: Uint8Array[]): Partial<Bundle> => ({ chain: certificates });
  const stranger = certified(14, ['bundle'], {}, signerOf(9)).certificate;
  const ROWS: readonly (readonly [string, Uint8Array, string])[] = [
    ['no bytes', new Uint8Array(0), 'cbor_truncated'],
    ['a flipped bit in the signature', altered(-1), 'bundle_signature'],
    [
      'another kind of object',
      sealed('device-ack', device, deviceAckClaims.encode({ version: 1, iat: 1, sequence: 1 })),
      'envelope_type',
    ],
    ['another device', bundleBytes({ deviceKeyId: filled(1, 8) }), 'bundle_other_device'],
    ['two doors of one lock', bundleBytes({ doors: [doorOf(), doorOf()] }), 'bundle_door_twice'],
    ['no certificate', bundleBytes(chain()), 'bundle_signer_unknown'],
    ['a signer without the role (A13)', bundleBytes({}, signers.grant.signer), 'bundle_signature'],
    ['the root itself as signer (A13)', bundleBytes({}, root), 'bundle_signature'],
    ['a certificate of another root', bundleBytes(chain(stranger)), 'bundle_signer_unknown'],
    [
      'a certificate of another site',
      bundleBytes(chain(certified(14, ['bundle'], { siteId: filled(9, 8) }).certificate)),
      'bundle_signer_unknown',
    ],
    [
      'a certificate of another epoch (A14)',
      bundleBytes(chain(certified(14, ['bundle'], { trustEpoch: 2 }).certificate)),
      'bundle_signer_unknown',
    ],
    [
      'a certificate that is over (A14)',
      bundleBytes(
        chain(certified(14, ['bundle'], { from: NOW - day, until: NOW - 5 }).certificate),
      ),
      'bundle_signer_unknown',
    ],
    [
      'a certificate to come (A14)',
      bundleBytes(
        chain(certified(14, ['bundle'], { from: NOW + 400, until: NOW + day }).certificate),
      ),
      'bundle_signer_unknown',
    ],
    [
      'a stamp outside its certificate',
      bundleBytes({ iat: NOW - 2 * day }),
      'bundle_signer_unknown',
    ],
  ];
  test.each(ROWS)('with %s is refused', (_, bytes, code) => {
    expect(codeOf(phone(), bytes)).toBe(code);
  });

  test('whose signer’s certificate ended since is refused by the phone’s clock', () => {
    const host = phone();
    host.now = NOW + 29 * day;
    expect(codeOf(host, bundleBytes())).toBe('bundle_signer_unknown');
  });

  test('with any byte altered is refused', () => {
    const bytes = bundleBytes();
    const host = phone();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const wrong = bytes.slice();
        wrong[at]! ^= mask;
        expect(codeOf(host, wrong)).not.toBeNull();
      }),
      { numRuns: runs(40), seed: 44 },
    );
  });

  test('with the sequence of one taken before, or a lower one, is refused', () => {
    const host = phone();
    expect(codeOf(host, bundleBytes({ sequence: 5 }))).toBeNull();
    expect(codeOf(host, bundleBytes({ sequence: 5 }))).toBe('bundle_old');
    expect(codeOf(host, bundleBytes({ sequence: 4 }))).toBe('bundle_old');
    expect(codeOf(host, bundleBytes({ sequence: 6 }))).toBeNull();
  });
});

describe('a change of the root', () => {
  const third = signerOf(3);
  const rotated = signNow(rotateTrust(trust, root, nextRoot, third.publicKey, crypto));
  const again = signNow(rotateTrust(rotated.trust, nextRoot, third, signerOf(4).publicKey, crypto));
  const certificate = (by: typeof root, trustEpoch: number) =>
    signNow(
      sealCertificate(
        by,
        {
          key: signers.bundle.signer.publicKey,
          roles: ['bundle'],
          from: NOW - 100,
          until: NOW + 1000,
          lifeMax: 100,
          trustEpoch,
          siteId: SITE_ID,
        },
        crypto,
      ),
    ).certificate;
  const second = certificate(nextRoot, 2);

  test('is followed when it is the one committed to, and pinned', () => {
    const host = phone();
    const bytes = bundleBytes({ trust: [rotated.update], chain: [second] });
    expect(codeOf(host, bytes)).toBeNull();
    expect(host.state.pins.trust).toEqual(rotated.trust);
    const old = bundleBytes({ sequence: 2 });
    expect(codeOf(host, old)).toBe('bundle_signer_unknown');
    const started = startPhone(setup, host.memory, crypto);
    expect(started.ok && started.value.pins.trust).toEqual(rotated.trust);
  });

  test('F15 is refused when an epoch is skipped, and two at once are followed', () => {
    const chain = [certificate(third, 3)];
    expect(codeOf(phone(), bundleBytes({ trust: [again.update], chain }))).toBe(
      'trust_epoch_skipped',
    );
    const host = phone();
    const both = { trust: [rotated.update, again.update], chain };
    expect(codeOf(host, bundleBytes(both))).toBeNull();
    // What is known already is passed over: the bundle carries it for locks.
    expect(codeOf(host, bundleBytes({ ...both, sequence: 2 }))).toBeNull();
    expect(host.state.pins.trust.trustEpoch).toBe(3);
  });

  test('F15 to a root nobody committed to is refused, and changes nothing', () => {
    const other = firstTrust(root.publicKey, third.publicKey, crypto);
    const forged = signNow(rotateTrust(other, root, third, nextRoot.publicKey, crypto));
    const host = phone();
    const bytes = bundleBytes({ trust: [forged.update], chain: [certificate(third, 2)] });
    expect(codeOf(host, bytes)).toBe('trust_root_uncommitted');
    expect(host.state.pins.trust).toEqual(trust);
  });

  test('does not count when the rest of its bundle is refused', () => {
    const host = phone();
    const bytes = bundleBytes({ trust: [rotated.update], chain: [] });
    expect(codeOf(host, bytes)).toBe('bundle_signer_unknown');
    expect(host.state.pins.trust).toEqual(trust);
    expect(host.memory.size).toBe(0);
  });
});

describe('after power came back', () => {
  function stored() {
    const host = phone();
    host.send({ kind: 'bundle', bytes: bundleBytes({ time: timeBytes() }) });
    return host;
  }

  test('everything is there again', () => {
    const host = stored();
    const again = phone(new Map(host.memory));
    const { carried, pins, timeToken, outbox } = host.state;
    expect(again.state).toMatchObject({ carried, pins, timeToken, outbox });
  });

  test('between bundle and pins, the bundle counts, and none before it', () => {
    const host = stored();
    const memory = new Map(host.memory);
    host.send({ kind: 'bundle', bytes: bundleBytes({ sequence: 2 }) });
    memory.set(BUNDLE_RECORD, host.memory.get(BUNDLE_RECORD)!);
    const again = phone(memory);
    expect(again.state.pins.sequence).toBe(2);
    expect(codeOf(again, bundleBytes({ sequence: 2 }))).toBe('bundle_old');
  });

  test('a bundle from last week that somebody put back is lost', () => {
    const host = stored();
    const old = host.memory.get(BUNDLE_RECORD)!;
    host.send({ kind: 'bundle', bytes: bundleBytes({ sequence: 2 }) });
    const again = phone(new Map([...host.memory, [BUNDLE_RECORD, old]]));
    expect(again.state.carried).toBeNull();
    expect(again.state.pins.sequence).toBe(2);
  });

  test('damaged pins do not start, whatever the damage', () => {
    const { memory } = stored();
    const pins = memory.get(PINS_RECORD)!;
    for (const record of [
      new Uint8Array(0),
      pins.slice(1),
      Uint8Array.of(...pins, 0),
      filled(0xff, 20),
    ]) {
      const started = startPhone(setup, new Map([[PINS_RECORD, record]]), crypto);
      expect(started).toMatchObject({ ok: false, code: 'pins_damaged' });
    }
  });

  test('a damaged bundle or item is lost, and nothing else', () => {
    const { memory } = stored();
    const [item] = [...memory.keys()].filter((name) => name.startsWith('outbox-'));
    memory.set(BUNDLE_RECORD, filled(1, 50));
    memory.set(item!, filled(1, 50));
    const again = phone(memory);
    expect(again.state.carried).toBeNull();
    expect(again.state.outbox).toEqual([]);
    expect(again.state.pins.sequence).toBe(1);
  });
});

describe('the outbox', () => {
  const add = (
    outbox: readonly OutboxItem[],
    number: number,
    kind: OutboxItem['kind'] = 'receipt',
  ) => addItem(crypto, outbox, kind, filled(1, 8), Uint8Array.of(number & 255, number >> 8, 1));

  test('keeps each thing once, in order, and drops the oldest when it is full', () => {
    let outbox: readonly OutboxItem[] = [];
    for (let number = 0; number < OUTBOX_MAX; number++) {
      const added = add(outbox, number);
      expect(added.dropped).toEqual([]);
      outbox = added.outbox;
    }
    const same = add(outbox, 7);
    expect(same.outbox).toHaveLength(OUTBOX_MAX);
    const [eldest] = outbox;
    const one = add(outbox, 5000);
    expect(one.dropped).toEqual([eldest!.id]);
    expect(one.outbox).toHaveLength(OUTBOX_MAX);
    expect(one.outbox.at(-1)).toEqual(one.item);
  });

  test('goes round through its records', () => {
    const { item } = add([], 3);
    expect(parseItem(crypto, encodeItem(item))).toEqual(item);
    const ack = addItem(crypto, [], 'device-ack', null, filled(3, 80)).item;
    expect(parseItem(crypto, encodeItem(ack))).toEqual(ack);
    for (const wrong of [new Uint8Array(0), encodeItem(item).slice(1), filled(0x80, 1)]) {
      expect(parseItem(crypto, wrong)).toBeUndefined();
    }
  });

  test('forgets what the server has, and no more', () => {
    const host = phone();
    host.send({ kind: 'bundle', bytes: bundleBytes() });
    const [item] = host.state.outbox;
    expect(host.send({ kind: 'uploaded', ids: ['00'] })).toEqual([]);
    const effects = host.send({ kind: 'uploaded', ids: [item!.id] });
    expect(effects).toEqual([{ kind: 'erase', record: `outbox-${item!.id}` }]);
    expect(host.state.outbox).toEqual([]);
  });
});
