/* Whether a grant is open in all, some or none of the time it may be. */
#include "judge-time.h"

/* The values of `.5` that are not plain denial. */
enum { TIME_LOWER_BOUND = 1, TIME_NONCE_TOKEN = 2 };

/* Half-open. */
struct span {
  uint64_t from;
  uint64_t until;
};

static struct span window_of(const struct grant *grant, struct span life, size_t index);

enum status judge_time(const struct grant *grant, const struct certificate *certificate, struct interval now, bool has_time_token) {
  struct span life = {grant->nbf > certificate->nbf ? grant->nbf : certificate->nbf,
                      grant->exp < certificate->exp ? grant->exp : certificate->exp};
  bool is_open_once = false;
  bool is_open_at_lo = false;
  bool is_open_throughout = false;
  /* Windows neither touch nor overlap, so the interval is open throughout only inside one of them. */
  for (size_t i = 0; i < (grant->windows > 0 ? grant->windows : 1); i++) {
    struct span open = grant->windows > 0 ? window_of(grant, life, i) : life;
    if (open.from >= open.until) {
      continue;
    }
    bool holds_lo = open.from <= now.lo && now.lo < open.until;
    is_open_at_lo = is_open_at_lo || holds_lo;
    is_open_once = is_open_once || (now.lo < open.until && (!now.is_bounded || open.from <= now.hi));
    is_open_throughout = is_open_throughout || (holds_lo && now.is_bounded && now.hi < open.until);
  }
  if (!is_open_once) {
    bool is_pending = now.is_bounded && now.hi < grant->nbf;
    return now.lo >= grant->exp ? STATUS_EXPIRED : is_pending ? STATUS_PENDING : STATUS_INACTIVE_HOURS;
  }
  if (is_open_throughout) {
    return STATUS_PERMITTED;
  }
  switch (grant->time_policy) {
    case TIME_LOWER_BOUND:
      /* The text says only when this one passes; the reason for not passing is the clock's. */
      return is_open_at_lo ? STATUS_PERMITTED : STATUS_TIME_UNCERTAIN;
    case TIME_NONCE_TOKEN:
      return has_time_token ? STATUS_TIME_UNCERTAIN : STATUS_TIME_TOKEN_NEEDED;
    default:
      return STATUS_TIME_UNCERTAIN;
  }
}

static struct span window_of(const struct grant *grant, struct span life, size_t index) {
  uint64_t start = grant->nbf - grant->nbf % 60;
  uint64_t from = start + 60 * (uint64_t)grant->window[2 * index];
  uint64_t until = start + 60 * (uint64_t)grant->window[2 * index + 1];
  struct span open = {from > life.from ? from : life.from, until < life.until ? until : life.until};
  return open;
}
