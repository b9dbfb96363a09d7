/* The plaintexts of a session. */
#include "messages.h"

#include <string.h>

#define SETUP_MEMBERS 9u
#define OCTET_MAX 255u
#define READ_FROM_MAX 4294967295u
#define REQUEST_NUMBER_MAX 65535u

static bool take_carry(struct cbor_reader *reader, struct phone_message *message);
static bool take_request(struct cbor_reader *reader, struct phone_message *message);
static bool take_read_log(struct cbor_reader *reader, struct phone_message *message);
static bool take_object(struct cbor_reader *reader, struct bytes *object);
static bool take_copy(struct cbor_reader *reader, size_t length, uint8_t *copy);
static void put_or_null(struct cbor_writer *writer, struct bytes put);

bool phone_message_read(struct bytes plain, struct phone_message *message) {
  static const size_t MEMBERS[] = {0, 3, 6, 2, 1};
  size_t members;
  uint64_t kind;
  struct cbor_reader reader = cbor_read(plain);
  if (!cbor_is_strict(plain) || !cbor_take_array(&reader, &members) || !cbor_take_number(&reader, PHONE_CLOSE, &kind) ||
      kind == 0 || members != MEMBERS[kind]) {
    return false;
  }
  memset(message, 0, sizeof *message);
  message->kind = (enum phone_kind)kind;
  bool is_read = message->kind == PHONE_CARRY      ? take_carry(&reader, message)
                 : message->kind == PHONE_REQUEST  ? take_request(&reader, message)
                 : message->kind == PHONE_READ_LOG ? take_read_log(&reader, message)
                                                   : true;
  return is_read && cbor_is_over(&reader);
}

bool setup_message_read(struct bytes plain, struct setup_message *message) {
  size_t members;
  uint64_t version;
  struct cbor_reader reader = cbor_read(plain);
  return cbor_is_strict(plain) && cbor_take_array(&reader, &members) && members == SETUP_MEMBERS &&
         cbor_take_number(&reader, 1, &version) && version == 1 && cose_key_take(&reader, &message->root) &&
         cbor_take_number(&reader, INTEGER_MAX, &message->trust_epoch) && take_copy(&reader, HASH_BYTES, message->next_root) &&
         take_copy(&reader, ID_BYTES, message->site_id) && cbor_take_bytes(&reader, &message->reader_id) &&
         message->reader_id.length > 0 && message->reader_id.length <= READER_ID_MAX &&
         take_copy(&reader, KEY_BYTES, message->log_key) && take_copy(&reader, KEY_BYTES, message->advert_key) &&
         /* A later time than the clock can hold ends the session as well (chapter 10). */
         cbor_take_number(&reader, CLOCK_BOUND_MAX, &message->time) && message->time > 0 && cbor_is_over(&reader);
}

void hello_put(struct cbor_writer *writer, const struct hello *hello) {
  cbor_put_array(writer, 8);
  cbor_put_number(writer, 1);
  cbor_put_bytes(writer, bytes_of(hello->counter, sizeof hello->counter));
  cbor_put_number(writer, hello->policy_version);
  cbor_put_number(writer, hello->trust_epoch);
  cbor_put_array(writer, 2);
  cbor_put_number(writer, hello->committed.lo);
  if (hello->committed.is_bounded) {
    cbor_put_number(writer, hello->committed.hi);
  } else {
    cbor_put_null(writer);
  }
  cbor_put_bytes(writer, bytes_of(hello->nonce, sizeof hello->nonce));
  cbor_put_array(writer, hello->known);
  for (size_t i = 0; i < hello->known; i++) {
    cbor_put_bytes(writer, bytes_of(hello->known_id[i], KEY_ID_BYTES));
  }
  cbor_put_number(writer, hello->receipt_sequence);
}

void carried_put(struct cbor_writer *writer, enum status status) {
  cbor_put_array(writer, 2);
  cbor_put_number(writer, 1);
  cbor_put_number(writer, (uint64_t)status);
}

void answer_put(struct cbor_writer *writer, enum status status, struct bytes receipt) {
  cbor_put_array(writer, 3);
  cbor_put_number(writer, 2);
  cbor_put_number(writer, (uint64_t)status);
  put_or_null(writer, receipt);
}

void segment_put(struct cbor_writer *writer, struct bytes sealed) {
  cbor_put_array(writer, 2);
  cbor_put_number(writer, 3);
  put_or_null(writer, sealed);
}

void closed_put(struct cbor_writer *writer) {
  cbor_put_array(writer, 1);
  cbor_put_number(writer, 4);
}

static bool take_carry(struct cbor_reader *reader, struct phone_message *message) {
  static const uint16_t CARRIED = 1u << 1 | 1u << 3 | 1u << 4 | 1u << 8 | 1u << 9 | 1u << 11;
  uint64_t kind;
  if (!cbor_take_number(reader, 11, &kind) || (CARRIED >> kind & 1) == 0) {
    return false;
  }
  message->carried = (enum object_type)(65000 + kind);
  return take_object(reader, &message->object);
}

static bool take_request(struct cbor_reader *reader, struct phone_message *message) {
  uint64_t operation;
  uint64_t asserted;
  uint64_t number;
  if (!take_object(reader, &message->object) || !cbor_take_number(reader, OCTET_MAX, &operation) ||
      !cbor_take_number(reader, OCTET_MAX, &asserted) || !take_object(reader, &message->proof) ||
      !cbor_take_number(reader, REQUEST_NUMBER_MAX, &number) || number == 0) {
    return false;
  }
  message->operation = (uint8_t)operation;
  message->asserted = (uint8_t)asserted;
  message->number = (uint16_t)number;
  return true;
}

static bool take_read_log(struct cbor_reader *reader, struct phone_message *message) {
  uint64_t from;
  if (!cbor_take_number(reader, READ_FROM_MAX, &from) || from == 0) {
    return false;
  }
  message->from = (uint32_t)from;
  return true;
}

static bool take_object(struct cbor_reader *reader, struct bytes *object) {
  return cbor_take_bytes(reader, object) && object->length > 0;
}

static bool take_copy(struct cbor_reader *reader, size_t length, uint8_t *copy) {
  const uint8_t *taken;
  if (!cbor_take_fixed(reader, length, &taken)) {
    return false;
  }
  memcpy(copy, taken, length);
  return true;
}

static void put_or_null(struct cbor_writer *writer, struct bytes put) {
  if (put.length > 0) {
    cbor_put_bytes(writer, put);
  } else {
    cbor_put_null(writer);
  }
}
