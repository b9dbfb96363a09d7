// A lock's Bluetooth on bleno: the GATT service of DKP/1 before a lock that takes and gives frames (protocol/README.md §5).
import { randomBytes } from 'node:crypto';
import { extendedAdvert } from './extended-advert.mjs';
import { Characteristic, PrimaryService } from './stacks.mjs';

/** The service of a lock and its three characteristics. */
export const GATT = {
  service: '432364a45ab78cf499ba4e7b43780775',
  rx: 'e1f47632b6aa878188b238f1244429b9',
  tx: '14e74fa0c5f186b6b533529c20484772',
  info: '20763c4b6b768840888c98793b19e5fd',
};

/**
 * Puts a lock on the air. It adverts nothing until `advertise` is called.
 * @param {Awaited<ReturnType<typeof import('./stacks.mjs').startBleno>>} stack
 * @param {object} lock
 * @param {() => Uint8Array} lock.capabilities - what INFO holds.
 * @param {(mtu: number, phone: import('doorwright/node').FrameReceiver) => import('doorwright/node').HostedConnection} lock.connect
 * @param {(error: unknown) => void} lock.onFault
 */
export async function lockPeripheral({ bleno, hci }, lock) {
  const advert = await extendedAdvert(hci);
  const peripheral = new LockPeripheral(bleno, hci, lock, advert);
  await peripheral.offer();
  return {
    /**
     * Resolves when it is on the air, which is not while a phone is connected, or when something else is to be shown instead.
     * @param {Uint8Array | null} bytes - service data to show from an address of its own; null for none.
     */
    advertise: (bytes) => peripheral.advertise(bytes),
  };
}

class LockPeripheral {
  #bleno;
  #hci;
  #lock;
  #advert;
  #shown = null;
  /** Connections of phones that listen to TX, by handle. */
  #phones = new Map();
  /** Every connection: an advert ends with one, and is shown again after the last. */
  #connections = new Set();

  constructor(bleno, hci, lock, advert) {
    this.#bleno = bleno;
    this.#hci = hci;
    this.#lock = lock;
    this.#advert = advert;
    bleno.on('accept', (_, handle) => this.#connections.add(handle));
    bleno.on('disconnect', (_, handle) => {
      this.#connections.delete(handle);
      this.#leave(handle);
      this.#show();
    });
  }

  offer() {
    const rx = new Characteristic({
      uuid: GATT.rx,
      properties: ['writeWithoutResponse'],
      onWriteRequest: (handle, data, _, __, done) => {
        this.#phones.get(handle)?.send(new Uint8Array(data));
        done(Characteristic.RESULT_SUCCESS);
      },
    });
    const tx = new Characteristic({
      uuid: GATT.tx,
      properties: ['notify'],
      onSubscribe: (handle, longest, notify) => this.#enter(handle, longest + 3, notify),
      onUnsubscribe: (handle) => this.#leave(handle),
    });
    const info = new Characteristic({
      uuid: GATT.info,
      properties: ['read'],
      onReadRequest: (_, offset, done) =>
        done(
          Characteristic.RESULT_SUCCESS,
          Buffer.from(this.#lock.capabilities()).subarray(offset),
        ),
    });
    const service = new PrimaryService({ uuid: GATT.service, characteristics: [rx, tx, info] });
    return new Promise((resolve, reject) => {
      this.#bleno.setServices([service], (error) => (error ? reject(error) : resolve()));
    });
  }

  advertise(bytes) {
    this.#shown?.done();
    this.#shown = null;
    if (bytes === null) return this.#advert.hide();
    const address = randomBytes(6);
    // The two highest bits of a non-resolvable private address are 0.
    address[5] &= 0x3f;
    return new Promise((done) => {
      this.#shown = { content: contentOf(bytes), address, done };
      this.#show();
    });
  }

  #show() {
    if (this.#shown === null || this.#connections.size > 0) return;
    const { content, address, done } = this.#shown;
    this.#advert.show(content, address).catch(this.#lock.onFault).then(done);
  }

  /** Only a phone that listens can be answered, so only then the lock has a connection. */
  #enter(handle, mtu, notify) {
    this.#leave(handle);
    const connection = this.#lock.connect(mtu, {
      frame: (bytes) => notify(Buffer.from(bytes)),
      closed: () => {
        this.#phones.delete(handle);
        this.#hangUp(handle);
      },
    });
    this.#phones.set(handle, connection);
  }

  #leave(handle) {
    const connection = this.#phones.get(handle);
    this.#phones.delete(handle);
    connection?.close();
  }

  /** After what was said: a controller that ends a connection forgets what it did not send yet. */
  #hangUp(handle) {
    const isSaid = () =>
      !this.#hci._handleAclsInProgress[handle] &&
      !this.#hci._aclOutQueue.some((packet) => packet.handle === handle);
    const end = () => {
      if (this.#connections.has(handle) && !isSaid()) return;
      this.#hci._socket.removeListener('data', endSoon);
      if (this.#connections.has(handle)) this.#bleno.disconnect(handle);
    };
    // bleno hears of the packets that were sent by the same event.
    const endSoon = () => setImmediate(end);
    this.#hci._socket.on('data', endSoon);
    endSoon();
  }
}

/** Flags, the list of services, the service data. @param {Uint8Array} bytes */
function contentOf(bytes) {
  const uuid = Buffer.from(GATT.service, 'hex').reverse();
  const part = (type, body) => Buffer.from([body.length + 1, type, ...body]);
  const LE_ONLY = 0x06;
  return Buffer.concat([part(0x01, [LE_ONLY]), part(0x07, uuid), part(0x21, [...uuid, ...bytes])]);
}
