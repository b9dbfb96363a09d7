/* One function that judges a request, step by step in the order of chapter 8; it stops at the first refusal. */
#include "judge.h"

#include "judge-time.h"

#include <string.h>

#define USES_KEPT_FOR GRANT_LIFE_MAX
#define PROOF_ROOM 128u

/* The certificates of the grant's signer, one bit each; eight are kept at most. */
struct signers {
  uint8_t named;   /* have the grant's key id */
  uint8_t counting; /* … the GRANT role, and count now */
  uint8_t signing;  /* … and whose key signed */
};

static bool find_signers(const struct knowledge *knowledge, const struct envelope *envelope, struct verdict *verdict,
                         struct signers *signers);
static bool is_for_this(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict);
static bool is_proven(const struct knowledge *knowledge, const struct request *request, const struct grant *grant);
static const struct certificate *issuing(const struct knowledge *knowledge, uint8_t signing, struct verdict *verdict);
static bool is_still_granted(const struct knowledge *knowledge, struct verdict *verdict);
static bool is_required_shown(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict);
static bool is_use_left(const struct knowledge *knowledge, struct verdict *verdict);
static bool is_dropped(const struct knowledge *knowledge, const struct use_counter *counter);
static bool refuse(struct verdict *verdict, enum status status);

void judge(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict) {
  struct envelope envelope;
  struct signers signers = {0, 0, 0};
  memset(verdict, 0, sizeof *verdict);
  verdict->status = STATUS_GRANT_MALFORMED;
  if (!envelope_read(request->grant, OBJECT_GRANT, &envelope) || !find_signers(knowledge, &envelope, verdict, &signers) ||
      !is_for_this(knowledge, request, verdict)) {
    return;
  }
  verdict->is_proven = true;
  const struct certificate *certificate = issuing(knowledge, signers.signing, verdict);
  if (certificate == NULL || !is_still_granted(knowledge, verdict)) {
    return;
  }
  enum status time = judge_time(&verdict->grant, certificate, knowledge->now, knowledge->has_time_token);
  if (time != STATUS_PERMITTED) {
    refuse(verdict, time);
  } else if (knowledge->policy.version < verdict->grant.min_policy_version) {
    refuse(verdict, STATUS_POLICY_VERSION_MISSING);
  } else if (is_required_shown(knowledge, request, verdict) && is_use_left(knowledge, verdict)) {
    verdict->status = STATUS_PERMITTED;
  }
}

bool certificate_counts(const struct certificate *certificate, const struct knowledge *knowledge) {
  return certificate->epoch == knowledge->trust_epoch && memcmp(certificate->site_id, knowledge->site_id, ID_BYTES) == 0 &&
         !policy_blocks(&knowledge->policy, certificate->key.id) && knowledge->now.lo < certificate->exp &&
         (!knowledge->now.is_bounded || certificate->nbf <= knowledge->now.hi);
}

void judge_count_use(struct knowledge *knowledge, const struct grant *grant) {
  size_t kept = 0;
  for (size_t i = 0; i < knowledge->uses; i++) {
    if (!is_dropped(knowledge, &knowledge->use[i])) {
      knowledge->use[kept++] = knowledge->use[i];
    }
  }
  knowledge->uses = kept;
  if (!grant->has_uses) {
    return;
  }
  for (size_t i = 0; i < kept; i++) {
    struct use_counter *counter = &knowledge->use[i];
    if (memcmp(counter->id, grant->use_id, ID_BYTES) == 0) {
      counter->used++;
      counter->exp = counter->exp > grant->exp ? counter->exp : grant->exp;
      return;
    }
  }
  if (kept < USE_COUNTERS_MAX) { /* the judge saw to it */
    struct use_counter first = {.used = 1, .exp = grant->exp};
    memcpy(first.id, grant->use_id, ID_BYTES);
    knowledge->use[knowledge->uses++] = first;
  }
}

/* Several keys may share an id; each is tried. Also reads the payload, once its signature held. */
static bool find_signers(const struct knowledge *knowledge, const struct envelope *envelope, struct verdict *verdict,
                         struct signers *signers) {
  for (size_t i = 0; i < knowledge->certificates && i < CERTIFICATES_MAX; i++) {
    const struct certificate *certificate = &knowledge->certificate[i];
    uint8_t bit = (uint8_t)(1u << i);
    if (memcmp(certificate->key.id, envelope->key_id, KEY_ID_BYTES) != 0) {
      continue;
    }
    signers->named |= bit;
    if ((certificate->roles & ROLE_GRANT) == 0 || !certificate_counts(certificate, knowledge)) {
      continue;
    }
    signers->counting |= bit;
    if (envelope_is_signed_by(envelope, envelope->payload, &certificate->key)) {
      signers->signing |= bit;
    }
  }
  if (signers->named == 0) {
    return refuse(verdict, STATUS_CERTIFICATE_UNKNOWN);
  }
  if (signers->counting == 0) {
    return refuse(verdict, STATUS_CERTIFICATE_REFUSED);
  }
  if (signers->signing == 0) {
    return refuse(verdict, STATUS_SIGNATURE_WRONG);
  }
  return grant_read(envelope->payload, &verdict->grant) || refuse(verdict, STATUS_GRANT_MALFORMED);
}

static bool is_for_this(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict) {
  if (memcmp(verdict->grant.lock_id, knowledge->lock_id, ID_BYTES) != 0) {
    return refuse(verdict, STATUS_WRONG_LOCK);
  }
  if (request->operation != OPERATION_UNLOCK && request->operation != OPERATION_SECURE &&
      request->operation != OPERATION_HOLD_OPEN && request->operation != OPERATION_READ_LOG) {
    return refuse(verdict, STATUS_OPERATION_UNKNOWN);
  }
  if ((verdict->grant.scope & request->operation) == 0) {
    return refuse(verdict, STATUS_WRONG_SCOPE);
  }
  return is_proven(knowledge, request, &verdict->grant) || refuse(verdict, STATUS_PROOF_WRONG);
}

/* The seven values that bind the device, this grant and this wish to this session (chapter 4, Proof). */
static bool is_proven(const struct knowledge *knowledge, const struct request *request, const struct grant *grant) {
  struct envelope proof;
  uint8_t hash[HASH_BYTES];
  uint8_t room[PROOF_ROOM];
  if (!cose_key_is_usable(&grant->device_key) || !envelope_read(request->proof, OBJECT_PROOF, &proof)) {
    return false;
  }
  crypto_sha256(hash, &request->grant, 1);
  struct cbor_writer payload = cbor_write(room, sizeof room);
  cbor_put_array(&payload, 7);
  cbor_put_bytes(&payload, bytes_of(request->handshake_hash, HASH_BYTES));
  cbor_put_bytes(&payload, bytes_of(knowledge->lock_id, ID_BYTES));
  cbor_put_bytes(&payload, bytes_of(hash, HASH_BYTES));
  cbor_put_number(&payload, request->operation);
  cbor_put_number(&payload, request->asserted);
  cbor_put_bytes(&payload, bytes_of(request->counter, 8));
  cbor_put_number(&payload, request->number);
  return !payload.is_full && envelope_is_signed_by(&proof, cbor_written(&payload), &grant->device_key);
}

/* The signer's certificate that fits the grant and lives longest; the refusals say how far the best of them came. */
static const struct certificate *issuing(const struct knowledge *knowledge, uint8_t signing, struct verdict *verdict) {
  const struct grant *grant = &verdict->grant;
  const struct certificate *longest = NULL;
  enum status best = STATUS_ISSUED_OUTSIDE_CERTIFICATE;
  for (size_t i = 0; i < knowledge->certificates && i < CERTIFICATES_MAX; i++) {
    const struct certificate *certificate = &knowledge->certificate[i];
    if ((signing & (1u << i)) == 0 || grant->iat < certificate->nbf || grant->iat >= certificate->exp) {
      continue;
    }
    best = STATUS_LIFE_TOO_LONG;
    uint64_t life = grant->exp > grant->iat ? grant->exp - grant->iat : 0;
    if (life <= certificate->longest_grant && life <= GRANT_LIFE_MAX && (longest == NULL || certificate->exp > longest->exp)) {
      longest = certificate;
    }
  }
  if (longest == NULL) {
    refuse(verdict, best);
  }
  return longest;
}

static bool is_still_granted(const struct knowledge *knowledge, struct verdict *verdict) {
  const struct grant *grant = &verdict->grant;
  const struct policy *policy = &knowledge->policy;
  if (knowledge->now.is_bounded && grant->iat > knowledge->now.hi) {
    return refuse(verdict, STATUS_ISSUED_IN_FUTURE);
  }
  if (grant->iat <= policy->floor_iat || grant->min_policy_version < policy->floor_version) {
    return refuse(verdict, STATUS_BELOW_FLOOR);
  }
  return !policy_revokes(policy, grant) || refuse(verdict, STATUS_REVOKED);
}

static bool is_required_shown(const struct knowledge *knowledge, const struct request *request, struct verdict *verdict) {
  static const enum status MISSING[] = {STATUS_INTENT_MISSING, STATUS_PHONE_LOCKED, STATUS_HARDWARE_KEY_MISSING,
                                        STATUS_RANGING_MISSING, STATUS_SECOND_FACTOR_MISSING};
  static const uint8_t RANGING = 8;
  uint8_t shown = knowledge->is_near ? request->asserted : (uint8_t)(request->asserted & ~RANGING);
  for (size_t i = 0; i < sizeof MISSING / sizeof MISSING[0]; i++) {
    if ((verdict->grant.requirements & ~shown & (1u << i)) != 0) {
      return refuse(verdict, MISSING[i]);
    }
  }
  return true;
}

static bool is_use_left(const struct knowledge *knowledge, struct verdict *verdict) {
  const struct grant *grant = &verdict->grant;
  size_t taken = 0;
  if (!grant->has_uses) {
    return true;
  }
  for (size_t i = 0; i < knowledge->uses && i < USE_COUNTERS_MAX; i++) {
    const struct use_counter *counter = &knowledge->use[i];
    if (is_dropped(knowledge, counter)) {
      continue;
    }
    if (memcmp(counter->id, grant->use_id, ID_BYTES) == 0) {
      return counter->used < grant->uses || refuse(verdict, STATUS_USES_SPENT);
    }
    taken++;
  }
  return taken < USE_COUNTERS_MAX || refuse(verdict, STATUS_USES_FULL);
}

/* Until 30 days after its last grant a later grant of the share may live; after that the counter makes room. */
static bool is_dropped(const struct knowledge *knowledge, const struct use_counter *counter) {
  return knowledge->committed_lo >= counter->exp && knowledge->committed_lo - counter->exp >= USES_KEPT_FOR;
}

static bool refuse(struct verdict *verdict, enum status status) {
  verdict->status = status;
  return false;
}
