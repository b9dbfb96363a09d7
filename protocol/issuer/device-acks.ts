/** Which bundle a device says it holds (offline.md §3.3, `Device ack`). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Checking } from '../crypto/steps.js';
import { deviceAckClaims } from '../objects/acknowledgements.js';
import type { ClaimsCode } from '../objects/claims.js';
import { type EnvelopeCode, openEnvelope, parseEnvelope } from '../objects/envelope.js';
import { deviceKeyOf, type IssuerDevice } from './issuer-device.js';

/** Why an acknowledgement does not count. */
export type DeviceAckCode =
  | EnvelopeCode
  | ClaimsCode
  | 'ack_signature'
  /** Of a bundle that was never made. */
  | 'ack_unknown_bundle'
  | 'ack_old';

/** The device's row after an acknowledgement that its own key signed. */
export function* openDeviceAck(
  bytes: Uint8Array,
  device: IssuerDevice,
  crypto: Crypto,
): Checking<Outcome<IssuerDevice, DeviceAckCode>> {
  const envelope = parseEnvelope(bytes, 'device-ack');
  if (!envelope.ok) return envelope;
  if ((yield* openEnvelope(envelope.value, [deviceKeyOf(device)], crypto)) === undefined) {
    return refused('ack_signature', 'not signed by this device');
  }
  const claims = deviceAckClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) return claims;
  const { sequence } = claims.value;
  if (sequence > device.sequence) return refused('ack_unknown_bundle', 'no such bundle was made');
  if (sequence <= device.acknowledged) return refused('ack_old', 'acknowledged before');
  return { ok: true, value: { ...device, acknowledged: sequence } };
}

function refused(code: DeviceAckCode, detail: string): Outcome<never, DeviceAckCode> {
  return { ok: false, code, detail };
}
