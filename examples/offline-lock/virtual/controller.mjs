// A Bluetooth LE controller in memory, as a host stack meets it: HCI commands in, HCI events out. It knows what noble and bleno ask
// and what a lock's extended advert needs; to anything else it answers "unknown HCI command", as real ones do.
import { EventEmitter } from 'node:events';
import { DATA_PACKETS } from './air.mjs';
import {
  commandComplete,
  commandStatus,
  connectionComplete,
  dataSent,
  disconnected,
  ERROR,
  extendedReport,
  META,
  PACKET,
} from './packets.mjs';

const DATA_BYTES = 251;
const NOBODY = { isRandom: false, bytes: Buffer.alloc(6) };
const OK = [0];

/** In the shape of a driver of `@stoprocent/bluetooth-hci-socket`. */
export class VirtualController extends EventEmitter {
  name;
  #air;
  #isUp = false;
  #eventMask = 0n;
  /** Adverting the old way or the new: never both until a reset (volume 4, part E, §3.1.1). */
  #style = null;
  #set = freshSet();
  #stopAdverting = () => {};
  #links = new Map();
  /** What this controller adverts now; null for nothing. */
  shown = null;
  isScanning = false;
  /** Whom it tries to connect to: 6 bytes, or null. */
  wanted = null;

  /** @param {ReturnType<typeof import('./air.mjs').virtualAir>} air @param {string} name @param {number} number */
  constructor(air, name, number) {
    super();
    this.#air = air;
    this.name = name;
    this.address = { isRandom: false, bytes: Buffer.from([number, 0, 0, 1, 0xaa, 0]) };
  }

  // What a driver has.

  setFilter() {}
  start() {}
  getDeviceList() {
    return [];
  }
  isDevUp() {
    return this.#isUp;
  }
  bindRaw() {
    setImmediate(() => {
      this.#isUp = true;
      this.#air.join(this);
      this.emit('state', true);
    });
    return 0;
  }
  bindUser() {
    return this.bindRaw();
  }
  reset() {
    this.#reset();
  }
  stop() {
    this.#reset();
    this.#isUp = false;
    this.#air.leave(this);
  }

  /** One packet of the host. @param {Buffer} packet */
  write(packet) {
    if (packet[0] === PACKET.data) this.#send(packet);
    if (packet[0] === PACKET.command) this.#command(packet.readUInt16LE(1), packet.subarray(4));
  }

  // What the air tells.

  hear({ address, content }) {
    this.#meta(META.extendedReport, extendedReport(address, content));
  }

  connected(handle, peer, peerHandle, isPeripheral, address) {
    if (isPeripheral) this.#advertNoMore();
    else this.wanted = null;
    this.#links.set(handle, { peer, peerHandle });
    this.#tellConnection({ status: 0, handle, isPeripheral, peer: address });
  }

  receive(handle, bytes) {
    if (!this.#links.has(handle)) return;
    const packet = Buffer.concat([Buffer.alloc(1, PACKET.data), bytes]);
    packet.writeUInt16LE((packet.readUInt16LE(1) & 0xf000) | handle, 1);
    this.#later(packet);
  }

  /** Nobody at the other end answers any more. */
  lose(handle) {
    this.#drop(handle, ERROR.timedOut, ERROR.timedOut);
  }

  #send(packet) {
    const handle = packet.readUInt16LE(1) & 0xfff;
    const link = this.#links.get(handle);
    if (link === undefined) return;
    // The host says "begins" with 0, the controller with 2.
    const bytes = Buffer.from(packet.subarray(1));
    const flags = (bytes.readUInt16LE(0) >> 12) & 3;
    bytes.writeUInt16LE((flags === 1 ? 1 : 2) << 12, 0);
    this.#air.data(this, link, handle, bytes);
    if (this.#links.has(handle)) this.#later(dataSent(handle));
  }

  #command(opcode, given) {
    const answer = COMMANDS[opcode]?.(given) ?? this.#act(opcode, given);
    if (answer === undefined) this.#later(commandComplete(opcode, [ERROR.unknownCommand]));
    else if (answer.length > 0) this.#later(commandComplete(opcode, answer));
  }

  /** What changes the controller. An empty answer: it was given already, or comes as another event. */
  #act(opcode, given) {
    switch (opcode) {
      case 0x0c03:
        return this.#reset();
      case 0x1009:
        return [0, ...this.address.bytes];
      case 0x2001:
        this.#eventMask = given.readBigUInt64LE(0);
        return OK;
      case 0x2006:
      case 0x2008:
      case 0x2009:
      case 0x200a:
        // Adverts of 31 bytes: accepted, and shown to nobody, since no lock's advert fits one.
        return this.#inStyle('legacy', () => OK);
      case 0x2035:
      case 0x2036:
      case 0x2037:
      case 0x2039:
        return this.#inStyle('extended', () => this.#advert(opcode, given));
      case 0x2041:
        return OK;
      case 0x2042:
        return this.#scan(given[0] === 1);
      case 0x2043:
        return this.#connect(opcode, Buffer.from(given.subarray(3, 9)));
      case 0x200e:
        return this.#cancel(opcode);
      case 0x0406:
        return this.#disconnect(opcode, given.readUInt16LE(0));
    }
  }

  #inStyle(style, act) {
    if (this.#style !== null && this.#style !== style) return [ERROR.disallowed];
    this.#style = style;
    return act();
  }

  #advert(opcode, given) {
    if (opcode === 0x2036) {
      this.#set = { ...freshSet(), milliseconds: Math.ceil(given.readUIntLE(3, 3) * 0.625) };
      return [0, 0];
    }
    if (this.#set.milliseconds === 0) return [ERROR.unknownConnection];
    if (opcode === 0x2035) {
      if (this.shown !== null) return [ERROR.disallowed];
      this.#set.address = { isRandom: true, bytes: Buffer.from(given.subarray(1, 7)) };
    } else if (opcode === 0x2037) {
      this.#set.content = Buffer.from(given.subarray(4, 4 + given[3]));
    } else {
      this.#advertNoMore();
      if (given[0] === 1) this.#beginAdverting();
    }
    return OK;
  }

  #beginAdverting() {
    const { address, content, milliseconds } = this.#set;
    this.shown = { address, content };
    const tick = () => this.#air.advert(this);
    this.#stopAdverting = this.#air.repeat(milliseconds, tick);
    setImmediate(tick);
  }

  #advertNoMore() {
    this.#stopAdverting();
    this.#stopAdverting = () => {};
    this.shown = null;
  }

  #scan(on) {
    this.isScanning = on;
    if (on) setImmediate(() => this.#air.advertAll());
    return OK;
  }

  #connect(opcode, wanted) {
    if (this.wanted !== null) {
      this.#later(commandStatus(opcode, ERROR.disallowed));
      return [];
    }
    this.wanted = wanted;
    this.#later(commandStatus(opcode, 0));
    setImmediate(() => this.#air.advertAll());
    return [];
  }

  #cancel(opcode) {
    if (this.wanted === null) return [ERROR.disallowed];
    this.wanted = null;
    this.#later(commandComplete(opcode, OK));
    const status = ERROR.unknownConnection;
    this.#tellConnection({ status, handle: 0, isPeripheral: false, peer: NOBODY });
    return [];
  }

  #disconnect(opcode, handle) {
    const isKnown = this.#links.has(handle);
    this.#later(commandStatus(opcode, isKnown ? 0 : ERROR.unknownConnection));
    this.#drop(handle, ERROR.endedHere, ERROR.endedByPeer);
    return [];
  }

  #drop(handle, reason, peerReason) {
    const link = this.#links.get(handle);
    if (link === undefined) return;
    this.#links.delete(handle);
    this.#later(disconnected(handle, reason));
    link.peer.#drop(link.peerHandle, peerReason, peerReason);
  }

  #reset() {
    for (const handle of [...this.#links.keys()]) this.lose(handle);
    this.#advertNoMore();
    this.#style = null;
    this.#set = freshSet();
    this.isScanning = false;
    this.wanted = null;
    return OK;
  }

  #tellConnection(told) {
    const isEnhanced = this.#isLetThrough(META.connectedEnhanced);
    const kind = isEnhanced ? META.connectedEnhanced : META.connected;
    this.#meta(kind, connectionComplete({ ...told, isEnhanced }));
  }

  #meta(kind, packet) {
    if (this.#isLetThrough(kind)) this.#later(packet);
  }

  #isLetThrough(kind) {
    return ((this.#eventMask >> BigInt(kind - 1)) & 1n) === 1n;
  }

  /** Hosts are told in order, and never during their own call. */
  #later(packet) {
    setImmediate(() => {
      if (this.#isUp) this.emit('data', packet);
    });
  }
}

/** Commands whose answer is always the same. @type {Record<number, (given: Buffer) => number[]>} */
const COMMANDS = {
  // Event mask, and whether the host knows LE.
  3073: () => OK,
  3181: () => OK,
  3180: () => [0, 1, 0],
  // Bluetooth 5.0 of no maker.
  4097: () => [0, 9, 0, 0, 9, 0xff, 0xff, 0, 0],
  5125: (given) => [0, given[0], given[1], -50 & 255],
  8194: () => [0, DATA_BYTES, 0, DATA_PACKETS],
  // Extended adverts, and nothing else that is optional.
  8195: () => [0, 0, 0x10, 0, 0, 0, 0, 0, 0],
};

/** One set of extended adverts; without parameters it cannot be used. */
function freshSet() {
  return { milliseconds: 0, address: NOBODY, content: Buffer.alloc(0) };
}
