/** The service that every framework builds for the contract: guarded doors, an open page, the AuthZEN endpoints. */
import type { Server } from 'node:http';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import type { GrantedAccess, HostFacts, Soon } from '../../src/adapters/guard/guard.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import type { Logger, Watcher } from '../../src/adapters/pdp/telling.js';
import type { Entity } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';

/** A header of a request, however the framework keeps it. */
export type HeaderOf = (name: string) => string | undefined;

/**
 * What a framework's server is made of. It has these routes: `POST /doors/:door/unlock` and `GET /doors/:door`, both guarded
 * with `requireDoor('door')` and answered with {@link answerOf}; `POST /reports`, guarded with `requireAccess` for `reports`;
 * `GET /open`, unguarded, answered with `open`; `POST /echo`, which answers the member `word` of a JSON body that the framework's
 * own parser read. With a `point`, its endpoints are mounted.
 */
export interface Service {
  readonly pdp: Pdp;
  readonly subject: (header: HeaderOf) => Soon<Entity | string | null | undefined>;
  readonly facts: (header: HeaderOf) => Soon<HostFacts | undefined>;
  /** What `POST /reports` asks for. */
  readonly report: (header: HeaderOf) => Soon<Entity | null | undefined>;
  readonly now: () => number;
  readonly reveal: boolean;
  readonly remember: boolean;
  readonly watcher?: Watcher;
  readonly logger?: Logger;
  readonly point?: AuthzenPoint;
  /** Told by every guarded handler that runs: what must never happen to a refused request. */
  readonly ran: (access: GrantedAccess | null | undefined) => void;
}

/** A server of a framework that listens on loopback. */
export interface Running {
  readonly server: Server;
  close(): Promise<unknown>;
}

/** Noon of a Monday in UTC, in epoch milliseconds. */
export const NOON = Date.UTC(2026, 2, 2, 12);

/** What a guarded handler answers. */
export function answerOf(access: GrantedAccess | null | undefined): object {
  return { by: access?.subject.id, door: access?.resource.id, action: access?.action };
}

/** `ada` may open `front`; and `vault` too, in business hours and when she stands at its reader. `bob` may nothing. */
export function contractPdp(): Pdp {
  const engine = compilePolicy(
    site({
      doors: [
        { id: 'front', place: 'hq' },
        {
          id: 'vault',
          place: 'hq',
          readers: [{ id: 'vault-in', direction: 'entry' }],
          restrictions: { reader: true, schedule: 'office' },
        },
      ],
      schedules: [{ id: 'office', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] }],
      groups: [{ id: 'staff', doors: ['front', 'vault'] }],
      users: [{ id: 'ada' }, { id: 'bob' }],
      assignments: [right('ada-staff', 'ada')],
    }),
  );
  return enginePdp({ engine });
}

/** A service with parts replaced; the caller names himself in a header, as a host behind its own sign-in would know him. */
export function serviceOf(
  parts: Partial<Service> = {},
): Service & { readonly log: GrantedAccess[] } {
  const log: GrantedAccess[] = [];
  return {
    pdp: contractPdp(),
    subject: (header) => header('x-user'),
    facts: (header) => ({ method: 'tap', reader: header('x-reader') }),
    report: () => ({ type: 'door', id: 'front' }),
    now: () => NOON,
    reveal: false,
    remember: false,
    ran: (access) => void log.push(access as GrantedAccess),
    log,
    ...parts,
  };
}
