/**
 * One link over GATT. A phone's GATT does one thing at a time, so frames wait in a queue; and every call may
 * fail or never answer, so whatever happens first ends the link, once.
 */
import { isMtu, MTU_MIN } from '../../../protocol/session/mtu.js';
import type { Link, LinkEnd, LinkEvent } from '../../../protocol/session/transport.js';
import type { GattPeer, PeerListener } from './gatt-radio.js';

/**
 * Frames that may wait, each way. A message of 2048 bytes has 108 frames at MTU 23, and each side waits for
 * an answer after one: a radio so far behind carries nothing any more.
 */
export const WAITING_FRAMES_MAX = 256;

/** What a link is made of. */
export interface LinkParts {
  readonly makePeer: (listener: PeerListener) => GattPeer;
  /** Resolves when the link before, to the same lock, is closed. */
  readonly free: Promise<void>;
  readonly onEvent: (event: LinkEvent) => void;
  /** The link is over: whoever keeps the address is to close the peer. */
  readonly onOver: (close: () => Promise<void>) => void;
  readonly onFault: (error: unknown) => void;
}

/** Connects. Nothing is told before this call has returned. */
export function gattLink(parts: LinkParts): Link {
  const link = new GattLink(parts);
  link.open();
  return link;
}

class GattLink implements Link {
  readonly #parts: LinkParts;
  #stage: 'coming' | 'open' | 'over' = 'coming';
  /** Undefined until the lock's address is free. */
  #peer: GattPeer | undefined;
  #mtu = MTU_MIN;
  #isWriting = false;
  readonly #waiting: Uint8Array[] = [];
  /** What the lock said before the library told that it is connected. */
  readonly #early: Uint8Array[] = [];

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  open(): void {
    void this.#open();
  }

  send(frame: Uint8Array): void {
    if (this.#stage === 'over') return;
    if (this.#stage === 'coming') throw new TypeError('this link is not connected yet');
    if (frame.length === 0 || frame.length > this.#mtu - 3) {
      throw new RangeError(`a frame has 1 to ${this.#mtu - 3} bytes here, not \`${frame.length}\``);
    }
    if (this.#waiting.length >= WAITING_FRAMES_MAX) {
      this.#parts.onFault(
        new Error(`${WAITING_FRAMES_MAX} frames wait: this link carries nothing`),
      );
      this.#endLater('lost');
      return;
    }
    this.#waiting.push(frame.slice());
    if (!this.#isWriting) void this.#write();
  }

  disconnect(): void {
    this.#endLater('local');
  }

  async #open(): Promise<void> {
    await this.#parts.free;
    if (this.#isOver()) return;
    try {
      const peer = this.#parts.makePeer({
        frame: (bytes) => this.#hear(bytes),
        gone: (end) => this.#end(this.#stage === 'coming' ? 'unreachable' : end),
      });
      this.#peer = peer;
      const { mtu, capabilities } = await peer.open();
      if (this.#isOver()) {
        // It came after all, when nobody wanted it any more.
        this.#parts.onOver(() => peer.close());
        return;
      }
      this.#mtu = usableMtu(mtu);
      this.#stage = 'open';
      this.#tell({ kind: 'connected', mtu: this.#mtu, capabilities });
      for (const bytes of this.#early.splice(0)) this.#hear(bytes);
    } catch (error) {
      if (this.#isOver()) return;
      this.#parts.onFault(error);
      this.#end('unreachable');
    }
  }

  /** One frame after the other, until none waits. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    // A library that answers at once must not be heard during `send`.
    await Promise.resolve();
    try {
      for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
        await this.#peer?.write(frame);
      }
    } catch (error) {
      if (!this.#isOver()) this.#parts.onFault(error);
      this.#end('lost');
    }
    this.#isWriting = false;
  }

  #hear(bytes: Uint8Array): void {
    if (this.#stage === 'open') {
      this.#tell({ kind: 'frame', bytes });
    } else if (this.#stage === 'coming') {
      if (this.#early.length < WAITING_FRAMES_MAX) this.#early.push(bytes);
      else this.#end('unreachable');
    }
  }

  #isOver(): boolean {
    return this.#stage === 'over';
  }

  #end(end: LinkEnd): void {
    if (this.#close()) this.#tell({ kind: 'disconnected', end });
  }

  /** For ends that come about during a call: they are told after it. */
  #endLater(end: LinkEnd): void {
    if (this.#close()) void Promise.resolve().then(() => this.#tell({ kind: 'disconnected', end }));
  }

  /** False when it is over already. */
  #close(): boolean {
    if (this.#isOver()) return false;
    this.#stage = 'over';
    this.#waiting.length = 0;
    this.#early.length = 0;
    const peer = this.#peer;
    this.#parts.onOver(async () => peer?.close());
    return true;
  }

  /** A listener that throws has lost its place in the session, so the link ends. */
  #tell(event: LinkEvent): void {
    try {
      this.#parts.onEvent(event);
    } catch (error) {
      this.#parts.onFault(error);
      this.#end('lost');
    }
  }
}

/**
 * The largest MTU that a frame may fill: an attribute has at most 512 bytes, which browsers and Android refuse
 * to exceed. @see Bluetooth Core 5.4, Vol 3 Part F §3.2.9
 */
const FILLED_MTU_MAX = 512 + 3;

/** Libraries tell -1, 0, 527 or nothing; too small a number is only slow, too large a one loses frames. */
function usableMtu(told: number | undefined): number {
  if (told === undefined || !Number.isInteger(told)) return MTU_MIN;
  const mtu = Math.min(told, FILLED_MTU_MAX);
  return isMtu(mtu) ? mtu : MTU_MIN;
}
