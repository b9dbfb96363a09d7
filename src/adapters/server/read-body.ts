/** Reading the body of a request, never further than its cap. */
import type { IncomingMessage } from 'node:http';

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
  const pieces: Buffer[] = [];
  let length = 0;
  const finish = (read: BodyRead): void => {
    incoming.off('data', take).off('end', whole).off('close', gone);
    done(read);
  };
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > bytesMax) {
      finish({ ok: false, code: 'too_large' });
      // The rest is thrown away: cut off, the client would be told nothing. The time of a request ends that.
      incoming.resume();
      return;
    }
    pieces.push(piece);
  };
  const whole = (): void => {
    const [first] = pieces;
    const one = pieces.length === 1 ? first : undefined;
    finish({ ok: true, bytes: one ?? Buffer.concat(pieces, length) });
  };
  // `error` and `aborted` are followed by it.
  const gone = (): void => finish({ ok: false, code: 'gone' });
  incoming.on('data', take).on('end', whole).on('close', gone);
}
