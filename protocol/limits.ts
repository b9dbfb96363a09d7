/**
 * Every size DKP/1 refuses to exceed, with its reason (protocol/README.md, "Limits"). A lock's memory
 * is bounded by these numbers, so they are part of the protocol: raising one needs a new version.
 */

/** Longest message after reassembly, and longest object, in bytes: the receive buffer of the smallest lock. */
export const MESSAGE_BYTES_MAX = 2048;

/** Longest object that never crosses the radio (a bundle for a phone with a few hundred doors), in bytes. */
export const BUNDLE_BYTES_MAX = 1 << 20;

/** Deepest nesting of CBOR: the deepest object needs 6. */
export const CBOR_DEPTH_MAX = 8;

/** CBOR items in one object a lock reads: 112 marks of five items and their frame. */
export const CBOR_ITEMS_MAX = 1024;

/** CBOR items in one bundle. */
export const BUNDLE_ITEMS_MAX = 1 << 17;

/** Longest life of any grant, in seconds (30 days): a forgotten phone dies within a month. */
export const GRANT_LIFE_MAX = 2_592_000;

/** Pairs of windows in one grant: 290 bytes of grant fit one small ATT exchange. */
export const WINDOWS_MAX = 32;

/** Revocation marks a lock stores; above it the floor is raised. */
export const MARKS_MAX = 112;

/** Blocked key ids a lock stores. */
export const BLOCKED_MAX = 8;

/** Certificates a lock keeps verified. */
export const CERTIFICATES_MAX = 8;

/** Use counters a lock keeps. */
export const USE_COUNTERS_MAX = 16;

/** How far a policy version may jump at once: a bound on what one forged or mistaken number can burn. */
export const POLICY_JUMP_MAX = 65_536;

/** How far one stamp may raise the lower bound of a lock's clock, in seconds (30 days). */
export const CLOCK_RAISE_MAX = 2_592_000;

/** How long an upper bound of a clock is believed after it was set, in seconds (30 days). */
export const CLOCK_ANCHOR_MAX = 2_592_000;

/** How much earlier than now issuers stamp, in seconds: their clocks may differ this much. */
export const STAMP_MARGIN = 5;

/** Records of a lock's log ring; one record has 32 bytes. */
export const LOG_RECORDS_MAX = 512;
