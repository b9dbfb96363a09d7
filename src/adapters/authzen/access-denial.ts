/** The draft Access Request profile, first half: a refusal that says that, and how, access may be asked for. */
import type { RefusalCode } from '../../engine/decision.js';
import type { AccessRequest } from '../../engine/request.js';
import type { ServedDecision } from '../pdp/pdp.js';
import type { Asking } from './asking.js';
import { encodeBytes } from './base64url.js';
import { sealDenial } from './binding-token.js';
import type { Setup } from './setup.js';

/** Below the base path: where access is asked for. */
export const ACCESS_REQUEST_PATH = '/access/v1/requests';

/** Refusals that only somebody's leave can turn. */
const REQUESTABLE: readonly RefusalCode[] = ['no_access_right'];
/** Seconds. */
const EXPIRY_DEFAULT = 600;

/**
 * What a refusal adds to its `context` so that access can be asked for; undefined where it cannot: a permit, a refusal
 * for anything else as well, a client that may not ask.
 * @see AuthZEN Access Request and Approval Profile, "Requestable Denial Context"
 */
export function bindRefusal(
  { setup, client, now }: Asking,
  request: AccessRequest,
  served: ServedDecision,
): Promise<Readonly<Record<string, unknown>> | undefined> | undefined {
  const options = setup.profiles?.accessRequests;
  if (options === undefined || client.accessRequests !== true || served.decision) return undefined;
  const { reason, reasons } = served.context;
  const requestable: readonly string[] = options.reasons ?? REQUESTABLE;
  if (!reasons.every(({ code }) => requestable.includes(code))) return undefined;
  const issued = Math.floor(now / 1000);
  const expires = issued + (options.secondsMax ?? EXPIRY_DEFAULT);
  const expiresAt = new Date(expires * 1000).toISOString();
  const denialId = encodeBytes(setup.random(16));
  const { subject, action, resource } = request;
  return sealDenial(options.mac, {
    iss: setup.baseUrl,
    aud: accessRequestUrl(setup),
    iat: issued,
    exp: expires,
    jti: denialId,
    azp: client.id,
    reason: reason as RefusalCode,
    denial_expires_at: expiresAt,
    binding_context_members: [],
    subject,
    action,
    resource,
  }).then((token) => {
    if (token === undefined) return undefined;
    const request = {
      endpoint: accessRequestUrl(setup),
      ...(options.template === undefined ? {} : { template: options.template }),
      expires_at: expiresAt,
      binding_token: token,
    };
    return { evaluation_id: denialId, reason, access_request: request };
  });
}

/** Where access is asked for, as published. */
export function accessRequestUrl({ baseUrl }: Setup): string {
  return `${baseUrl}${ACCESS_REQUEST_PATH}`;
}
