/* What was withdrawn at a lock: protocol/README.md, chapter 11. */
#ifndef DKP_POLICY_H
#define DKP_POLICY_H

#include "claims.h"
#include "clock.h"
#include "status.h"

/** The policy a lock holds. */
struct policy {
  uint64_t version;
  uint8_t post[POST_BYTES];
  uint64_t floor_iat;
  uint64_t floor_version;
  size_t marks;
  struct mark mark[MARKS_MAX];
  size_t blocked;
  uint8_t blocked_id[BLOCKED_MAX][KEY_ID_BYTES];
};

/** Whether a key id is blocked. */
bool policy_blocks(const struct policy *policy, const uint8_t key_id[KEY_ID_BYTES]);

/** Whether a mark takes the grant back: one on its device's or its person's tag. */
bool policy_revokes(const struct policy *policy, const struct grant *grant);

/**
 * What an update that is signed by a certificate that counts would do. `applied` changes nothing yet: then the host raises
 * its clock by the update's iat, commits it, and calls `policy_apply`.
 * `lo_after` is the lo that this stamp gives the clock: marks that are over by then take no room.
 */
enum status policy_judge(const struct policy *policy, const struct policy_update *update, const uint8_t lock_id[ID_BYTES],
                         struct interval now, uint64_t lo_after);

/**
 * Applies an update that was judged `applied`, and drops marks that are over at the committed bound. False, and nothing is changed,
 * when a delta finds no room: its marks were counted with a later `lo_after` than what was committed.
 */
bool policy_apply(struct policy *policy, const struct policy_update *update, uint64_t committed_lo);

#endif
