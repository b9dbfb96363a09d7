/** Reading the body of a request, never further than its cap. */
import type { IncomingMessage } from 'node:http';
import { gatherBytes } from '../authzen/gathered-bytes.js';

/** The bytes of a body, or why there are none. `gone`: the client left before its end. */
export type BodyRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: 'too_large' | 'gone' };

const EMPTY = new Uint8Array();

/** Calls back once, at once where no body comes. */
export function readBody(
  incoming: IncomingMessage,
  bytesMax: number,
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
  collect(incoming, bytesMax, done);
}

function collect(
  incoming: IncomingMessage,
  bytesMax: number,
  done: (read: BodyRead) => void,
): void {
  const gathered = gatherBytes();
  const finish = (read: BodyRead): void => {
    incoming.off('data', take).off('end', whole).off('close', gone);
    done(read);
  };
  const take = (piece: Buffer): void => {
    if (gathered.length + piece.length > bytesMax) {
      finish({ ok: false, code: 'too_large' });
      // The rest is thrown away: cut off, the client would be told nothing. The time of a request ends that.
      incoming.resume();
      return;
    }
    gathered.add(piece);
  };
  const whole = (): void => finish({ ok: true, bytes: gathered.whole() });
  // `error` and `aborted` are followed by it.
  const gone = (): void => finish({ ok: false, code: 'gone' });
  incoming.on('data', take).on('end', whole).on('close', gone);
}
