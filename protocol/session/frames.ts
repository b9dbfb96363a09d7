/**
 * Messages cut into frames of one ATT write or notification, and put together again (offline.md §3.4,
 * "GATT"). A frame is a header byte (bit 7 first, bit 6 last, six bits of sequence from 0 in each
 * message), on a first frame the length of the whole message as uint16, then bytes of the message.
 */
import type { Outcome } from '../../src/values/outcome.js';
import { MESSAGE_BYTES_MAX } from '../limits.js';
import { copyBytes, joinBytes, sameBytes } from '../wire/bytes.js';
import { MTU_MAX, requireMtu } from './mtu.js';

/** Why a frame cannot go on the message before it. Each of them ends the connection. */
export type FrameCode =
  /** No header, or no byte of a message after it. */
  | 'frame_empty'
  | 'frame_too_long'
  /** The first frame of a message does not say so, or is not number 0. */
  | 'frame_not_first'
  /** A message begins before the one before it has ended. */
  | 'frame_first_again'
  | 'frame_gap'
  /** The length is 0 or above 2048. */
  | 'frame_length'
  /** More bytes than the first frame announced, or all of them without the mark of the last frame. */
  | 'frame_too_much'
  /** The last frame came before all bytes did. */
  | 'frame_too_little';

/** What of a message came so far: plain data, never changed. */
export interface Reassembly {
  /** Length of the whole message; 0 between two messages. */
  readonly total: number;
  readonly received: number;
  readonly parts: readonly Uint8Array[];
  /** Number of the next frame, 0 to 63. */
  readonly sequence: number;
  /** The frame before, which a link may deliver twice. */
  readonly previous: Uint8Array;
}

/** Nothing came yet: the start of every connection, in each direction. */
export const NO_FRAMES: Reassembly = {
  total: 0,
  received: 0,
  parts: [],
  sequence: 0,
  previous: new Uint8Array(0),
};

/**
 * The frames of one message, each of at most `mtu - 3` bytes.
 * @param mtu - the ATT MTU of the connection, 23 to 517.
 * @throws RangeError for another MTU, an empty message or one above 2048 bytes.
 */
export function splitFrames(message: Uint8Array, mtu: number): Uint8Array[] {
  requireMtu(mtu);
  if (message.length === 0 || message.length > MESSAGE_BYTES_MAX) {
    throw new RangeError(
      `a message has 1 to ${MESSAGE_BYTES_MAX} bytes, not \`${message.length}\``,
    );
  }
  const frames: Uint8Array[] = [];
  for (let at = 0; at < message.length; ) {
    const start = at === 0 ? HEADER_BYTES + LENGTH_BYTES : HEADER_BYTES;
    const end = Math.min(message.length, at + mtu - ATT_BYTES - start);
    const frame = new Uint8Array(start + end - at);
    const last = end === message.length ? LAST : 0;
    frame[0] = (at === 0 ? FIRST : 0) | last | (frames.length & SEQUENCE);
    if (at === 0) {
      frame[HEADER_BYTES] = message.length >> 8;
      frame[HEADER_BYTES + 1] = message.length & 0xff;
    }
    for (let to = start; at < end; to++, at++) frame[to] = message[at] as number;
    frames.push(frame);
  }
  return frames;
}

/**
 * Takes one frame. The frame immediately before, byte for byte, is ignored: links deliver twice.
 * @returns the message when this frame completes it, else null; on any code the connection must end.
 */
export function addFrame(
  state: Reassembly,
  frame: Uint8Array,
): Outcome<{ readonly state: Reassembly; readonly message: Uint8Array | null }, FrameCode> {
  if (frame.length > MTU_MAX - ATT_BYTES) return refused('frame_too_long', 'frame above 514 bytes');
  if (frame.length === 0) return refused('frame_empty', 'frame without a header');
  if (sameBytes(frame, state.previous)) return { ok: true, value: { state, message: null } };
  const previous = copyBytes(frame);
  const begun = isInsideMessage(state) ? goOn(state, previous) : begin(previous);
  if (!begun.ok) return begun;
  const { total, received, parts, sequence } = begun.value;
  const isLast = ((frame[0] as number) & LAST) !== 0;
  if (received > total) return refused('frame_too_much', 'more bytes than announced');
  if (received === total && !isLast) return refused('frame_too_much', 'the end is not marked');
  if (received < total && isLast) return refused('frame_too_little', 'fewer bytes than announced');
  if (isLast) {
    const [only] = parts;
    const message = parts.length === 1 && only !== undefined ? only : joinBytes(...parts);
    return { ok: true, value: { state: { ...NO_FRAMES, previous }, message } };
  }
  const next = { total, received, parts, sequence: (sequence + 1) & SEQUENCE, previous };
  return { ok: true, value: { state: next, message: null } };
}

/** Whether a message has begun and not ended: then its next frame is due within two seconds. */
export function isInsideMessage(state: Reassembly): boolean {
  return state.total > 0;
}

const FIRST = 0x80;
const LAST = 0x40;
const SEQUENCE = 0x3f;
/** Opcode and handle of an ATT write or notification (Bluetooth Core 5.4, Vol 3 Part F §3.4.5, §3.4.7). */
const ATT_BYTES = 3;
const HEADER_BYTES = 1;
const LENGTH_BYTES = 2;

/** The state with the bytes of a first frame, before the end is looked at. */
function begin(frame: Uint8Array): Outcome<Reassembly, FrameCode> {
  const header = frame[0] as number;
  if ((header & FIRST) === 0) return refused('frame_not_first', 'no message has begun');
  if ((header & SEQUENCE) !== 0) return refused('frame_not_first', 'a first frame is number 0');
  const part = copyBytes(frame, HEADER_BYTES + LENGTH_BYTES);
  if (part.length === 0) return refused('frame_empty', 'first frame without a byte of its message');
  const total = ((frame[HEADER_BYTES] as number) << 8) | (frame[HEADER_BYTES + 1] as number);
  if (total === 0 || total > MESSAGE_BYTES_MAX) {
    return refused('frame_length', `message of ${total} bytes`);
  }
  return { ok: true, value: { ...NO_FRAMES, total, received: part.length, parts: [part] } };
}

/** The state with the bytes of a further frame, before the end is looked at. */
function goOn(state: Reassembly, frame: Uint8Array): Outcome<Reassembly, FrameCode> {
  const header = frame[0] as number;
  if ((header & FIRST) !== 0) return refused('frame_first_again', 'the message before is not over');
  if ((header & SEQUENCE) !== state.sequence) {
    return refused('frame_gap', `frame ${header & SEQUENCE} where ${state.sequence} was due`);
  }
  const part = copyBytes(frame, HEADER_BYTES);
  if (part.length === 0) return refused('frame_empty', 'frame without a byte of its message');
  const received = state.received + part.length;
  return { ok: true, value: { ...state, received, parts: [...state.parts, part] } };
}

function refused(code: FrameCode, detail: string): Outcome<never, FrameCode> {
  return { ok: false, code, detail };
}
