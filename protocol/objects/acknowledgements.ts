/** Acknowledgements: the server releases a lock's log, a device says which bundle it holds (offline.md §3.3). */
import { type Claims, claimsOf, required } from './claims.js';
import { bytes, constant, integer } from './forms.js';

const LOG_FIELDS = [
  { lockId: required(3, bytes(8)), iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    /** The log record up to which everything may be overwritten. */
    sequence: required(76, integer()),
  },
] as const;

/** A log acknowledgement's claims, signed by a POLICY key. */
export interface LogAck extends Claims<(typeof LOG_FIELDS)[0]>, Claims<(typeof LOG_FIELDS)[1]> {}

/** Reads and writes the payload of a log acknowledgement. */
export const logAckClaims = claimsOf(...LOG_FIELDS);

const DEVICE_FIELDS = [
  { iat: required(6, integer()) },
  {
    version: required(1, constant(1)),
    /** The bundle the device holds. */
    sequence: required(77, integer(1)),
  },
] as const;

/** A device acknowledgement's claims, signed by the device's key. */
export interface DeviceAck
  extends Claims<(typeof DEVICE_FIELDS)[0]>,
    Claims<(typeof DEVICE_FIELDS)[1]> {}

/** Reads and writes the payload of a device acknowledgement. */
export const deviceAckClaims = claimsOf(...DEVICE_FIELDS);
