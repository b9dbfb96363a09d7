/* Everything a stranger can send, before and after its signature held, against libFuzzer; the first byte says as what. */
#include "claims.h"
#include "copy.h"
#include "frames.h"
#include "judge.h"
#include "messages.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_cbor(struct bytes input);
static void fuzz_payloads(struct bytes input);
static void fuzz_policy(struct bytes input);
static void fuzz_judge(struct bytes input);
static void fuzz_session(struct bytes input);
static void fuzz_frames(struct bytes input);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static void (*const AS[])(struct bytes) = {fuzz_cbor, fuzz_payloads, fuzz_policy, fuzz_judge, fuzz_session, fuzz_frames};
  if (size > 0) {
    AS[data[0] % (sizeof AS / sizeof AS[0])](bytes_of(data + 1, size - 1));
  }
  return 0;
}

/* One encoding for everything: what is strict comes out the same. */
static void fuzz_cbor(struct bytes input) {
  if (cbor_is_strict(input) && !is_copied(input)) {
    abort();
  }
}

static void fuzz_payloads(struct bytes input) {
  struct certificate certificate;
  struct grant grant;
  struct time_token token;
  struct admin_update admin;
  struct log_ack ack;
  struct trust_update trust;
  int readers = certificate_read(input, &certificate) + time_token_read(input, &token) + admin_update_read(input, &admin) +
                log_ack_read(input, &ack) + trust_update_read(input, &trust);
  if (grant_read(input, &grant)) {
    readers++;
    if (grant.windows > WINDOWS_MAX || grant.scope == 0 || grant.scope > 15 || (grant.has_uses && grant.uses == 0)) {
      abort();
    }
  }
  if (readers > 1) { /* no payload may stand for another */
    abort();
  }
}

/* Three updates of one lock, one after the other: versions never go back, and nothing overflows. */
static void fuzz_policy(struct bytes input) {
  static struct policy policy;
  static struct policy_update update;
  struct interval now = {.lo = 1800000000};
  memset(&policy, 0, sizeof policy);
  while (input.length > 2) {
    size_t length = (size_t)bytes_number(input.at, 2) % MESSAGE_BYTES_MAX;
    length = length < input.length - 2 ? length : input.length - 2;
    uint64_t version = policy.version;
    if (policy_update_read(bytes_of(input.at + 2, length), &update) &&
        policy_judge(&policy, &update, update.lock_id, now, now.lo) == STATUS_APPLIED) {
      /* A host that committed less than it asked about loses no mark by it. */
      bool is_applied = policy_apply(&policy, &update, now.lo - length % 2);
      if (is_applied != (policy.version > version) || (!is_applied && length % 2 == 0) || policy.marks > MARKS_MAX || policy.blocked > BLOCKED_MAX) {
        abort();
      }
    }
    input = bytes_of(input.at + 2 + length, input.length - 2 - length);
  }
}

/* A lock that trusts one key of the vectors: nobody can forge, so nothing but a grant of the vectors gets past the signature. */
static void fuzz_judge(struct bytes input) {
  static const uint8_t GRANT_KEY_ID[KEY_ID_BYTES] = {0x61, 0xe9, 0xd4, 0xe9, 0xdb, 0x60, 0x68, 0x62};
  static const uint8_t ZEROS[HASH_BYTES] = {0};
  struct knowledge knowledge = {.certificates = 1, .now = {.lo = 1800000000}};
  struct verdict verdict;
  struct request request = {.grant = input, .operation = OPERATION_UNLOCK, .proof = input, .handshake_hash = ZEROS, .counter = ZEROS, .number = 1};
  struct certificate *certificate = &knowledge.certificate[0];
  certificate->exp = 1900000000;
  certificate->roles = ROLE_GRANT;
  certificate->key.is_ed25519 = true;
  memcpy(certificate->key.id, GRANT_KEY_ID, KEY_ID_BYTES);
  judge(&knowledge, &request, &verdict);
  if (verdict.status == STATUS_PERMITTED || verdict.is_proven) {
    abort();
  }
}

static void fuzz_session(struct bytes input) {
  struct phone_message said;
  struct setup_message setup;
  bool is_said = phone_message_read(input, &said);
  if (is_said && setup_message_read(input, &setup)) {
    abort();
  }
}

/* Frames of the lengths that the bytes give; a message is never longer than was announced. */
static void fuzz_frames(struct bytes input) {
  static struct frame_reader reader;
  struct bytes message;
  frames_begin(&reader);
  while (input.length > 0) {
    size_t length = (size_t)input.at[0] * 3 < input.length - 1 ? (size_t)input.at[0] * 3 : input.length - 1;
    enum frame_told told = frames_take(&reader, bytes_of(input.at + 1, length), &message);
    if (told == FRAME_REFUSED) {
      return;
    }
    if (told == FRAME_WHOLE && (message.length == 0 || message.length > MESSAGE_BYTES_MAX)) {
      abort();
    }
    input = bytes_of(input.at + 1 + length, input.length - 1 - length);
  }
}
