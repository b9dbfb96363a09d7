/* Reading the payloads of carried objects. */
#include "claims-take.h"

#include <string.h>

#define ROLES_ALL 31u
#define RADIUS_MAX 86400u

static bool take_floor(struct payload_reader *in, struct policy_update *update);
static bool take_marks(struct payload_reader *in, struct policy_update *update);
static bool take_blocked(struct payload_reader *in, struct policy_update *update);
static bool take_config(struct payload_reader *in, struct admin_update *update);
static bool take_clock(struct payload_reader *in, struct admin_update *update);

bool certificate_read(struct bytes payload, struct certificate *certificate) {
  struct payload_reader in;
  uint64_t roles;
  uint64_t longest;
  if (!payload_begin(payload, &in) || !payload_number(&in, 4, &certificate->exp) || !payload_number(&in, 5, &certificate->nbf) ||
      !cbor_take_label(&in.registered, 8) || !cose_key_take_confirmation(&in.reader, &certificate->key) ||
      !payload_enter(&in, true) || !payload_own_number(&in, 10, 1, ROLES_ALL, &roles) ||
      !payload_own_number(&in, 11, 1, GRANT_LIFE_MAX, &longest) || !payload_own_number(&in, 12, 0, INTEGER_MAX, &certificate->epoch) ||
      !payload_own_bytes(&in, 13, ID_BYTES, certificate->site_id)) {
    return false;
  }
  certificate->roles = (uint8_t)roles;
  certificate->longest_grant = (uint32_t)longest;
  /* Who grants must not be the one who takes grants back. */
  return (roles & (ROLE_GRANT | ROLE_POLICY)) != (ROLE_GRANT | ROLE_POLICY) && payload_end(&in);
}

bool policy_update_read(struct bytes payload, struct policy_update *update) {
  struct payload_reader in;
  if (!payload_begin(payload, &in) || !payload_id(&in, 3, update->lock_id) || !payload_number(&in, 6, &update->iat) ||
      !payload_enter(&in, true)) {
    return false;
  }
  update->is_delta = cbor_take_label(&in.own, 20);
  if (update->is_delta && !cbor_take_number(&in.reader, INTEGER_MAX, &update->base)) {
    return false;
  }
  return payload_own_number(&in, 21, 1, INTEGER_MAX, &update->version) && payload_own_bytes(&in, 22, POST_BYTES, update->post) &&
         take_floor(&in, update) && take_marks(&in, update) && take_blocked(&in, update) && payload_end(&in);
}

bool time_token_read(struct bytes payload, struct time_token *token) {
  struct payload_reader in;
  if (!payload_begin(payload, &in) || !payload_number(&in, 6, &token->iat) || !payload_enter(&in, false)) {
    return false;
  }
  const uint8_t *nonce;
  token->has_nonce = cbor_take_label(&in.own, 30);
  if (token->has_nonce) {
    if (!cbor_take_fixed(&in.reader, NONCE_BYTES, &nonce)) {
      return false;
    }
    memcpy(token->nonce, nonce, NONCE_BYTES);
  }
  return payload_own_number(&in, 31, 0, RADIUS_MAX, &token->radius) && payload_end(&in);
}

bool admin_update_read(struct bytes payload, struct admin_update *update) {
  struct payload_reader in;
  return payload_begin(payload, &in) && payload_id(&in, 3, update->lock_id) && payload_number(&in, 6, &update->iat) &&
         payload_enter(&in, true) && take_config(&in, update) && payload_own_number(&in, 60, 1, INTEGER_MAX, &update->sequence) &&
         take_clock(&in, update) && payload_end(&in);
}

bool log_ack_read(struct bytes payload, struct log_ack *ack) {
  struct payload_reader in;
  return payload_begin(payload, &in) && payload_id(&in, 3, ack->lock_id) && payload_number(&in, 6, &ack->iat) &&
         payload_enter(&in, true) && payload_own_number(&in, 76, 0, INTEGER_MAX, &ack->released) && payload_end(&in);
}

bool trust_update_read(struct bytes payload, struct trust_update *update) {
  struct payload_reader in;
  return payload_begin(payload, &in) && payload_enter(&in, true) && payload_own_number(&in, 12, 1, INTEGER_MAX, &update->epoch) &&
         cbor_take_label(&in.own, 70) && cose_key_take(&in.reader, &update->root) &&
         payload_own_bytes(&in, 71, HASH_BYTES, update->next_root) && payload_end(&in);
}

static bool take_floor(struct payload_reader *in, struct policy_update *update) {
  size_t members;
  return cbor_take_label(&in->own, 23) && cbor_take_array(&in->reader, &members) && members == 2 &&
         cbor_take_number(&in->reader, INTEGER_MAX, &update->floor_iat) &&
         cbor_take_number(&in->reader, INTEGER_MAX, &update->floor_version);
}

static bool take_marks(struct payload_reader *in, struct policy_update *update) {
  if (!cbor_take_label(&in->own, 24) || !cbor_take_array(&in->reader, &update->marks) || update->marks > MARKS_MAX) {
    return false;
  }
  for (size_t i = 0; i < update->marks; i++) {
    struct mark *mark = &update->mark[i];
    const uint8_t *tag;
    size_t members;
    if (!cbor_take_array(&in->reader, &members) || members != 4 || !cbor_take_fixed(&in->reader, ID_BYTES, &tag) ||
        !cbor_take_number(&in->reader, INTEGER_MAX, &mark->iat) || !cbor_take_number(&in->reader, INTEGER_MAX, &mark->version) ||
        !cbor_take_number(&in->reader, INTEGER_MAX, &mark->until)) {
      return false;
    }
    memcpy(mark->tag, tag, ID_BYTES);
  }
  return true;
}

static bool take_blocked(struct payload_reader *in, struct policy_update *update) {
  if (!cbor_take_label(&in->own, 26) || !cbor_take_array(&in->reader, &update->blocked) || update->blocked > BLOCKED_MAX) {
    return false;
  }
  for (size_t i = 0; i < update->blocked; i++) {
    const uint8_t *id;
    if (!cbor_take_fixed(&in->reader, KEY_ID_BYTES, &id)) {
      return false;
    }
    memcpy(update->blocked_id[i], id, KEY_ID_BYTES);
  }
  return true;
}

static bool take_config(struct payload_reader *in, struct admin_update *update) {
  struct cbor_labels config;
  uint64_t seconds;
  update->has_config = cbor_take_label(&in->own, 25);
  if (!update->has_config) {
    return true;
  }
  if (!cbor_take_map(&in->reader, &config) || !cbor_take_label(&config, 1) ||
      !cbor_take_number(&in->reader, INTEGER_MAX, &update->config_version) || update->config_version == 0 ||
      !cbor_take_label(&config, 2) || !cbor_take_number(&in->reader, 60, &seconds) || seconds == 0 ||
      !cbor_take_label(&config, 3) || !cbor_take_bool(&in->reader, &update->personal_log)) {
    return false;
  }
  update->open_seconds = (uint8_t)seconds;
  return cbor_labels_over(&config);
}

static bool take_clock(struct payload_reader *in, struct admin_update *update) {
  size_t members;
  update->has_clock = cbor_take_label(&in->own, 61);
  return !update->has_clock || (cbor_take_array(&in->reader, &members) && members == 2 &&
                                cbor_take_number(&in->reader, INTEGER_MAX, &update->clock_lo) &&
                                cbor_take_number(&in->reader, INTEGER_MAX, &update->clock_from));
}
