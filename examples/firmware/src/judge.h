/* One function that judges a request: protocol/README.md, chapter 8. */
#ifndef DKP_JUDGE_H
#define DKP_JUDGE_H

#include "claims.h"
#include "clock.h"
#include "policy.h"
#include "status.h"

enum { OPERATION_UNLOCK = 1, OPERATION_SECURE = 2, OPERATION_HOLD_OPEN = 4, OPERATION_READ_LOG = 8 };

/** How often a share was used, and the last end of its grants. */
struct use_counter {
  uint8_t id[ID_BYTES];
  uint64_t used;
  uint64_t exp;
};

/** What a lock knows when it is asked; the host fills it from its own records. */
struct knowledge {
  uint8_t lock_id[ID_BYTES];
  uint8_t site_id[ID_BYTES];
  uint64_t trust_epoch;
  size_t certificates;
  struct certificate certificate[CERTIFICATES_MAX];
  struct policy policy;
  struct interval now;
  uint64_t committed_lo;
  size_t uses;
  struct use_counter use[USE_COUNTERS_MAX];
  bool has_time_token; /* this session brought one */
  bool is_near;        /* the lock's own ranging says so */
};

/** What a phone asks, with what binds it to this session. */
struct request {
  struct bytes grant;
  uint8_t operation;
  uint8_t asserted;
  struct bytes proof;
  const uint8_t *handshake_hash;
  const uint8_t *counter;
  uint16_t number;
};

/** The answer. Before a valid proof the phone reads `denied`, whatever the status says. */
struct verdict {
  enum status status;
  bool is_proven;
  struct grant grant; /* read as far as the judge came */
};

/** Judges; counts no use yet. */
void judge(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict);

/** Whether a certificate counts at this moment (chapter 4). */
bool certificate_counts(const struct certificate *certificate, const struct knowledge *knowledge);

/** Counts the use that a permitted grant makes; to be durable before the bolt moves. Drops counters whose time is over. */
void judge_count_use(struct knowledge *knowledge, const struct grant *grant);

#endif
