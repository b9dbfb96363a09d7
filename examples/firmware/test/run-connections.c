/* Runs of sessions.json that end on what a session itself refuses, frame by frame, with the very bytes of M2 and the answers. */
#include "lists.h"

#include "frames.h"
#include "session.h"

#include <string.h>

#define CONNECTIONS 3u
#define BOOTS 1u
/* The draws of this boot before these runs: commissioning and provisioning drew 0 to 5. The touch draws the next one. */
#define SALT_DRAW 6u
#define NONCE_DRAW 7u

/** One connection of the run. */
struct connection {
  struct frame_reader reader;
  struct session session;
};

/** The lock of the run. */
struct driven {
  struct session_lock lock;
  struct session_advert advert;
  struct hello hello;
};

static void fill_lock(const struct line *line, struct driven *driven);
static bool touch(const struct line *line, size_t step, struct driven *driven);
static bool hear_frame(const struct line *line, size_t step, struct driven *driven, struct connection *connection);
static struct bytes answer(struct driven *driven, struct connection *connection, struct bytes message, const uint8_t *random, uint8_t *out);
static bool sends(const struct line *line, size_t step, struct bytes message);

bool sessions_runs(const struct line *line) {
  static struct connection connections[CONNECTIONS];
  struct driven driven;
  bool has_ended = false;
  fill_lock(line, &driven);
  for (size_t step = 0; step < line_count(line, "event"); step++) {
    const char *event = line_text(line, "event", step);
    size_t number = (size_t)line_number(line, "connection", step) % CONNECTIONS;
    bool is_as_expected = false;
    if (strcmp(event, "touched") == 0) {
      is_as_expected = touch(line, step, &driven);
    } else if (strcmp(event, "connected") == 0) {
      frames_begin(&connections[number].reader);
      session_begin(&connections[number].session);
      is_as_expected = true;
    } else if (strcmp(event, "frame") == 0) {
      is_as_expected = hear_frame(line, step, &driven, &connections[number]);
    }
    if (!is_as_expected) {
      return false;
    }
    has_ended = line_number(line, "ends", step) == 1;
  }
  return has_ended;
}

static void fill_lock(const struct line *line, struct driven *driven) {
  struct bytes payload = line_bytes(line, "hello", 0);
  struct cbor_reader reader = cbor_read(payload);
  struct hello *hello = &driven->hello;
  const uint8_t *bytes;
  uint64_t version;
  size_t members;
  memset(driven, 0, sizeof *driven);
  memcpy(driven->lock.lock_id, line_fixed(line, "lockId", 0, ID_BYTES), ID_BYTES);
  memcpy(driven->lock.capabilities, line_fixed(line, "capabilities", 0, 3), 3);
  memcpy(driven->lock.advert_key, line_fixed(line, "advertKey", 0, KEY_BYTES), KEY_BYTES);
  memcpy(driven->lock.device_secret, line_fixed(line, "device", 0, KEY_BYTES), KEY_BYTES);
  memcpy(driven->lock.static_secret, line_fixed(line, "static", 0, KEY_BYTES), KEY_BYTES);
  hello->committed.is_bounded = true;
  if (cbor_take_array(&reader, &members) && cbor_take_number(&reader, 1, &version) && cbor_take_fixed(&reader, 8, &bytes)) {
    memcpy(hello->counter, bytes, 8);
  }
  (void)(cbor_take_number(&reader, INTEGER_MAX, &hello->policy_version) && cbor_take_number(&reader, INTEGER_MAX, &hello->trust_epoch) &&
         cbor_take_array(&reader, &members) && cbor_take_number(&reader, INTEGER_MAX, &hello->committed.lo) &&
         cbor_take_number(&reader, INTEGER_MAX, &hello->committed.hi) && cbor_take_fixed(&reader, NONCE_BYTES, &bytes) &&
         cbor_take_array(&reader, &hello->known));
  for (size_t i = 0; i < hello->known && i < CERTIFICATES_MAX && cbor_take_fixed(&reader, KEY_ID_BYTES, &bytes); i++) {
    memcpy(hello->known_id[i], bytes, KEY_ID_BYTES);
  }
  (void)cbor_take_number(&reader, INTEGER_MAX, &hello->receipt_sequence);
}

/* The salt is drawn as chapter 6 says, and the advert comes out of it. */
static bool touch(const struct line *line, size_t step, struct driven *driven) {
  uint8_t drawn[HASH_BYTES];
  uint8_t advert[ADVERT_BYTES];
  derive_random(drawn, driven->lock.device_secret, line_fixed(line, "random", step, 32), "salt", BOOTS, SALT_DRAW);
  memset(&driven->advert, 0, sizeof driven->advert);
  memcpy(driven->advert.salt, drawn, sizeof driven->advert.salt);
  derive_advert(advert, driven->lock.advert_key, driven->advert.salt, driven->lock.capabilities);
  return memcmp(advert, line_fixed(line, "advert", step, ADVERT_BYTES), ADVERT_BYTES) == 0;
}

static bool hear_frame(const struct line *line, size_t step, struct driven *driven, struct connection *connection) {
  uint8_t out[MESSAGE_BYTES_MAX];
  struct bytes message;
  bool ends = line_number(line, "ends", step) == 1;
  switch (frames_take(&connection->reader, line_bytes(line, "frame", step), &message)) {
    case FRAME_REFUSED:
      return ends;
    case FRAME_MORE:
      return !ends && line_is_null(line, "send", step);
    default: {
      struct bytes said = answer(driven, connection, message, line_fixed(line, "random", step, 32), out);
      return said.length == 0 ? ends : !ends && sends(line, step, said);
    }
  }
}

/* M2, or to a read-log that there is nothing: no request of these runs was permitted to read. */
static struct bytes answer(struct driven *driven, struct connection *connection, struct bytes message, const uint8_t *random, uint8_t *out) {
  uint8_t plain[MESSAGE_BYTES_MAX];
  uint8_t drawn[HASH_BYTES];
  struct phone_message said;
  struct cbor_writer writer = cbor_write(plain, sizeof plain);
  if (!connection->session.is_shaken) {
    derive_random(drawn, driven->lock.device_secret, random, "nonce", BOOTS, NONCE_DRAW);
    memcpy(driven->hello.nonce, drawn, NONCE_BYTES);
    return session_shake(&connection->session, &driven->lock, &driven->advert, message, random, &driven->hello, out);
  }
  if (!session_hear(&connection->session, message, plain, &said) || said.kind != PHONE_READ_LOG) {
    return bytes_of(NULL, 0);
  }
  segment_put(&writer, bytes_of(NULL, 0));
  return session_say(&connection->session, cbor_written(&writer), out);
}

static bool sends(const struct line *line, size_t step, struct bytes message) {
  uint8_t frame[FRAME_BYTES_MAX];
  struct frame_writer writer;
  frames_cut(&writer, message);
  size_t length = frames_next(&writer, frame, sizeof frame);
  return bytes_equal(bytes_of(frame, length), line_bytes(line, "send", step)) && frames_next(&writer, frame, sizeof frame) == 0;
}
