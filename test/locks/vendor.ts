/** A vendor's cloud on a port of the loopback: attempts are made by one call and asked after by others. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  processLockHost,
  type SimulatedLock,
  simulatedLock,
} from '../../src/adapters/for-locks.js';

/** The cloud. */
export interface Vendor {
  readonly url: string;
  readonly locks: ReadonlyMap<string, SimulatedLock>;
  /** What was asked of it, by path. */
  readonly asked: string[];
  /** Answers the next call by hand instead. */
  next: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  online: Set<string>;
  stop(): Promise<void>;
}

/** The only token it takes. */
export const VENDOR_TOKEN = 'a-token';

/** Starts one with these locks. */
export async function startVendor(devices: readonly string[]): Promise<Vendor> {
  const attempts = new Map<string, object>();
  const locks = new Map(
    devices.map((device) => [
      device,
      simulatedLock(processLockHost, {
        state: () => undefined,
        happened: () => undefined,
        answer({ commandId, result, reason }) {
          const status = result === 'done' ? 'success' : 'error';
          attempts.set(commandId, {
            action_attempt_id: commandId,
            status,
            ...(reason === undefined ? {} : { error: { type: reason, message: 'in words' } }),
          });
        },
      }),
    ]),
  );
  const online = new Set(devices);
  const asked: string[] = [];
  const vendor: Vendor = {
    url: '',
    locks,
    asked,
    next: undefined,
    online,
    stop: async () => undefined,
  };
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    const byHand = vendor.next;
    vendor.next = undefined;
    if (byHand !== undefined) return byHand(request, response);
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${VENDOR_TOKEN}`) return answer(401, {});
    let text = '';
    for await (const part of request) text += part;
    const body = JSON.parse(text);
    const id = String(request.headers['idempotency-key'] ?? '');
    const lock = locks.get(body.device_id);
    if (request.url === '/devices/list') return answer(200, { devices: devices.map(listed) });
    if (request.url === '/action_attempts/get') {
      const pending = { action_attempt_id: body.action_attempt_id, status: 'pending' };
      return answer(200, { action_attempt: attempts.get(body.action_attempt_id) ?? pending });
    }
    if (lock === undefined || !online.has(body.device_id)) return answer(404, {});
    const operation = request.url === '/locks/lock_door' ? 'lock' : 'unlock';
    const { seconds = 0, expires_at: expiresAt = Date.now() + 10_000 } = body;
    lock.receive({ commandId: id, operation, seconds, expiresAt });
    answer(200, { action_attempt: { action_attempt_id: id, status: 'pending' } });
  });
  const listed = (device: string) => {
    const state = locks.get(device)?.state();
    return {
      device_id: device,
      can_remotely_unlock: true,
      can_remotely_lock: true,
      properties: {
        online: online.has(device),
        locked: state?.bolt === 'locked',
        door_open: state?.door === 'open',
        battery_level: (state?.battery ?? 0) / 100,
        name: `Lock ${device}`,
      },
    };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(vendor, {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
