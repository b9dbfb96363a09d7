/* Certain bounds of true time. */
#include "clock.h"

#include "limits.h"

#define MILLION 1000000u
#define ANCHOR_MS ((uint64_t)CLOCK_ANCHOR_MAX * 1000u)

static uint64_t drift_of(const struct clock *clock, uint64_t elapsed_ms);
static uint64_t capped(uint64_t seconds);

void clock_begin(struct clock *clock, uint32_t drift_ppm, uint64_t committed_lo, uint64_t now_ms) {
  struct clock begun = {.drift_ppm = drift_ppm, .lo = committed_lo, .lo_set_ms = now_ms};
  *clock = begun;
}

struct interval clock_at(const struct clock *clock, uint64_t now_ms) {
  struct interval now = {0};
  uint64_t since_lo = now_ms - clock->lo_set_ms;
  uint64_t since_hi = now_ms - clock->hi_set_ms;
  uint64_t drift = drift_of(clock, since_lo);
  if (clock->lo > 0) { /* 0: no time was ever heard, and that does not grow */
    now.lo = capped(clock->lo + (since_lo > drift ? since_lo - drift : 0) / 1000);
  }
  now.is_bounded = clock->is_bounded && since_hi < ANCHOR_MS;
  if (now.is_bounded) {
    now.hi = capped(clock->hi + (since_hi + drift_of(clock, since_hi) + 999) / 1000);
  }
  return now;
}

enum clock_told clock_stamp(struct clock *clock, uint64_t stamp, uint64_t session_lo, uint64_t now_ms) {
  struct interval now = clock_at(clock, now_ms);
  uint64_t raised = capped(stamp);
  bool is_alarm = now.is_bounded && raised > now.hi;
  if (is_alarm) {
    clock->is_bounded = false;
  }
  if (session_lo > 0 && raised > session_lo + CLOCK_RAISE_MAX) {
    raised = session_lo + CLOCK_RAISE_MAX;
  }
  if (raised > now.lo) {
    clock->lo = raised;
    clock->lo_set_ms = now_ms;
  }
  return is_alarm ? CLOCK_ALARM : CLOCK_TAKEN;
}

enum clock_told clock_lower(struct clock *clock, uint64_t hi, uint64_t now_ms) {
  struct interval now = clock_at(clock, now_ms);
  if (hi < now.lo || hi > CLOCK_BOUND_MAX) {
    return CLOCK_REFUSED;
  }
  if (!now.is_bounded || hi < now.hi) {
    clock->hi = hi;
    clock->hi_set_ms = now_ms;
    clock->is_bounded = true;
  }
  return CLOCK_TAKEN;
}

bool clock_set(struct clock *clock, uint64_t lo, uint64_t now_ms) {
  if (lo > CLOCK_BOUND_MAX) {
    return false;
  }
  clock->lo = lo;
  clock->lo_set_ms = now_ms;
  clock->is_bounded = false;
  return true;
}

/* Rounded up, against the lock's favour; in parts, so that years of milliseconds do not overflow. */
static uint64_t drift_of(const struct clock *clock, uint64_t elapsed_ms) {
  uint64_t rest = elapsed_ms % MILLION * clock->drift_ppm;
  return elapsed_ms / MILLION * clock->drift_ppm + (rest + MILLION - 1) / MILLION;
}

static uint64_t capped(uint64_t seconds) {
  return seconds < CLOCK_BOUND_MAX ? seconds : CLOCK_BOUND_MAX;
}
