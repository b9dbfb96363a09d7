/**
 * What a bridge and whatever radio it has say to each other over a byte stream: packets of a length
 * (uint16 BE, of what follows it), a kind (one byte) and a body. Documented in docs/bridge.md.
 */
import { bytesNumber, joinBytes, numberBytes } from '../../protocol/wire/bytes.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { BRIDGE_SIGNALS, type BridgeSignal } from './bridge.js';

/** One packet. A connection is numbered by the radio, 0 to 65 535. */
export type BridgePacket =
  /** Radio → bridge. `lockId` in hexadecimal. */
  | {
      readonly kind: 'connect';
      readonly connection: number;
      readonly lockId: string;
      readonly mtu: number;
    }
  /** Both ways. */
  | { readonly kind: 'frame'; readonly connection: number; readonly bytes: Uint8Array }
  /** Both ways: the connection is over. */
  | { readonly kind: 'disconnect'; readonly connection: number }
  /** Radio → bridge. */
  | { readonly kind: 'signal'; readonly lockId: string; readonly signal: BridgeSignal }
  /** Bridge → radio: show this advert; empty for none. */
  | { readonly kind: 'advert'; readonly lockId: string; readonly bytes: Uint8Array };

/** Longest packet after its length: a frame of 514 bytes needs 517. */
export const PACKET_BYTES_MAX = 1024;

const KINDS = { connect: 1, frame: 2, disconnect: 3, signal: 4, advert: 5 } as const;

/** The bytes of a packet, its length first. */
export function encodePacket(packet: BridgePacket): Uint8Array {
  const body = joinBytes(Uint8Array.of(KINDS[packet.kind]), bodyOf(packet));
  if (body.length > PACKET_BYTES_MAX) throw new RangeError('packet too long');
  return joinBytes(numberBytes(body.length, 2), body);
}

/**
 * A reader of a stream: takes pieces as they come and gives out the packets that are whole.
 * Undefined means that the stream is broken, for good: nobody can tell where its next packet begins.
 */
export function packetReader(): (piece: Uint8Array) => readonly BridgePacket[] | undefined {
  let rest: Uint8Array | undefined = new Uint8Array(0);
  return (piece) => {
    if (rest === undefined) return undefined;
    const bytes: Uint8Array = joinBytes(rest, piece);
    const packets: BridgePacket[] = [];
    let at = 0;
    while (bytes.length - at >= 2) {
      const length = bytesNumber(bytes.subarray(at, at + 2));
      const until = at + 2 + length;
      const isBroken = length === 0 || length > PACKET_BYTES_MAX;
      if (!isBroken && until > bytes.length) break;
      const packet = isBroken ? undefined : packetIn(bytes.subarray(at + 2, until));
      if (packet === undefined) {
        rest = undefined;
        return undefined;
      }
      packets.push(packet);
      at = until;
    }
    rest = bytes.slice(at);
    return packets;
  };
}

function bodyOf(packet: BridgePacket): Uint8Array {
  switch (packet.kind) {
    case 'connect':
      return joinBytes(
        numberBytes(packet.connection, 2),
        lockIdBytes(packet.lockId),
        numberBytes(packet.mtu, 2),
      );
    case 'frame':
      return joinBytes(numberBytes(packet.connection, 2), packet.bytes);
    case 'disconnect':
      return numberBytes(packet.connection, 2);
    case 'signal':
      return joinBytes(
        lockIdBytes(packet.lockId),
        Uint8Array.of(BRIDGE_SIGNALS.indexOf(packet.signal)),
      );
    case 'advert':
      return joinBytes(lockIdBytes(packet.lockId), packet.bytes);
  }
}

/** One packet without its length. */
function packetIn(bytes: Uint8Array): BridgePacket | undefined {
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case KINDS.connect: {
      if (body.length !== 12) return undefined;
      const lockId = toHex(body.subarray(2, 10));
      return {
        kind: 'connect',
        connection: numberAt(body),
        lockId,
        mtu: bytesNumber(body.subarray(10)),
      };
    }
    case KINDS.frame:
      if (body.length < 3) return undefined;
      return { kind: 'frame', connection: numberAt(body), bytes: body.slice(2) };
    case KINDS.disconnect:
      return body.length === 2 ? { kind: 'disconnect', connection: numberAt(body) } : undefined;
    case KINDS.signal: {
      const signal = BRIDGE_SIGNALS[body[8] ?? BRIDGE_SIGNALS.length];
      if (body.length !== 9 || signal === undefined) return undefined;
      return { kind: 'signal', lockId: toHex(body.subarray(0, 8)), signal };
    }
    case KINDS.advert:
      if (body.length < 8) return undefined;
      return { kind: 'advert', lockId: toHex(body.subarray(0, 8)), bytes: body.slice(8) };
    default:
      return undefined;
  }
}

function numberAt(body: Uint8Array): number {
  return bytesNumber(body.subarray(0, 2));
}

/** @throws TypeError for a text that is no lock id. */
function lockIdBytes(lockId: string): Uint8Array {
  const bytes = fromHex(lockId);
  if (bytes?.length !== 8) throw new TypeError(`no lock id: \`${lockId}\``);
  return bytes;
}
