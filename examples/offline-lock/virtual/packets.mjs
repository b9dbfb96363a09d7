// HCI packets as controllers write them. Numbers are little-endian (Bluetooth Core 5.4, volume 4, part E, §5.4 and §7.7).

/** First byte of a packet. */
export const PACKET = { command: 1, data: 2, event: 4 };

/** Why a command failed or a connection ended (volume 1, part F). */
export const ERROR = {
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  timedOut: 0x08,
  disallowed: 0x0c,
  endedByPeer: 0x13,
  endedHere: 0x16,
};

/** Bit n of the LE event mask lets the meta event n + 1 through. */
export const META = { connected: 0x01, connectedEnhanced: 0x0a, extendedReport: 0x0d };

/** @param {number} code @param {number[] | Buffer} body */
export function event(code, body) {
  return Buffer.from([PACKET.event, code, body.length, ...body]);
}

/** @param {number} opcode @param {number[] | Buffer} answer - the status first. */
export function commandComplete(opcode, answer) {
  return event(0x0e, [1, opcode & 255, opcode >> 8, ...answer]);
}

/** @param {number} opcode @param {number} status */
export function commandStatus(opcode, status) {
  return event(0x0f, [status, 1, opcode & 255, opcode >> 8]);
}

/** @param {number} handle @param {number} reason */
export function disconnected(handle, reason) {
  return event(0x05, [0, ...u16(handle), reason]);
}

/** One packet of data left the controller. @param {number} handle */
export function dataSent(handle) {
  return event(0x13, [1, ...u16(handle), ...u16(1)]);
}

/**
 * What became of a connection, or of an attempt at one.
 * @param {{ status: number, handle: number, isPeripheral: boolean, peer: Address, isEnhanced: boolean }} told
 * @typedef {{ isRandom: boolean, bytes: Buffer }} Address
 */
export function connectionComplete({ status, handle, isPeripheral, peer, isEnhanced }) {
  const kind = isEnhanced ? META.connectedEnhanced : META.connected;
  // Of a failed attempt controllers tell nothing but that.
  if (status !== 0) return event(0x3e, [kind, status, ...new Array(isEnhanced ? 29 : 17).fill(0)]);
  const who = [isPeripheral ? 1 : 0, peer.isRandom ? 1 : 0, ...peer.bytes];
  const resolvable = isEnhanced ? new Array(12).fill(0) : [];
  // Interval 30 ms, no latency, supervision timeout 420 ms, the most exact clock.
  const timing = [...u16(24), ...u16(0), ...u16(42), 0];
  return event(0x3e, [kind, status, ...u16(handle), ...who, ...resolvable, ...timing]);
}

/** A connectable extended advert that was heard. @param {Address} from @param {Buffer} content */
export function extendedReport(from, content) {
  const CONNECTABLE_COMPLETE = 0x0001;
  return event(0x3e, [
    ...[META.extendedReport, 1, ...u16(CONNECTABLE_COMPLETE)],
    ...[from.isRandom ? 1 : 0, ...from.bytes],
    // Both PHYs are LE 1M, set 0, no transmission power told, -50 dBm, nothing periodic, for everybody.
    ...[1, 1, 0, 127, -50 & 255, ...u16(0), 0, 0, 0, 0, 0, 0, 0],
    ...[content.length, ...content],
  ]);
}

/** @param {number} number */
function u16(number) {
  return [number & 255, number >> 8];
}
