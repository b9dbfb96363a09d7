/* Reading the payload of a grant. */
#include "claims-take.h"

#include <string.h>

#define MINUTE_MAX 4294967295u
#define TIME_POLICY_MAX 2u
#define REQUIREMENTS_MAX 31u
#define SCOPE_MAX 15u
#define USES_MAX 65535u

static bool take_scope(struct payload_reader *in, uint8_t *scope);
static bool take_tags(struct payload_reader *in, struct grant *grant);
static bool take_windows(struct payload_reader *in, struct grant *grant);
static bool take_uses(struct payload_reader *in, struct grant *grant);

bool grant_read(struct bytes payload, struct grant *grant) {
  struct payload_reader in;
  uint8_t cti[ID_BYTES];
  uint64_t time_policy;
  uint64_t requirements;
  if (!payload_begin(payload, &in) || !payload_id(&in, 3, grant->lock_id) || !payload_number(&in, 4, &grant->exp) ||
      !payload_number(&in, 5, &grant->nbf) || !payload_number(&in, 6, &grant->iat) || !payload_id(&in, 7, cti) ||
      !cbor_take_label(&in.registered, 8) || !cose_key_take_confirmation(&in.reader, &grant->device_key) ||
      !take_scope(&in, &grant->scope) || !payload_enter(&in, true) || !take_tags(&in, grant) || !take_windows(&in, grant) ||
      !payload_own_number(&in, 5, 0, TIME_POLICY_MAX, &time_policy) ||
      !payload_own_number(&in, 6, 0, REQUIREMENTS_MAX, &requirements) ||
      !payload_own_number(&in, 7, 0, INTEGER_MAX, &grant->min_policy_version) || !take_uses(&in, grant)) {
    return false;
  }
  grant->time_policy = (uint8_t)time_policy;
  grant->requirements = (uint8_t)requirements;
  return payload_end(&in);
}

static bool take_scope(struct payload_reader *in, uint8_t *scope) {
  const uint8_t *read;
  if (!cbor_take_label(&in->registered, 9) || !cbor_take_fixed(&in->reader, 1, &read)) {
    return false;
  }
  *scope = *read;
  return *scope >= 1 && *scope <= SCOPE_MAX;
}

static bool take_tags(struct payload_reader *in, struct grant *grant) {
  size_t members;
  const uint8_t *device;
  const uint8_t *person;
  if (!cbor_take_label(&in->own, 3) || !cbor_take_array(&in->reader, &members) || members != 2 ||
      !cbor_take_fixed(&in->reader, ID_BYTES, &device) || !cbor_take_fixed(&in->reader, ID_BYTES, &person)) {
    return false;
  }
  memcpy(grant->device_tag, device, ID_BYTES);
  memcpy(grant->person_tag, person, ID_BYTES);
  return true;
}

static bool take_windows(struct payload_reader *in, struct grant *grant) {
  size_t members;
  grant->windows = 0;
  if (!cbor_take_label(&in->own, 4)) {
    return true;
  }
  if (!cbor_take_array(&in->reader, &members) || members == 0 || members % 2 != 0 || members > 2 * WINDOWS_MAX) {
    return false;
  }
  for (size_t i = 0; i < members; i++) {
    uint64_t minute;
    if (!cbor_take_number(&in->reader, MINUTE_MAX, &minute) || (i > 0 && minute <= grant->window[i - 1])) {
      return false;
    }
    grant->window[i] = (uint32_t)minute;
  }
  grant->windows = members / 2;
  return true;
}

static bool take_uses(struct payload_reader *in, struct grant *grant) {
  size_t members;
  const uint8_t *id;
  uint64_t uses;
  grant->has_uses = cbor_take_label(&in->own, 8);
  if (!grant->has_uses) {
    return true;
  }
  if (!cbor_take_array(&in->reader, &members) || members != 2 || !cbor_take_fixed(&in->reader, ID_BYTES, &id) ||
      !cbor_take_number(&in->reader, USES_MAX, &uses) || uses == 0) {
    return false;
  }
  memcpy(grant->use_id, id, ID_BYTES);
  grant->uses = (uint16_t)uses;
  return true;
}
