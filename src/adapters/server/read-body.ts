/** Reading the body of a request, never further than its cap. */
import type { IncomingMessage } from 'node:http';
import { gatherBytes } from '../gathered-bytes.js';

/** The bytes of a body, or why there are none. `full`: too much is being read already. `gone`: the client left before its end. */
export type BodyRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: 'too_large' | 'full' | 'gone' };

/** What all bodies that have not come whole yet may take together. */
export interface BodyRoom {
  /** Bytes. */
  left: number;
}

const EMPTY = new Uint8Array();
/** So much of each body needs no room: a question is shorter, and is heard however much others send. */
const FREE_BYTES = 16_384;

/** Calls back once, at once where no body comes. */
export function readBody(
  incoming: IncomingMessage,
  bytesMax: number,
  room: BodyRoom,
  done: (read: BodyRead) => void,
): void {
  const length = incoming.headers['content-length'];
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  if (!isChunked && (length === undefined || length === '0')) {
    done({ ok: true, bytes: EMPTY });
    return;
  }
  if (length !== undefined && Number(length) > bytesMax) {
    done({ ok: false, code: 'too_large' });
    return;
  }
  collect(incoming, bytesMax, room, done);
}

function collect(
  incoming: IncomingMessage,
  bytesMax: number,
  room: BodyRoom,
  done: (read: BodyRead) => void,
): void {
  const gathered = gatherBytes();
  let taken = 0;
  const finish = (read: BodyRead): void => {
    room.left += taken;
    incoming.off('data', take).off('end', whole).off('close', gone);
    done(read);
  };
  const take = (piece: Buffer): void => {
    const length = gathered.length + piece.length;
    const needed = Math.max(0, length - FREE_BYTES) - taken;
    if (length > bytesMax || needed > room.left) {
      finish({ ok: false, code: length > bytesMax ? 'too_large' : 'full' });
      // The rest is thrown away: cut off, the client would be told nothing. The time of a request ends that.
      incoming.resume();
      return;
    }
    taken += needed;
    room.left -= needed;
    gathered.add(piece);
  };
  const whole = (): void => finish({ ok: true, bytes: gathered.whole() });
  // `error` and `aborted` are followed by it.
  const gone = (): void => finish({ ok: false, code: 'gone' });
  incoming.on('data', take).on('end', whole).on('close', gone);
}
