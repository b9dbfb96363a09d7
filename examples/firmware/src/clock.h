/* Certain bounds of true time: protocol/README.md, chapter 10. */
#ifndef DKP_CLOCK_H
#define DKP_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** True time lies in [lo, hi], or at lo and anywhere after it. */
struct interval {
  uint64_t lo;
  uint64_t hi;
  bool is_bounded;
};

/** The bounds with the moments, in milliseconds since the boot, at which they were set. */
struct clock {
  uint32_t drift_ppm;
  uint64_t lo;
  uint64_t lo_set_ms;
  uint64_t hi;
  uint64_t hi_set_ms;
  bool is_bounded;
};

/** What became of a stamp or a nonce's token. */
enum clock_told { CLOCK_TAKEN, CLOCK_ALARM, CLOCK_REFUSED };

/** Begins after a loss of power with the bound committed last; 0 if none ever was. */
void clock_begin(struct clock *clock, uint32_t drift_ppm, uint64_t committed_lo, uint64_t now_ms);

/** The bounds at a moment. */
struct interval clock_at(const struct clock *clock, uint64_t now_ms);

/**
 * Raises lo to a stamp; a stamp above hi is an alarm and unbounds hi. It is raised at most to 30 days after `session_lo`: the
 * lo at this session's M2, or what an admin clock of this session set. A session of 0 takes all its stamps whole.
 */
enum clock_told clock_stamp(struct clock *clock, uint64_t stamp, uint64_t session_lo, uint64_t now_ms);

/** Lowers hi to what a token with this session's nonce allows; refused whole when that is below lo. */
enum clock_told clock_lower(struct clock *clock, uint64_t hi, uint64_t now_ms);

/** The admin's clock: sets lo, unbounds hi; false beyond 2^48 - 1. */
bool clock_set(struct clock *clock, uint64_t lo, uint64_t now_ms);

#endif
