/* What bounds a lock's memory: protocol/README.md, chapter 15. */
#ifndef DKP_LIMITS_H
#define DKP_LIMITS_H

#define MESSAGE_BYTES_MAX 2048u
#define CBOR_DEPTH_MAX 8u
#define CBOR_ITEMS_MAX 1024u
#define GRANT_LIFE_MAX 2592000u
#define WINDOWS_MAX 32u
#define MARKS_MAX 112u
#define BLOCKED_MAX 8u
#define CERTIFICATES_MAX 8u
#define USE_COUNTERS_MAX 16u
#define POLICY_JUMP_MAX 65536u
#define CLOCK_RAISE_MAX 2592000u
#define CLOCK_ANCHOR_MAX 2592000u
#define STAMP_MARGIN 5u
#define LOG_RECORDS_MAX 512u

/** The largest integer of the CBOR profile, chapter 2. */
#define INTEGER_MAX 9007199254740991u
/** No bound of the clock lies beyond this, chapter 10. */
#define CLOCK_BOUND_MAX 281474976710655u

#endif
