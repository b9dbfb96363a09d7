/* CBOR, keys, envelopes, payloads and what is derived. */
#include "lists.h"

#include "claims.h"
#include "copy.h"
#include "derive.h"
#include "records.h"

#include <string.h>

#define FIRMWARE_ROOM 64u

static bool key_of(const struct line *line, const char *name, size_t index, struct cose_key *key);
static bool reads(const char *kind, struct bytes payload);
static bool writes_again(const struct line *line, struct bytes payload, struct bytes object);
static void fill_receipt(const struct line *line, struct receipt *receipt, char *firmware);
static void fill_identity(const struct line *line, struct lock_identity *identity);

bool cbor_accepted(const struct line *line) {
  struct bytes bytes = line_bytes(line, "bytes", 0);
  return cbor_is_strict(bytes) && is_copied(bytes);
}

bool cbor_refused(const struct line *line) {
  return !cbor_is_strict(line_bytes(line, "bytes", 0));
}

bool objects_keys(const struct line *line) {
  struct cose_key key;
  struct bytes cose = line_bytes(line, "cose", 0);
  struct cbor_reader reader = cbor_read(cose);
  bool is_ed25519 = line_number(line, "ed25519", 0) == 1;
  return cbor_is_strict(cose) && cose_key_take(&reader, &key) && cbor_is_over(&reader) &&
         cose_key_is_usable(&key) == is_ed25519 && memcmp(key.id, line_fixed(line, "id", 0, KEY_ID_BYTES), KEY_ID_BYTES) == 0 &&
         memcmp(key.hash, line_fixed(line, "hash", 0, HASH_BYTES), HASH_BYTES) == 0;
}

bool objects_objects(const struct line *line) {
  struct cose_key key;
  struct envelope envelope;
  struct bytes object = line_bytes(line, "object", 0);
  struct bytes payload = line_bytes(line, "payload", 0);
  enum object_type type = (enum object_type)line_number(line, "type", 0);
  if (!key_of(line, "key", 0, &key) || !cose_key_is_usable(&key) || !envelope_read(object, type, &envelope) ||
      !bytes_equal(envelope.payload, payload) || !envelope_is_signed_by(&envelope, payload, &key)) {
    return false;
  }
  return line_count(line, "secret") > 0 ? writes_again(line, payload, object) : reads(line_text(line, "kind", 0), payload);
}

bool objects_proofs(const struct line *line) {
  struct cose_key key;
  struct envelope envelope;
  return key_of(line, "key", 0, &key) && envelope_read(line_bytes(line, "object", 0), OBJECT_PROOF, &envelope) &&
         envelope_is_signed_by(&envelope, line_bytes(line, "payload", 0), &key);
}

bool objects_trust_updates(const struct line *line) {
  struct bytes object = line_bytes(line, "object", 0);
  struct bytes payload = line_bytes(line, "payload", 0);
  struct cbor_reader reader = cbor_read(object);
  struct trust_update update;
  size_t members;
  if (!cbor_is_strict(object) || !cbor_take_array(&reader, &members) || members != 2) {
    return false;
  }
  for (size_t i = 0; i < 2; i++) {
    struct bytes half;
    struct cose_key key;
    struct envelope envelope;
    if (!key_of(line, "key", i, &key) || !cbor_take_bytes(&reader, &half) || !envelope_read(half, OBJECT_TRUST_UPDATE, &envelope) ||
        !bytes_equal(envelope.payload, payload) || !envelope_is_signed_by(&envelope, payload, &key)) {
      return false;
    }
  }
  struct cose_key second;
  return cbor_is_over(&reader) && trust_update_read(payload, &update) && key_of(line, "key", 1, &second) &&
         memcmp(update.root.hash, second.hash, HASH_BYTES) == 0;
}

bool refused_keys(const struct line *line) {
  struct cose_key key;
  struct bytes cose = line_bytes(line, "cose", 0);
  struct cbor_reader reader = cbor_read(cose);
  return !cbor_is_strict(cose) || !cose_key_take(&reader, &key) || !cbor_is_over(&reader) || !cose_key_is_usable(&key);
}

bool refused_envelopes(const struct line *line) {
  struct envelope envelope;
  struct grant grant;
  bool is_proof = line_number(line, "proof", 0) == 1;
  if (!envelope_read(line_bytes(line, "object", 0), is_proof ? OBJECT_PROOF : OBJECT_GRANT, &envelope)) {
    return true;
  }
  struct bytes payload = is_proof ? line_bytes(line, "detached", 0) : envelope.payload;
  for (size_t i = 0; i < line_count(line, "key"); i++) {
    struct cose_key key;
    /* A lock checks a key before it keeps it, so a key that may not be used signs nothing. */
    if (key_of(line, "key", i, &key) && cose_key_is_usable(&key) && envelope_is_signed_by(&envelope, payload, &key)) {
      return !is_proof && !grant_read(payload, &grant);
    }
  }
  return true;
}

bool refused_payloads(const struct line *line) {
  return !reads(line_text(line, "kind", 0), line_bytes(line, "payload", 0));
}

bool derived_digests(const struct line *line) {
  uint8_t post[POST_BYTES];
  post_of_nothing(post, line_fixed(line, "lockId", 0, ID_BYTES));
  return memcmp(post, line_fixed(line, "digest", 0, POST_BYTES), POST_BYTES) == 0;
}

bool derived_log(const struct line *line) {
  struct log_record written = {.sequence = (uint32_t)line_number(line, "sequence", 0),
                               .lo = (uint32_t)line_number(line, "lo", 0),
                               .operation = (uint8_t)line_number(line, "operation", 0),
                               .result = (uint8_t)line_number(line, "result", 0)};
  uint8_t record[LOG_RECORD_BYTES];
  uint8_t link[LINK_BYTES];
  memcpy(written.device_tag, line_fixed(line, "tag", 0, ID_BYTES), ID_BYTES);
  memcpy(written.link, line_fixed(line, "link", 0, LINK_BYTES), LINK_BYTES);
  log_record_put(record, &written);
  log_link(link, record);
  return memcmp(record, line_fixed(line, "bytes", 0, sizeof record), sizeof record) == 0 &&
         memcmp(link, line_fixed(line, "after", 0, LINK_BYTES), LINK_BYTES) == 0;
}

bool derived_adverts(const struct line *line) {
  uint8_t advert[ADVERT_BYTES];
  const uint8_t *key = line_is_null(line, "advertKey", 0) ? NULL : line_fixed(line, "advertKey", 0, KEY_BYTES);
  derive_advert(advert, key, line_fixed(line, "salt", 0, 8), line_fixed(line, "capabilities", 0, 3));
  return memcmp(advert, line_fixed(line, "bytes", 0, sizeof advert), sizeof advert) == 0;
}

bool derived_openings(const struct line *line) {
  uint8_t code[CODE_BYTES];
  const uint8_t *noise = line_fixed(line, "noise", 0, 48);
  const uint8_t *m1 = line_fixed(line, "bytes", 0, CODE_BYTES + 48);
  derive_code(code, line_fixed(line, "advertKey", 0, KEY_BYTES), line_fixed(line, "salt", 0, 8), noise);
  return bytes_equal_secret(code, m1, sizeof code) && memcmp(noise, m1 + CODE_BYTES, 48) == 0;
}

bool derived_labels(const struct line *line) {
  uint8_t psk[KEY_BYTES];
  derive_setup_psk(psk, line_fixed(line, "lockId", 0, ID_BYTES), line_fixed(line, "secret", 0, 16));
  return memcmp(psk, line_fixed(line, "psk", 0, sizeof psk), sizeof psk) == 0;
}

static bool key_of(const struct line *line, const char *name, size_t index, struct cose_key *key) {
  struct bytes cose = line_bytes(line, name, index);
  struct cbor_reader reader = cbor_read(cose);
  return cbor_is_strict(cose) && cose_key_take(&reader, key) && cbor_is_over(&reader);
}

static bool reads(const char *kind, struct bytes payload) {
  static struct policy_update policy_update;
  struct certificate certificate;
  struct grant grant;
  struct time_token token;
  struct admin_update admin_update;
  struct log_ack ack;
  return (strcmp(kind, "certificate") == 0 && certificate_read(payload, &certificate)) ||
         (strcmp(kind, "grant") == 0 && grant_read(payload, &grant)) ||
         (strcmp(kind, "policy-update") == 0 && policy_update_read(payload, &policy_update)) ||
         (strcmp(kind, "time-token") == 0 && time_token_read(payload, &token)) ||
         (strcmp(kind, "admin-update") == 0 && admin_update_read(payload, &admin_update)) ||
         (strcmp(kind, "log-ack") == 0 && log_ack_read(payload, &ack));
}

/* What a lock writes itself has to come out as the same bytes, signature and all. */
static bool writes_again(const struct line *line, struct bytes payload, struct bytes object) {
  uint8_t room[MESSAGE_BYTES_MAX];
  uint8_t signed_room[MESSAGE_BYTES_MAX];
  char firmware[FIRMWARE_ROOM];
  struct receipt receipt;
  struct lock_identity identity;
  struct cbor_writer writer = cbor_write(room, sizeof room);
  bool is_receipt = strcmp(line_text(line, "kind", 0), "receipt") == 0;
  if (is_receipt) {
    fill_receipt(line, &receipt, firmware);
    receipt_put(&writer, &receipt);
  } else {
    fill_identity(line, &identity);
    lock_identity_put(&writer, &identity);
  }
  struct bytes again = envelope_sign(is_receipt ? OBJECT_RECEIPT : OBJECT_LOCK_IDENTITY, cbor_written(&writer),
                                     line_fixed(line, "secret", 0, KEY_BYTES), signed_room, sizeof signed_room);
  return bytes_equal(cbor_written(&writer), payload) && bytes_equal(again, object);
}

static void fill_receipt(const struct line *line, struct receipt *receipt, char *firmware) {
  const char *text = line_text(line, "own47", 0);
  size_t length = strlen(text) < FIRMWARE_ROOM ? strlen(text) : FIRMWARE_ROOM - 1;
  memset(receipt, 0, sizeof *receipt);
  memcpy(firmware, text, length);
  firmware[length] = '\0';
  memcpy(receipt->lock_id, line_fixed(line, "lockId", 0, ID_BYTES), ID_BYTES);
  receipt->policy_version = line_number(line, "own21", 0);
  memcpy(receipt->post, line_fixed(line, "own22", 0, POST_BYTES), POST_BYTES);
  receipt->sequence = line_number(line, "own40", 0);
  receipt->trust_epoch = line_number(line, "own41", 0);
  receipt->committed.lo = line_number(line, "own42", 0);
  receipt->committed.is_bounded = !line_is_null(line, "own42", 1);
  receipt->committed.hi = receipt->committed.is_bounded ? line_number(line, "own42", 1) : 0;
  memcpy(receipt->counter, line_fixed(line, "own43", 0, 8), 8);
  receipt->status = (uint8_t)line_number(line, "own44", 0);
  receipt->grant_hash = line_count(line, "own45") > 0 ? line_fixed(line, "own45", 0, 8) : NULL;
  memcpy(receipt->log_head, line_fixed(line, "own46", 0, LINK_BYTES), LINK_BYTES);
  receipt->firmware = firmware;
  receipt->battery = (uint8_t)line_number(line, "own48", 0);
  receipt->boots = (uint32_t)line_number(line, "own49", 0);
  receipt->new_key = line_count(line, "own50") > 0 ? line_fixed(line, "own50", 0, KEY_BYTES) : NULL;
}

static void fill_identity(const struct line *line, struct lock_identity *identity) {
  memcpy(identity->counter, line_fixed(line, "own43", 0, 8), 8);
  memcpy(identity->session_key, line_fixed(line, "own72", 0, KEY_BYTES), KEY_BYTES);
  memcpy(identity->identity_key, line_fixed(line, "own73", 0, KEY_BYTES), KEY_BYTES);
  memcpy(identity->handshake_hash, line_fixed(line, "own74", 0, HASH_BYTES), HASH_BYTES);
  memcpy(identity->root_hash, line_fixed(line, "own75", 0, HASH_BYTES), HASH_BYTES);
}
