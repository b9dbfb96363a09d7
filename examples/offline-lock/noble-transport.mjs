// The port `Transport` of `doorwright/transport` over noble: what a phone, here a Node process, needs of a radio.
import { GATT } from './lock.mjs';

/** Locks whose address is remembered: each advert of a lock has a new one. */
const HEARD_MAX = 256;
/** Frames that may be said at once; a message has 108 at most. noble tells nobody how many wait in it. */
const WAITING_MAX = 256;
const MTU_MIN = 23;
/**
 * How long a connection may take, in milliseconds. A lock adverts ten times a second, and changes its address when it is touched: whom one does
 * not reach by then is not there any more, and the phone machine, which gives five seconds, listens again.
 */
const CONNECT_MS = 2000;
/** How long everything after it may take: noble never tells that a lock refused to be subscribed to. */
const JOIN_MS = 5000;
/** HCI reasons of an end that somebody wanted: the peer's user, its lack of resources, its switching off. */
const ENDED_BY_PEER = new Set([0x13, 0x14, 0x15]);

/**
 * Ways to locks. noble does one thing at a time, and stops scanning to connect; so do we, in turn.
 * @param {object} noble - powered on.
 * @param {{ onFault: (error: unknown) => void, connectMs?: number }} options - `connectMs` bounds an attempt that nobody answers; 2000.
 * @returns {import('doorwright/transport').Transport}
 */
export function nobleTransport(noble, { onFault, connectMs = CONNECT_MS }) {
  const radio = new Radio(noble, onFault, connectMs);
  return {
    listen: (onSighting) => radio.listen(onSighting),
    connect: (address, onEvent) => radio.connect(address, onEvent),
  };
}

class Radio {
  #noble;
  onFault;
  connectMs;
  #listeners = new Set();
  #heard = new Map();
  #isScanning = false;
  #last = Promise.resolve();
  /** By address: the link that lives, or the promise that the one before is closed. */
  #holds = new Map();

  constructor(noble, onFault, connectMs) {
    this.#noble = noble;
    this.onFault = onFault;
    this.connectMs = connectMs;
    noble.on('discover', (peripheral) => this.#hear(peripheral));
    noble.on('stateChange', (state) => {
      if (state !== 'poweredOn') {
        this.#isScanning = false;
        // noble may never answer what was asked of it before.
        this.#last = Promise.resolve();
        onFault(new Error(`Bluetooth is ${state}`));
      } else this.#inTurn(() => this.#scanAsWanted());
    });
  }

  listen(onSighting) {
    const listener = { onSighting };
    this.#listeners.add(listener);
    this.#inTurn(() => this.#scanAsWanted());
    return () => {
      this.#listeners.delete(listener);
      this.#inTurn(() => this.#scanAsWanted());
    };
  }

  connect(address, onEvent) {
    const before = this.#holds.get(address);
    const link = new NobleLink(this, onEvent);
    const peripheral = this.#heard.get(address);
    if (peripheral === undefined || before instanceof NobleLink) {
      const why =
        peripheral === undefined
          ? 'no lock was heard there'
          : 'there is a link to that lock already';
      queueMicrotask(() => link.fail(new Error(why)));
      return link;
    }
    this.#holds.set(address, link);
    link.onClosed = (closed) => this.#release(address, link, closed);
    this.#inTurn(async () => {
      await before;
      if (link.isOver) return;
      await this.#scan(false);
      await link.open(peripheral);
      await this.#scanAsWanted();
    });
    return link;
  }

  /** Whoever connects anew waits until the link before is closed. */
  #release(address, link, closed) {
    if (this.#holds.get(address) !== link) return;
    this.#holds.set(address, closed);
    closed.finally(() => {
      if (this.#holds.get(address) === closed) this.#holds.delete(address);
    });
  }

  #inTurn(work) {
    this.#last = this.#last.then(work).catch(this.onFault);
  }

  #scanAsWanted() {
    return this.#scan(this.#listeners.size > 0);
  }

  async #scan(on) {
    if (this.#isScanning === on) return;
    this.#isScanning = on;
    try {
      // Every advert is told, again and again: a lock's salt changes.
      if (on) await this.#noble.startScanningAsync([GATT.service], true);
      else await this.#noble.stopScanningAsync();
    } catch (error) {
      this.#isScanning = false;
      this.onFault(error);
    }
  }

  #hear(peripheral) {
    const { serviceData } = peripheral.advertisement;
    const shown = serviceData.find(({ uuid }) => uuid === GATT.service);
    if (shown === undefined) return;
    const { address } = peripheral;
    this.#heard.delete(address);
    this.#heard.set(address, peripheral);
    if (this.#heard.size > HEARD_MAX) this.#heard.delete(this.#heard.keys().next().value);
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.onSighting({ address, advert: new Uint8Array(shown.data) });
      } catch (error) {
        this.onFault(error);
      }
    }
  }
}

/** One connection. Whatever happens first ends it, once. */
class NobleLink {
  #radio;
  #onEvent;
  #stage = 'coming';
  #peripheral = null;
  #rx = null;
  #mtu = MTU_MIN;
  #waiting = 0;
  /** What the lock said before this side had told that it is connected. */
  #early = [];
  /** Told once, with the promise that nothing of the connection is left. */
  onClosed = () => {};

  constructor(radio, onEvent) {
    this.#radio = radio;
    this.#onEvent = onEvent;
  }

  get isOver() {
    return this.#stage === 'over';
  }

  send(frame) {
    if (this.isOver) return;
    if (this.#stage === 'coming') throw new TypeError('this link is not connected yet');
    if (frame.length === 0 || frame.length > this.#mtu - 3) {
      throw new RangeError(`a frame has 1 to ${this.#mtu - 3} bytes here, not \`${frame.length}\``);
    }
    if (this.#waiting >= WAITING_MAX) {
      queueMicrotask(() =>
        this.fail(new Error(`${WAITING_MAX} frames wait: this link carries nothing`)),
      );
      return;
    }
    this.#waiting += 1;
    const bytes = Buffer.from(frame);
    // noble answers at once, and nothing may happen during this call.
    queueMicrotask(() => this.#write(bytes));
  }

  disconnect() {
    if (this.isOver) return;
    this.#close();
    queueMicrotask(() => this.#tell({ kind: 'disconnected', end: 'local' }));
  }

  /** Connects, finds the service, is told of TX. */
  async open(peripheral) {
    this.#peripheral = peripheral;
    let timer = this.#failAfter(this.#radio.connectMs);
    try {
      // An end while the link is coming rejects whatever is awaited here.
      await peripheral.connectAsync();
      if (this.isOver) return await closed(peripheral);
      clearTimeout(timer);
      timer = this.#failAfter(JOIN_MS);
      peripheral.once('disconnect', (reason) => this.#end(this.#isGoneBy(reason)));
      const capabilities = await this.#join(peripheral);
      if (this.isOver) return;
      this.#mtu = peripheral.mtu ?? MTU_MIN;
      this.#stage = 'open';
      this.#tell({ kind: 'connected', mtu: this.#mtu, capabilities });
      for (const bytes of this.#early.splice(0)) this.#tell({ kind: 'frame', bytes });
    } catch (error) {
      this.fail(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Nothing came of it, or it carries nothing any more. */
  fail(error) {
    if (this.isOver) return;
    this.#radio.onFault(error);
    this.#end(this.#stage === 'coming' ? 'unreachable' : 'lost');
  }

  #failAfter(milliseconds) {
    return setTimeout(() => this.fail(new Error('the lock does not answer')), milliseconds);
  }

  async #join(peripheral) {
    const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync(
      [GATT.service],
      [GATT.rx, GATT.tx, GATT.info],
    );
    const find = (wanted) => {
      const found = characteristics.find(({ uuid }) => uuid === wanted);
      if (found === undefined) throw new Error('this is no lock: a characteristic is missing');
      return found;
    };
    this.#rx = find(GATT.rx);
    const capabilities = new Uint8Array(await find(GATT.info).readAsync());
    // That is how noble tells that it was refused.
    if (capabilities.length === 0) throw new Error('this is no lock: it tells nothing of itself');
    const tx = find(GATT.tx);
    tx.on('data', (data) => this.#hear(new Uint8Array(data)));
    await tx.subscribeAsync();
    return capabilities;
  }

  #isGoneBy(reason) {
    if (this.#stage === 'coming') return 'unreachable';
    return ENDED_BY_PEER.has(reason) ? 'remote' : 'lost';
  }

  #hear(bytes) {
    if (this.isOver) return;
    if (this.#stage === 'coming') this.#early.push(bytes);
    else this.#tell({ kind: 'frame', bytes });
  }

  #write(bytes) {
    this.#waiting -= 1;
    if (this.isOver) return;
    try {
      this.#rx.write(bytes, true);
    } catch (error) {
      this.fail(error);
    }
  }

  #end(end) {
    if (this.isOver) return;
    this.#close();
    this.#tell({ kind: 'disconnected', end });
  }

  #close() {
    this.#stage = 'over';
    this.onClosed(this.#peripheral === null ? Promise.resolve() : closed(this.#peripheral));
  }

  #tell(event) {
    try {
      this.#onEvent(event);
    } catch (error) {
      this.#radio.onFault(error);
    }
  }
}

/** Resolves when noble has no connection to it any more; ends whatever there is. */
async function closed(peripheral) {
  if (peripheral.state === 'connecting') peripheral.cancelConnect();
  else if (peripheral.state === 'connected') await peripheral.disconnectAsync();
}
