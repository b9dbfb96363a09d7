/** What is answered to bytes that are no request: a status where that is possible, and the end of the connection. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How a connection was broken off. */
export type BrokenStatus = 400 | 408 | 431;

const WORDS: Readonly<Record<BrokenStatus, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Never lets a client's fault end the process.
 * @param isAnswering - whether a request on the socket waits for its answer: then words would be taken for it.
 * @param onBroken - told once for each connection.
 */
export function answerClientErrors(
  server: Server,
  isAnswering: (socket: Socket) => boolean,
  onBroken: (status: BrokenStatus) => void,
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    if (socket.destroyed || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status = statusOf(error.code);
    onBroken(status);
    if (!socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const head = `HTTP/1.1 ${status} ${WORDS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    // Not `end`: whoever never closes its side would keep the connection.
    socket.write(head, () => socket.destroySoon());
  });
}

function statusOf(code: string | undefined): BrokenStatus {
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
