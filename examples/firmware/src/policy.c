/* What was withdrawn at a lock. */
#include "policy.h"

#include <string.h>

static struct mark *mark_of(struct policy *policy, const uint8_t tag[ID_BYTES]);
static bool joins(const struct policy *policy, const struct policy_update *update, uint64_t lo_after);
static uint64_t end_of(const struct policy *policy, const struct policy_update *update, const uint8_t tag[ID_BYTES]);
static void forget(struct policy *policy);
static void drop_over(struct policy *policy, const struct policy_update *update, uint64_t committed_lo);
static void join(struct policy *policy, const struct policy_update *update, uint64_t committed_lo);
static bool is_stamped_before_its_news(const struct policy_update *update);
static uint64_t larger(uint64_t one, uint64_t other);

bool policy_blocks(const struct policy *policy, const uint8_t key_id[KEY_ID_BYTES]) {
  for (size_t i = 0; i < policy->blocked; i++) {
    if (memcmp(policy->blocked_id[i], key_id, KEY_ID_BYTES) == 0) {
      return true;
    }
  }
  return false;
}

bool policy_revokes(const struct policy *policy, const struct grant *grant) {
  for (size_t i = 0; i < policy->marks; i++) {
    const struct mark *mark = &policy->mark[i];
    bool is_its_tag = memcmp(mark->tag, grant->device_tag, ID_BYTES) == 0 || memcmp(mark->tag, grant->person_tag, ID_BYTES) == 0;
    if (is_its_tag && (grant->iat <= mark->iat || grant->min_policy_version < mark->version)) {
      return true;
    }
  }
  return false;
}

enum status policy_judge(const struct policy *policy, const struct policy_update *update, const uint8_t lock_id[ID_BYTES],
                         struct interval now, uint64_t lo_after) {
  if (memcmp(update->lock_id, lock_id, ID_BYTES) != 0) {
    return STATUS_CARRY_WRONG_LOCK;
  }
  if (is_stamped_before_its_news(update)) {
    return STATUS_STAMP_INVALID;
  }
  if (update->version == policy->version) {
    return memcmp(update->post, policy->post, POST_BYTES) == 0 ? STATUS_ALREADY_KNOWN : STATUS_FORK;
  }
  if (update->version < policy->version) {
    return STATUS_ALREADY_KNOWN;
  }
  bool is_floor_ahead = now.is_bounded && policy->floor_iat > now.hi;
  if (update->iat < policy->floor_iat && !is_floor_ahead) {
    return STATUS_STAMP_INVALID;
  }
  if (update->version - policy->version > POLICY_JUMP_MAX) {
    return STATUS_VERSION_JUMP;
  }
  if (update->is_delta && (update->base > policy->version || !joins(policy, update, lo_after))) {
    return STATUS_BASE_MISSING;
  }
  return STATUS_APPLIED;
}

bool policy_apply(struct policy *policy, const struct policy_update *update, uint64_t committed_lo) {
  if (update->is_delta && !joins(policy, update, committed_lo)) {
    return false;
  }
  if (!update->is_delta) {
    forget(policy);
  }
  drop_over(policy, update, committed_lo);
  join(policy, update, committed_lo);
  policy->version = update->version;
  memcpy(policy->post, update->post, POST_BYTES);
  return true;
}

/* Whether a delta finds room beside what is not over; counted before anything is changed. */
static bool joins(const struct policy *policy, const struct policy_update *update, uint64_t lo_after) {
  size_t marks = 0;
  size_t blocked = policy->blocked;
  for (size_t i = 0; i < policy->marks; i++) {
    marks += end_of(policy, update, policy->mark[i].tag) > lo_after ? 1 : 0;
  }
  for (size_t i = 0; i < update->marks; i++) {
    bool is_known = end_of(policy, update, update->mark[i].tag) <= lo_after;
    for (size_t k = 0; k < policy->marks && !is_known; k++) {
      is_known = memcmp(policy->mark[k].tag, update->mark[i].tag, ID_BYTES) == 0;
    }
    for (size_t k = 0; k < i && !is_known; k++) {
      is_known = memcmp(update->mark[k].tag, update->mark[i].tag, ID_BYTES) == 0;
    }
    marks += is_known ? 0 : 1;
  }
  for (size_t i = 0; i < update->blocked; i++) {
    bool is_known = policy_blocks(policy, update->blocked_id[i]);
    for (size_t k = 0; k < i && !is_known; k++) {
      is_known = memcmp(update->blocked_id[k], update->blocked_id[i], KEY_ID_BYTES) == 0;
    }
    blocked += is_known ? 0 : 1;
  }
  return marks <= MARKS_MAX && blocked <= BLOCKED_MAX;
}

/* The latest end of the marks on a tag. */
static uint64_t end_of(const struct policy *policy, const struct policy_update *update, const uint8_t tag[ID_BYTES]) {
  uint64_t end = 0;
  for (size_t i = 0; i < policy->marks; i++) {
    end = memcmp(policy->mark[i].tag, tag, ID_BYTES) == 0 ? larger(end, policy->mark[i].until) : end;
  }
  for (size_t i = 0; i < update->marks; i++) {
    end = memcmp(update->mark[i].tag, tag, ID_BYTES) == 0 ? larger(end, update->mark[i].until) : end;
  }
  return end;
}

/* Before a snapshot: it is then joined to nothing, so that what it says twice counts once. */
static void forget(struct policy *policy) {
  policy->floor_iat = 0;
  policy->floor_version = 0;
  policy->marks = 0;
  policy->blocked = 0;
}

/* A mark that the update prolongs stays, with all it said. */
static void drop_over(struct policy *policy, const struct policy_update *update, uint64_t committed_lo) {
  size_t kept = 0;
  for (size_t i = 0; i < policy->marks; i++) {
    if (end_of(policy, update, policy->mark[i].tag) > committed_lo) {
      policy->mark[kept++] = policy->mark[i];
    }
  }
  policy->marks = kept;
}

static void join(struct policy *policy, const struct policy_update *update, uint64_t committed_lo) {
  policy->floor_iat = larger(policy->floor_iat, update->floor_iat);
  policy->floor_version = larger(policy->floor_version, update->floor_version);
  for (size_t i = 0; i < update->marks; i++) {
    const struct mark *news = &update->mark[i];
    struct mark *mark = mark_of(policy, news->tag);
    bool is_over = end_of(policy, update, news->tag) <= committed_lo;
    if (mark == NULL && !is_over && policy->marks < MARKS_MAX) {
      policy->mark[policy->marks++] = *news;
    } else if (mark != NULL) {
      mark->iat = larger(mark->iat, news->iat);
      mark->version = larger(mark->version, news->version);
      mark->until = larger(mark->until, news->until);
    }
  }
  for (size_t i = 0; i < update->blocked; i++) {
    if (!policy_blocks(policy, update->blocked_id[i]) && policy->blocked < BLOCKED_MAX) {
      memcpy(policy->blocked_id[policy->blocked++], update->blocked_id[i], KEY_ID_BYTES);
    }
  }
}

static struct mark *mark_of(struct policy *policy, const uint8_t tag[ID_BYTES]) {
  for (size_t i = 0; i < policy->marks; i++) {
    if (memcmp(policy->mark[i].tag, tag, ID_BYTES) == 0) {
      return &policy->mark[i];
    }
  }
  return NULL;
}

static bool is_stamped_before_its_news(const struct policy_update *update) {
  bool is_before = update->floor_iat > update->iat;
  for (size_t i = 0; i < update->marks; i++) {
    is_before = is_before || update->mark[i].iat > update->iat;
  }
  return is_before;
}

static uint64_t larger(uint64_t one, uint64_t other) {
  return one > other ? one : other;
}
