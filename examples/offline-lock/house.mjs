// A shed with an offline lock, its server, and the phones of Ada and Ben: everything of the example but the radio.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto, openRecordFolder } from 'doorwright/node';
import { fromHex, memorySigner } from 'doorwright/protocol';
import { startBridgeLock } from './bridge-lock.mjs';
import { nobleTransport } from './noble-transport.mjs';
import { commission, startPhoneHost } from './phone.mjs';
import { openSite } from './site.mjs';
import { startBleno, startNoble } from './stacks.mjs';

/** In Unix seconds. */
const now = () => Math.floor(Date.now() / 1000);

/**
 * Puts the lock and the phones on the air; the lock has no owner yet.
 * @param {object} parts
 * @param {object} parts.policy
 * @param {string} parts.folder - an empty one, for what the lock and the phones remember.
 * @param {number | object} parts.lockAdapter - as `startBleno` takes it.
 * @param {number | object} parts.phoneAdapter - as `startNoble` takes it: both phones use this one radio.
 * @param {(order: import('doorwright/node').BoltMove) => Promise<boolean>} parts.moveBolt
 * @param {(error: unknown) => void} parts.onFault
 */
export async function openHouse({ policy, folder, lockAdapter, phoneAdapter, moveBolt, onFault }) {
  const crypto = nodeCrypto();
  const random = () => new Uint8Array(randomBytes(56));
  mkdirSync(folder, { recursive: true });
  const lockStack = await startBleno(lockAdapter);
  const phoneStack = await startNoble(phoneAdapter);
  const parts = { folder: join(folder, 'locks'), crypto, moveBolt, random, onFault };
  const lock = await startBridgeLock(lockStack, parts);
  const transport = nobleTransport(phoneStack.noble, { onFault });
  const site = openSite(policy, { crypto, now });
  const phones = new Map();

  return {
    lock,
    site,
    /** Somebody presses the lock's button and reads its label to the server; the lock then has an owner. */
    async commission() {
      await lock.signal('button');
      const { claims } = await commission(transport, site.commissioningOrder(lock.label), crypto);
      site.takeLock(lock.lockId, claims);
    },
    /** A new phone. Its key is made here and never leaves it. */
    enrol(user) {
      const signer = memorySigner(crypto, 'ed25519', new Uint8Array(randomBytes(32)));
      site.enrol(user, signer.publicKey);
      const { trust, siteId } = site;
      const phone = startPhoneHost({
        transport,
        setup: { deviceKey: signer.publicKey, hardwareKey: false, trust, siteId },
        signer,
        crypto,
        memory: openRecordFolder(join(folder, `phone-${user}`)),
        timeToken: async (nonce) => site.timeToken(nonce),
      });
      phones.set(user, phone);
      this.meetServer(user);
    },
    /** A phone has a network for a moment: it brings what it has and gets a new bundle. */
    meetServer(user) {
      const phone = phones.get(user);
      phone.uploaded(site.takeBack(phone.outbox));
      phone.takeBundle(site.bundleFor(user));
    },
    /** Somebody touches the lock and holds a phone to it; neither needs a network. */
    async open(user) {
      await lock.signal('touched');
      const INTENT = 1;
      const lockId = fromHex(lock.lockId);
      return phones.get(user).open({ lockId, operation: 'unlock', asserted: INTENT });
    },
    stop() {
      for (const phone of phones.values()) phone.stop();
      lock.stop();
      lockStack.stop();
      phoneStack.stop();
    },
  };
}
