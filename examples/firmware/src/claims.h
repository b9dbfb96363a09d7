/* The payloads a lock reads: protocol/README.md, chapter 4, and dkp.cddl. */
#ifndef DKP_CLAIMS_H
#define DKP_CLAIMS_H

#include "envelope.h"

#define ID_BYTES 8u
#define POST_BYTES 16u
#define NONCE_BYTES 16u

enum { ROLE_GRANT = 1, ROLE_POLICY = 2, ROLE_TIME = 4, ROLE_BUNDLE = 8, ROLE_ADMIN = 16 };

/** What the root says of a key. */
struct certificate {
  uint64_t exp;
  uint64_t nbf;
  struct cose_key key;
  uint8_t roles;
  uint32_t longest_grant;
  uint64_t epoch;
  uint8_t site_id[ID_BYTES];
};

/** The right of one device at one lock. */
struct grant {
  uint8_t lock_id[ID_BYTES];
  uint64_t exp;
  uint64_t nbf;
  uint64_t iat;
  struct cose_key device_key;
  uint8_t scope;
  uint8_t device_tag[ID_BYTES];
  uint8_t person_tag[ID_BYTES];
  size_t windows; /* 0: always */
  uint32_t window[2 * WINDOWS_MAX];
  uint8_t time_policy;
  uint8_t requirements;
  uint64_t min_policy_version;
  bool has_uses;
  uint8_t use_id[ID_BYTES];
  uint16_t uses;
};

/** A withdrawal: grants of this tag up to `iat`, or below `version`, until then. */
struct mark {
  uint8_t tag[ID_BYTES];
  uint64_t iat;
  uint64_t version;
  uint64_t until;
};

/** News of what was withdrawn. */
struct policy_update {
  uint8_t lock_id[ID_BYTES];
  uint64_t iat;
  bool is_delta;
  uint64_t base;
  uint64_t version;
  uint8_t post[POST_BYTES];
  uint64_t floor_iat;
  uint64_t floor_version;
  size_t marks;
  struct mark mark[MARKS_MAX];
  size_t blocked;
  uint8_t blocked_id[BLOCKED_MAX][KEY_ID_BYTES];
};

/** The time, give or take `radius`. */
struct time_token {
  uint64_t iat;
  bool has_nonce;
  uint8_t nonce[NONCE_BYTES];
  uint64_t radius;
};

/** What the owner sets. */
struct admin_update {
  uint8_t lock_id[ID_BYTES];
  uint64_t iat;
  bool has_config;
  uint64_t config_version;
  uint8_t open_seconds;
  bool personal_log;
  uint64_t sequence;
  bool has_clock;
  uint64_t clock_lo;
  uint64_t clock_from;
};

/** The records that may go. */
struct log_ack {
  uint8_t lock_id[ID_BYTES];
  uint64_t iat;
  uint64_t released;
};

/** The root after this one. */
struct trust_update {
  uint64_t epoch;
  struct cose_key root;
  uint8_t next_root[HASH_BYTES];
};

/* Each reads a payload whose signature held, and refuses a missing label, a malformed value and an unknown label. */
bool certificate_read(struct bytes payload, struct certificate *certificate);
bool grant_read(struct bytes payload, struct grant *grant);
bool policy_update_read(struct bytes payload, struct policy_update *update);
bool time_token_read(struct bytes payload, struct time_token *token);
bool admin_update_read(struct bytes payload, struct admin_update *update);
bool log_ack_read(struct bytes payload, struct log_ack *ack);
bool trust_update_read(struct bytes payload, struct trust_update *update);

#endif
