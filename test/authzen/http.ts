/** Asking the AuthZEN endpoints in tests. */

import { authzenPoint } from '../../src/adapters/authzen/authzen-point.js';
import type { Client } from '../../src/adapters/authzen/client.js';
import type { AuthzenPoint, Exchange } from '../../src/adapters/authzen/exchange.js';
import type { AuthzenOptions } from '../../src/adapters/authzen/options.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Engine } from '../../src/engine/engine.js';

/** Noon of a Monday in UTC, epoch milliseconds. */
export const NOON = Date.parse('2026-03-02T12:00:00Z');

/** What came back. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON, where it is that. */
  readonly json: unknown;
}

/** A point for an engine whose only client brings the token `door`. */
export function pointOf(
  engine: Engine | (() => Engine),
  client: Partial<Client> = {},
  options: Partial<AuthzenOptions> = {},
): AuthzenPoint {
  return authzenPoint({
    pdp: enginePdp({ engine }),
    baseUrl: 'https://pdp.example',
    authenticate: (exchange) =>
      exchange.header('authorization') === 'Bearer door' ? { id: 'door', ...client } : undefined,
    now: () => NOON,
    ...options,
  });
}

/** An exchange with a JSON body, as a client with the token `door` sends it. */
export function exchangeOf(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
  more: Partial<Exchange> = {},
): Exchange {
  const all: Readonly<Record<string, string | undefined>> = {
    'content-type': 'application/json',
    authorization: 'Bearer door',
    ...headers,
  };
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  return {
    method: 'POST',
    path,
    header: (name) => all[name],
    body: isText ? body : JSON.stringify(body),
    ...more,
  };
}

/** Posts a JSON body. */
export async function post(
  point: AuthzenPoint,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Told> {
  return told(await point.answer(exchangeOf(path, body, headers)));
}

/** Gets a path, as nobody in particular unless headers say so. */
export async function get(
  point: AuthzenPoint,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  return told(
    await point.answer({ method: 'GET', path, header: (name) => headers[name], body: '' }),
  );
}

/** An answer with its body read. */
export function told(answer: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}): Told {
  const { status, headers, body } = answer;
  const isJson = /json/u.test(headers['content-type'] ?? '');
  return { status, headers, text: body, json: isJson ? JSON.parse(body) : undefined };
}
