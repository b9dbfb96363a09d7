/* What was withdrawn at a lock. */
#include "policy.h"

#include <string.h>

static struct mark *mark_of(struct policy *policy, const uint8_t tag[ID_BYTES]);
static bool joins(const struct policy *policy, const struct policy_update *update);
static void replace(struct policy *policy, const struct policy_update *update);
static void join(struct policy *policy, const struct policy_update *update);
static void purge(struct policy *policy, uint64_t committed_lo);
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
    /* A share's tag is a tag, too: where the text says "its tags" the stricter reading counts. */
    bool is_its_tag = memcmp(mark->tag, grant->device_tag, ID_BYTES) == 0 || memcmp(mark->tag, grant->person_tag, ID_BYTES) == 0 ||
                      (grant->has_uses && memcmp(mark->tag, grant->use_id, ID_BYTES) == 0);
    if (is_its_tag && (grant->iat <= mark->iat || grant->min_policy_version < mark->version)) {
      return true;
    }
  }
  return false;
}

enum status policy_judge(const struct policy *policy, const struct policy_update *update, const uint8_t lock_id[ID_BYTES],
                         struct interval now) {
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
  if (update->is_delta && (update->base > policy->version || !joins(policy, update))) {
    return STATUS_BASE_MISSING;
  }
  return STATUS_APPLIED;
}

void policy_apply(struct policy *policy, const struct policy_update *update, uint64_t committed_lo) {
  if (update->is_delta) {
    join(policy, update);
  } else {
    replace(policy, update);
  }
  policy->version = update->version;
  memcpy(policy->post, update->post, POST_BYTES);
  purge(policy, committed_lo);
}

/* Whether a delta finds room; counted before anything is changed. */
static bool joins(const struct policy *policy, const struct policy_update *update) {
  size_t marks = policy->marks;
  size_t blocked = policy->blocked;
  for (size_t i = 0; i < update->marks; i++) {
    bool is_known = false;
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

static void replace(struct policy *policy, const struct policy_update *update) {
  policy->floor_iat = update->floor_iat;
  policy->floor_version = update->floor_version;
  policy->marks = update->marks;
  memcpy(policy->mark, update->mark, sizeof policy->mark);
  policy->blocked = update->blocked;
  memcpy(policy->blocked_id, update->blocked_id, sizeof policy->blocked_id);
}

static void join(struct policy *policy, const struct policy_update *update) {
  policy->floor_iat = larger(policy->floor_iat, update->floor_iat);
  policy->floor_version = larger(policy->floor_version, update->floor_version);
  for (size_t i = 0; i < update->marks; i++) {
    const struct mark *news = &update->mark[i];
    struct mark *mark = mark_of(policy, news->tag);
    if (mark == NULL && policy->marks < MARKS_MAX) {
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

static void purge(struct policy *policy, uint64_t committed_lo) {
  size_t kept = 0;
  for (size_t i = 0; i < policy->marks; i++) {
    if (policy->mark[i].until > committed_lo) {
      policy->mark[kept++] = policy->mark[i];
    }
  }
  policy->marks = kept;
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
