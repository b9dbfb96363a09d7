/* Keys and the one envelope of a signed object. */
#include "envelope.h"

#include <string.h>

#define ALG_EDDSA 8u /* -8, as how far below zero */
#define ALG_ES256 7u
#define HEADER_ROOM 24u
/* Four heads, the context and 'DKP/1' around header and payload. */
#define SIGNED_ROOM (MESSAGE_BYTES_MAX + 32u)

static bool take_header(struct bytes header, enum object_type type, struct envelope *envelope);
static bool take_negative(struct cbor_labels *labels, int64_t label, const uint8_t *two_values, uint8_t *value);
static struct bytes signed_bytes(struct bytes header, struct bytes payload, uint8_t *at, size_t room);

bool cose_key_take(struct cbor_reader *reader, struct cose_key *key) {
  const uint8_t *start = reader->at;
  const uint8_t *x;
  const uint8_t *y;
  uint64_t kind;
  uint64_t curve;
  struct cbor_labels labels;
  if (!cbor_take_map(reader, &labels) || !cbor_take_label(&labels, 1) || !cbor_take_number(reader, 2, &kind) ||
      !cbor_take_label(&labels, -1) || !cbor_take_number(reader, 6, &curve) || !cbor_take_label(&labels, -2) ||
      !cbor_take_fixed(reader, KEY_BYTES, &x)) {
    return false;
  }
  bool is_p256 = kind == 2 && curve == 1 && cbor_take_label(&labels, -3) && cbor_take_fixed(reader, KEY_BYTES, &y);
  key->is_ed25519 = kind == 1 && curve == 6;
  if ((!is_p256 && !key->is_ed25519) || !cbor_labels_over(&labels)) {
    return false;
  }
  struct bytes whole = bytes_of(start, (size_t)(reader->at - start));
  memcpy(key->x, x, KEY_BYTES);
  crypto_sha256(key->hash, &whole, 1);
  memcpy(key->id, key->hash, KEY_ID_BYTES);
  return true;
}

bool cose_key_take_confirmation(struct cbor_reader *reader, struct cose_key *key) {
  struct cbor_labels labels;
  return cbor_take_map(reader, &labels) && cbor_take_label(&labels, 1) && cose_key_take(reader, key) && cbor_labels_over(&labels);
}

bool cose_key_is_usable(const struct cose_key *key) {
  return key->is_ed25519 && crypto_ed25519_key_is_usable(key->x);
}

bool envelope_read(struct bytes object, enum object_type type, struct envelope *envelope) {
  size_t members;
  struct cbor_labels unprotected;
  struct cbor_reader reader = cbor_read(object);
  envelope->payload = bytes_of(NULL, 0);
  return cbor_is_strict(object) && cbor_take_array(&reader, &members) && members == 4 &&
         cbor_take_bytes(&reader, &envelope->header) && cbor_take_map(&reader, &unprotected) && cbor_labels_over(&unprotected) &&
         (type == OBJECT_PROOF ? cbor_take_null(&reader) : cbor_take_bytes(&reader, &envelope->payload)) &&
         cbor_take_fixed(&reader, SIGNATURE_BYTES, &envelope->signature) && cbor_is_over(&reader) &&
         take_header(envelope->header, type, envelope);
}

bool envelope_is_signed_by(const struct envelope *envelope, struct bytes payload, const struct cose_key *key) {
  uint8_t room[SIGNED_ROOM];
  if (!envelope->is_eddsa || !key->is_ed25519 || memcmp(envelope->key_id, key->id, KEY_ID_BYTES) != 0) {
    return false;
  }
  struct bytes message = signed_bytes(envelope->header, payload, room, sizeof room);
  return message.length > 0 && crypto_ed25519_verify(envelope->signature, message, key->x);
}

struct bytes envelope_sign(enum object_type type, struct bytes payload, const uint8_t secret[KEY_BYTES], uint8_t *at, size_t room) {
  uint8_t key[KEY_BYTES];
  uint8_t hash[HASH_BYTES];
  uint8_t header_room[HEADER_ROOM];
  uint8_t signature[SIGNATURE_BYTES];
  uint8_t message_room[SIGNED_ROOM];
  static const uint8_t KEY_HEAD[] = {0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20}; /* {1: 1, -1: 6, -2: 32 bytes} */
  crypto_ed25519_public(key, secret);
  const struct bytes cose[] = {bytes_of(KEY_HEAD, sizeof KEY_HEAD), bytes_of(key, sizeof key)};
  crypto_sha256(hash, cose, 2);

  struct cbor_writer header = cbor_write(header_room, sizeof header_room);
  cbor_put_map(&header, 3);
  cbor_put_number(&header, 1);
  cbor_put_negative(&header, ALG_EDDSA);
  cbor_put_number(&header, 4);
  cbor_put_bytes(&header, bytes_of(hash, KEY_ID_BYTES));
  cbor_put_number(&header, 16);
  cbor_put_number(&header, (uint64_t)type);

  struct bytes message = signed_bytes(cbor_written(&header), payload, message_room, sizeof message_room);
  if (message.length == 0) {
    return message;
  }
  crypto_ed25519_sign(signature, message, secret);
  struct cbor_writer object = cbor_write(at, room);
  cbor_put_array(&object, 4);
  cbor_put_bytes(&object, cbor_written(&header));
  cbor_put_map(&object, 0);
  cbor_put_bytes(&object, payload);
  cbor_put_bytes(&object, bytes_of(signature, sizeof signature));
  return cbor_written(&object);
}

static bool take_header(struct bytes header, enum object_type type, struct envelope *envelope) {
  static const uint8_t ALGORITHMS[2] = {ALG_EDDSA, ALG_ES256};
  uint64_t read;
  uint8_t algorithm;
  struct cbor_labels labels;
  struct cbor_reader reader = cbor_read(header);
  if (!cbor_is_strict(header) || !cbor_take_map(&reader, &labels) || !take_negative(&labels, 1, ALGORITHMS, &algorithm) ||
      !cbor_take_label(&labels, 4) || !cbor_take_fixed(&reader, KEY_ID_BYTES, &envelope->key_id) ||
      !cbor_take_label(&labels, 16) || !cbor_take_number(&reader, INTEGER_MAX, &read) || !cbor_labels_over(&labels)) {
    return false;
  }
  envelope->is_eddsa = algorithm == ALG_EDDSA;
  return read == (uint64_t)type;
}

/* Takes a label whose value is one of two small negative numbers, given as how far they are below zero. */
static bool take_negative(struct cbor_labels *labels, int64_t label, const uint8_t *two_values, uint8_t *value) {
  struct cbor_reader *reader = labels->reader;
  if (!cbor_take_label(labels, label) || reader->at == reader->end) {
    return false;
  }
  for (size_t i = 0; i < 2; i++) {
    if (*reader->at == 0x1f + two_values[i]) { /* -1 is 0x20 */
      *value = two_values[i];
      reader->at++;
      return true;
    }
  }
  return false;
}

static struct bytes signed_bytes(struct bytes header, struct bytes payload, uint8_t *at, size_t room) {
  static const uint8_t EXTERNAL[] = {'D', 'K', 'P', '/', '1'};
  struct cbor_writer writer = cbor_write(at, room);
  cbor_put_array(&writer, 4);
  cbor_put_text(&writer, "Signature1");
  cbor_put_bytes(&writer, header);
  cbor_put_bytes(&writer, bytes_of(EXTERNAL, sizeof EXTERNAL));
  cbor_put_bytes(&writer, payload);
  return cbor_written(&writer);
}
