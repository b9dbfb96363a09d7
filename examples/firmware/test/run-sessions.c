/* Frames, plaintexts and the lock's side of every handshake. */
#include "lists.h"

#include "derive.h"
#include "frames.h"
#include "messages.h"
#include "noise.h"

#include <stdlib.h>
#include <string.h>

static bool writes_hello(const struct line *line, struct cbor_writer *writer);
static bool writes_answer(const struct line *line, struct cbor_writer *writer);
static bool shakes_hands(const struct line *line, bool is_setup);
static bool transports(const struct line *line, struct noise_transport *transport, bool is_setup);
static bool seals_segment(const struct line *line);

bool frames_split(const struct line *line) {
  uint8_t frame[FRAME_BYTES_MAX];
  struct frame_writer writer;
  size_t most = (size_t)line_number(line, "mtu", 0) - 3;
  size_t count = line_count(line, "frame");
  frames_cut(&writer, line_bytes(line, "message", 0));
  for (size_t i = 0; i < count; i++) {
    size_t length = frames_next(&writer, frame, most);
    if (!bytes_equal(bytes_of(frame, length), line_bytes(line, "frame", i))) {
      return false;
    }
  }
  return frames_next(&writer, frame, most) == 0;
}

bool frames_received(const struct line *line) {
  struct frame_reader reader;
  struct bytes message;
  size_t messages = 0;
  size_t count = line_count(line, "frame");
  bool ends = line_number(line, "ends", 0) == 1;
  frames_begin(&reader);
  for (size_t i = 0; i < count; i++) {
    enum frame_told told = frames_take(&reader, line_bytes(line, "frame", i), &message);
    bool is_end = ends && i + 1 == count;
    if ((told == FRAME_REFUSED) != is_end) {
      return false;
    }
    if (told == FRAME_WHOLE && !ends && !bytes_equal(message, line_bytes(line, "message", messages++))) {
      return false;
    }
  }
  return ends || messages == line_count(line, "message");
}

bool messages_accepted(const struct line *line) {
  uint8_t room[MESSAGE_BYTES_MAX];
  struct phone_message said;
  struct setup_message setup;
  struct bytes bytes = line_bytes(line, "bytes", 0);
  struct cbor_writer writer = cbor_write(room, sizeof room);
  const char *from = line_text(line, "from", 0);
  if (strcmp(from, "phone") == 0) {
    return phone_message_read(bytes, &said);
  }
  if (strcmp(from, "setup") == 0) {
    return setup_message_read(bytes, &setup);
  }
  bool is_written = strcmp(from, "m2") == 0 ? writes_hello(line, &writer) : writes_answer(line, &writer);
  return is_written && bytes_equal(cbor_written(&writer), bytes);
}

bool messages_refused(const struct line *line) {
  struct phone_message said;
  struct setup_message setup;
  struct bytes bytes = line_bytes(line, "bytes", 0);
  return strcmp(line_text(line, "from", 0), "phone") == 0 ? !phone_message_read(bytes, &said) : !setup_message_read(bytes, &setup);
}

bool handshakes(const struct line *line) {
  const char *name = line_text(line, "name", 0);
  if (strcmp(name, "Noise_X_25519_ChaChaPoly_SHA256") == 0) {
    return seals_segment(line);
  }
  bool is_setup = strcmp(name, "Noise_NKpsk2_25519_ChaChaPoly_SHA256") == 0;
  return (is_setup || strcmp(name, "Noise_NK_25519_ChaChaPoly_SHA256") == 0) && shakes_hands(line, is_setup);
}

static bool writes_hello(const struct line *line, struct cbor_writer *writer) {
  struct hello hello = {.policy_version = line_number(line, "version", 0),
                        .trust_epoch = line_number(line, "epoch", 0),
                        .known = line_count(line, "known"),
                        .receipt_sequence = line_number(line, "receipt", 0)};
  memcpy(hello.counter, line_fixed(line, "counter", 0, 8), 8);
  memcpy(hello.nonce, line_fixed(line, "nonce", 0, NONCE_BYTES), NONCE_BYTES);
  hello.committed.lo = line_number(line, "lo", 0);
  hello.committed.is_bounded = !line_is_null(line, "hi", 0);
  hello.committed.hi = hello.committed.is_bounded ? line_number(line, "hi", 0) : 0;
  for (size_t i = 0; i < hello.known; i++) {
    memcpy(hello.known_id[i], line_fixed(line, "known", i, KEY_ID_BYTES), KEY_ID_BYTES);
  }
  hello_put(writer, &hello);
  return true;
}

static bool writes_answer(const struct line *line, struct cbor_writer *writer) {
  switch (line_number(line, "part", 0)) {
    case 1:
      carried_put(writer, (enum status)line_number(line, "part", 1));
      return true;
    case 2:
      answer_put(writer, (enum status)line_number(line, "part", 1),
                 line_is_null(line, "part", 2) ? bytes_of(NULL, 0) : line_bytes(line, "part", 2));
      return true;
    case 3:
      segment_put(writer, line_is_null(line, "part", 1) ? bytes_of(NULL, 0) : line_bytes(line, "part", 1));
      return true;
    case 4:
      closed_put(writer);
      return true;
    default:
      return false;
  }
}

static bool shakes_hands(const struct line *line, bool is_setup) {
  struct noise_handshake shake;
  struct noise_transport transport;
  uint8_t message[MESSAGE_BYTES_MAX];
  uint8_t ephemeral[KEY_BYTES];
  struct bytes second = line_bytes(line, "message", 1);
  struct bytes payload = line_bytes(line, "payload", 1);
  memcpy(ephemeral, line_fixed(line, "ephemeral", 1, KEY_BYTES), KEY_BYTES);
  if (line_count(line, "device") > 0) {
    uint8_t derived[KEY_BYTES];
    derive_ephemeral(derived, line_fixed(line, "device", 0, KEY_BYTES), line_fixed(line, "random", 0, 32), line_fixed(line, "counter", 0, 8));
    if (memcmp(derived, ephemeral, KEY_BYTES) != 0) {
      return false;
    }
  }
  const uint8_t *psk = is_setup ? line_fixed(line, "psk", 0, KEY_BYTES) : NULL;
  return second.length == payload.length + NOISE_FIRST_BYTES && second.length <= sizeof message &&
         noise_read_first(&shake, is_setup, line_bytes(line, "prologue", 0), line_fixed(line, "static", 0, KEY_BYTES),
                          line_bytes(line, "message", 0)) &&
         noise_write_second(&shake, psk, ephemeral, payload, message, &transport) &&
         bytes_equal(bytes_of(message, second.length), second) &&
         memcmp(transport.hash, line_fixed(line, "hash", 0, HASH_BYTES), HASH_BYTES) == 0 &&
         transports(line, &transport, is_setup && line_count(line, "device") > 0);
}

/* What the phone sealed is opened and read as a message, what the lock said is sealed to the same bytes. */
static bool transports(const struct line *line, struct noise_transport *transport, bool is_setup) {
  bool is_of_a_run = line_count(line, "device") > 0;
  uint8_t bytes[MESSAGE_BYTES_MAX];
  for (size_t i = 0; i < line_count(line, "plain"); i++) {
    struct bytes plain = line_bytes(line, "plain", i);
    struct bytes sealed = line_bytes(line, "sealed", i);
    struct phone_message said;
    struct setup_message setup;
    if (sealed.length > sizeof bytes || sealed.length != plain.length + SEAL_BYTES) {
      return false;
    }
    if (line_number(line, "isPhone", i) == 0) {
      noise_seal(transport, plain, bytes);
      if (!bytes_equal(bytes_of(bytes, sealed.length), sealed)) {
        return false;
      }
      continue;
    }
    if (!noise_open(transport, sealed, bytes) || !bytes_equal(bytes_of(bytes, plain.length), plain)) {
      return false;
    }
    /* The handshakes of noise.json carry bytes that are no messages. */
    if (is_of_a_run && !(is_setup ? setup_message_read(plain, &setup) : phone_message_read(plain, &said))) {
      return false;
    }
  }
  /* The same message once more is refused: its number is over. */
  size_t last = line_count(line, "plain");
  return last == 0 || !noise_open(transport, line_bytes(line, "sealed", last - 1), bytes);
}

static bool seals_segment(const struct line *line) {
  uint8_t message[MESSAGE_BYTES_MAX];
  uint8_t ephemeral[KEY_BYTES];
  uint8_t log_key[KEY_BYTES];
  struct bytes plain = line_bytes(line, "payload", 0);
  struct bytes expected = line_bytes(line, "message", 0);
  memcpy(ephemeral, line_fixed(line, "ephemeral", 0, KEY_BYTES), KEY_BYTES);
  crypto_x25519_public(log_key, line_fixed(line, "static", 0, KEY_BYTES));
  return expected.length == plain.length + 96 && expected.length <= sizeof message &&
         noise_seal_segment(line_bytes(line, "prologue", 0), line_fixed(line, "initiator", 0, KEY_BYTES), log_key, ephemeral, plain, message) &&
         bytes_equal(bytes_of(message, expected.length), expected);
}
