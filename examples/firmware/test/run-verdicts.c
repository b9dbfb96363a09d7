/* From a state and what comes, the same status and the same new state. */
#include "lists.h"

#include "judge.h"

#include <string.h>

/** A status by the name that the vectors give it. */
struct named {
  const char *name;
  enum status status;
};

static void fill_policy(const struct line *line, struct policy *policy);
static bool holds_policy(const struct line *line, const struct policy *policy);
static bool has_mark(const struct line *line, const struct mark *mark);
static void fill_knowledge(const struct line *line, struct knowledge *knowledge);
static bool holds_uses(const struct line *line, const struct knowledge *knowledge);
static bool fill_certificates(const struct line *line, struct knowledge *knowledge);
static bool is_named(enum status status, const char *name);
static enum clock_told step_of(struct clock *clock, const char *kind, uint64_t amount, uint64_t *now_ms);

bool verdicts_grants(const struct line *line) {
  struct knowledge knowledge;
  struct verdict verdict;
  struct request request = {.grant = line_bytes(line, "grant", 0),
                            .operation = (uint8_t)line_number(line, "operation", 0),
                            .asserted = (uint8_t)line_number(line, "asserted", 0),
                            .proof = line_bytes(line, "proof", 0),
                            .handshake_hash = line_fixed(line, "hash", 0, HASH_BYTES),
                            .counter = line_fixed(line, "counter", 0, 8),
                            .number = (uint16_t)line_number(line, "number", 0)};
  fill_knowledge(line, &knowledge);
  if (!fill_certificates(line, &knowledge)) {
    return false;
  }
  judge(&knowledge, &request, &verdict);
  if (!is_named(verdict.status, line_text(line, "status", 0)) || verdict.is_proven != (line_number(line, "isProven", 0) == 1)) {
    return false;
  }
  if (verdict.status != STATUS_PERMITTED) {
    return true;
  }
  judge_count_use(&knowledge, &verdict.grant);
  return holds_uses(line, &knowledge);
}

bool verdicts_updates(const struct line *line) {
  struct policy policy;
  static struct policy_update update;
  uint64_t committed_lo = line_number(line, "committedLo", 0);
  struct interval now = {.lo = committed_lo, .is_bounded = !line_is_null(line, "hi", 0)};
  now.hi = now.is_bounded ? line_number(line, "hi", 0) : 0;
  fill_policy(line, &policy);
  memcpy(policy.post, line_fixed(line, "post", 0, POST_BYTES), POST_BYTES);
  if (!policy_update_read(line_bytes(line, "payload", 0), &update)) {
    return false;
  }
  uint64_t lo_after = update.iat > committed_lo ? update.iat : committed_lo;
  enum status status = policy_judge(&policy, &update, line_fixed(line, "lockId", 0, ID_BYTES), now, lo_after);
  if (status == STATUS_APPLIED && !policy_apply(&policy, &update, lo_after)) {
    return false;
  }
  return is_named(status, line_text(line, "status", 0)) && holds_policy(line, &policy);
}

bool verdicts_clocks(const struct line *line) {
  static const char *const TOLD[] = {"taken", "alarm", "refused"};
  struct clock clock;
  uint64_t now_ms = 0;
  clock_begin(&clock, (uint32_t)line_number(line, "drift", 0), 0, now_ms);
  for (size_t i = 0; i < line_count(line, "kind"); i++) {
    enum clock_told told = step_of(&clock, line_text(line, "kind", i), line_number(line, "amount", i), &now_ms);
    struct interval now = clock_at(&clock, now_ms);
    bool is_bounded = !line_is_null(line, "hi", i);
    if (strcmp(TOLD[told], line_text(line, "told", i)) != 0 || now.lo != line_number(line, "lo", i) ||
        now.is_bounded != is_bounded || (is_bounded && now.hi != line_number(line, "hi", i))) {
      return false;
    }
  }
  return true;
}

static void fill_policy(const struct line *line, struct policy *policy) {
  memset(policy, 0, sizeof *policy);
  policy->version = line_number(line, "version", 0);
  policy->floor_iat = line_number(line, "floor", 0);
  policy->floor_version = line_number(line, "floor", 1);
  policy->marks = line_count(line, "tag");
  for (size_t i = 0; i < policy->marks && i < MARKS_MAX; i++) {
    memcpy(policy->mark[i].tag, line_fixed(line, "tag", i, ID_BYTES), ID_BYTES);
    policy->mark[i].iat = line_number(line, "iat", i);
    policy->mark[i].version = line_number(line, "markVersion", i);
    policy->mark[i].until = line_number(line, "until", i);
  }
  policy->blocked = line_count(line, "blocked");
  for (size_t i = 0; i < policy->blocked && i < BLOCKED_MAX; i++) {
    memcpy(policy->blocked_id[i], line_fixed(line, "blocked", i, KEY_ID_BYTES), KEY_ID_BYTES);
  }
}

static bool holds_policy(const struct line *line, const struct policy *policy) {
  bool holds = policy->version == line_number(line, "after.version", 0) &&
               memcmp(policy->post, line_fixed(line, "after.post", 0, POST_BYTES), POST_BYTES) == 0 &&
               policy->floor_iat == line_number(line, "after.floor", 0) &&
               policy->floor_version == line_number(line, "after.floor", 1) && policy->marks == line_count(line, "after.tag") &&
               policy->blocked == line_count(line, "after.blocked");
  for (size_t i = 0; holds && i < policy->marks; i++) {
    holds = has_mark(line, &policy->mark[i]);
  }
  for (size_t i = 0; holds && i < policy->blocked; i++) {
    holds = policy_blocks(policy, line_fixed(line, "after.blocked", i, KEY_ID_BYTES));
  }
  return holds;
}

/* Marks are a set. */
static bool has_mark(const struct line *line, const struct mark *mark) {
  for (size_t i = 0; i < line_count(line, "after.tag"); i++) {
    if (memcmp(mark->tag, line_fixed(line, "after.tag", i, ID_BYTES), ID_BYTES) == 0) {
      return mark->iat == line_number(line, "after.iat", i) && mark->version == line_number(line, "after.markVersion", i) &&
             mark->until == line_number(line, "after.until", i);
    }
  }
  return false;
}

static void fill_knowledge(const struct line *line, struct knowledge *knowledge) {
  memset(knowledge, 0, sizeof *knowledge);
  memcpy(knowledge->lock_id, line_fixed(line, "lockId", 0, ID_BYTES), ID_BYTES);
  memcpy(knowledge->site_id, line_fixed(line, "siteId", 0, ID_BYTES), ID_BYTES);
  knowledge->trust_epoch = line_number(line, "epoch", 0);
  fill_policy(line, &knowledge->policy);
  knowledge->now.lo = line_number(line, "interval", 0);
  knowledge->now.is_bounded = !line_is_null(line, "interval", 1);
  knowledge->now.hi = knowledge->now.is_bounded ? line_number(line, "interval", 1) : 0;
  knowledge->committed_lo = line_number(line, "committedLo", 0);
  knowledge->has_time_token = line_number(line, "hasTimeToken", 0) == 1;
  knowledge->is_near = line_number(line, "isNear", 0) == 1;
  knowledge->uses = line_count(line, "useId");
  for (size_t i = 0; i < knowledge->uses && i < USE_COUNTERS_MAX; i++) {
    memcpy(knowledge->use[i].id, line_fixed(line, "useId", i, ID_BYTES), ID_BYTES);
    knowledge->use[i].used = line_number(line, "used", i);
    knowledge->use[i].exp = line_number(line, "useExp", i);
  }
}

static bool fill_certificates(const struct line *line, struct knowledge *knowledge) {
  size_t count = line_count(line, "certificate");
  for (size_t i = 0; i < count && i < CERTIFICATES_MAX; i++) {
    if (!certificate_read(line_bytes(line, "certificate", i), &knowledge->certificate[i])) {
      return false;
    }
  }
  knowledge->certificates = count;
  return count <= CERTIFICATES_MAX;
}

static bool holds_uses(const struct line *line, const struct knowledge *knowledge) {
  bool holds = knowledge->uses == line_count(line, "after.useId");
  for (size_t i = 0; holds && i < knowledge->uses; i++) {
    bool is_there = false;
    for (size_t k = 0; k < knowledge->uses; k++) {
      is_there = is_there || (memcmp(knowledge->use[i].id, line_fixed(line, "after.useId", k, ID_BYTES), ID_BYTES) == 0 &&
                              knowledge->use[i].used == line_number(line, "after.used", k) &&
                              knowledge->use[i].exp == line_number(line, "after.useExp", k));
    }
    holds = is_there;
  }
  return holds;
}

static bool is_named(enum status status, const char *name) {
  static const struct named NAMES[] = {{"permitted", STATUS_PERMITTED},
                                       {"life_too_long", STATUS_LIFE_TOO_LONG},
                                       {"issued_outside_certificate", STATUS_ISSUED_OUTSIDE_CERTIFICATE},
                                       {"issued_in_future", STATUS_ISSUED_IN_FUTURE},
                                       {"below_floor", STATUS_BELOW_FLOOR},
                                       {"revoked", STATUS_REVOKED},
                                       {"pending", STATUS_PENDING},
                                       {"expired", STATUS_EXPIRED},
                                       {"inactive_hours", STATUS_INACTIVE_HOURS},
                                       {"time_uncertain", STATUS_TIME_UNCERTAIN},
                                       {"time_token_needed", STATUS_TIME_TOKEN_NEEDED},
                                       {"policy_version_missing", STATUS_POLICY_VERSION_MISSING},
                                       {"intent_missing", STATUS_INTENT_MISSING},
                                       {"phone_locked", STATUS_PHONE_LOCKED},
                                       {"hardware_key_missing", STATUS_HARDWARE_KEY_MISSING},
                                       {"ranging_missing", STATUS_RANGING_MISSING},
                                       {"second_factor_missing", STATUS_SECOND_FACTOR_MISSING},
                                       {"uses_spent", STATUS_USES_SPENT},
                                       {"uses_full", STATUS_USES_FULL},
                                       {"operation_unknown", STATUS_OPERATION_UNKNOWN},
                                       {"grant_malformed", STATUS_GRANT_MALFORMED},
                                       {"certificate_unknown", STATUS_CERTIFICATE_UNKNOWN},
                                       {"certificate_refused", STATUS_CERTIFICATE_REFUSED},
                                       {"signature_wrong", STATUS_SIGNATURE_WRONG},
                                       {"wrong_lock", STATUS_WRONG_LOCK},
                                       {"wrong_scope", STATUS_WRONG_SCOPE},
                                       {"proof_wrong", STATUS_PROOF_WRONG},
                                       {"applied", STATUS_APPLIED},
                                       {"already_known", STATUS_ALREADY_KNOWN},
                                       {"carry_wrong_lock", STATUS_CARRY_WRONG_LOCK},
                                       {"base_missing", STATUS_BASE_MISSING},
                                       {"fork", STATUS_FORK},
                                       {"version_jump", STATUS_VERSION_JUMP},
                                       {"stamp_invalid", STATUS_STAMP_INVALID}};
  for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
    if (NAMES[i].status == status) {
      return strcmp(NAMES[i].name, name) == 0;
    }
  }
  return false;
}

static enum clock_told step_of(struct clock *clock, const char *kind, uint64_t amount, uint64_t *now_ms) {
  struct interval now = clock_at(clock, *now_ms);
  if (strcmp(kind, "stamp") == 0) {
    return clock_stamp(clock, amount, now.lo, *now_ms);
  }
  if (strcmp(kind, "nonce") == 0) {
    return clock_lower(clock, amount, *now_ms);
  }
  if (strcmp(kind, "reset") == 0) {
    return clock_set(clock, amount, *now_ms) ? CLOCK_TAKEN : CLOCK_REFUSED;
  }
  if (strcmp(kind, "power-loss") == 0) {
    *now_ms = 0;
    clock_begin(clock, clock->drift_ppm, now.lo, 0);
  } else {
    *now_ms += amount; /* wait */
  }
  return CLOCK_TAKEN;
}
