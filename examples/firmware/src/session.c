/* One connection of a phone to an owned lock. */
#include "session.h"

#include <string.h>

#define PROLOGUE_ROOM 32u

static bool is_code_right(const struct session_lock *lock, struct session_advert *advert, struct bytes m1);
static struct bytes prologue_of(const struct session_lock *lock, uint8_t *room);

void session_begin(struct session *session) {
  bytes_wipe(session, sizeof *session);
}

struct bytes session_shake(struct session *session, const struct session_lock *lock, struct session_advert *advert, struct bytes m1,
                           const uint8_t random[32], const struct hello *hello, uint8_t message[MESSAGE_BYTES_MAX]) {
  const struct bytes none = bytes_of(NULL, 0);
  uint8_t prologue[PROLOGUE_ROOM];
  uint8_t ephemeral[KEY_BYTES];
  uint8_t payload[MESSAGE_BYTES_MAX - NOISE_FIRST_BYTES];
  struct noise_handshake shake;
  struct cbor_writer writer = cbor_write(payload, sizeof payload);
  if (session->is_shaken || m1.length != M1_BYTES || !is_code_right(lock, advert, m1) ||
      !noise_read_first(&shake, false, prologue_of(lock, prologue), lock->static_secret,
                        bytes_of(m1.at + CODE_BYTES, NOISE_FIRST_BYTES))) {
    return none;
  }
  hello_put(&writer, hello);
  struct bytes said = cbor_written(&writer);
  derive_ephemeral(ephemeral, lock->device_secret, random, hello->counter);
  if (said.length == 0 || !noise_write_second(&shake, NULL, ephemeral, said, message, &session->transport)) {
    bytes_wipe(&shake, sizeof shake);
    bytes_wipe(ephemeral, sizeof ephemeral);
    return none;
  }
  memcpy(session->counter, hello->counter, sizeof session->counter);
  session->is_shaken = true;
  return bytes_of(message, said.length + NOISE_FIRST_BYTES);
}

bool session_hear(struct session *session, struct bytes sealed, uint8_t plain[MESSAGE_BYTES_MAX], struct phone_message *message) {
  if (!session->is_shaken || session->owes_answer || session->heard == PHONE_MESSAGES_MAX || sealed.length > MESSAGE_BYTES_MAX ||
      sealed.length < SEAL_BYTES || !noise_open(&session->transport, sealed, plain) ||
      !phone_message_read(bytes_of(plain, sealed.length - SEAL_BYTES), message)) {
    return false;
  }
  session->heard++;
  session->owes_answer = true;
  if (message->kind == PHONE_REQUEST) {
    session->requests++;
  }
  return true;
}

bool session_is_in_turn(const struct session *session, const struct phone_message *message) {
  return message->kind == PHONE_REQUEST && message->number == session->requests;
}

struct bytes session_say(struct session *session, struct bytes plain, uint8_t sealed[MESSAGE_BYTES_MAX]) {
  if (!session->owes_answer || plain.length == 0 || plain.length > MESSAGE_BYTES_MAX - SEAL_BYTES) {
    return bytes_of(NULL, 0);
  }
  session->owes_answer = false;
  noise_seal(&session->transport, plain, sealed);
  return bytes_of(sealed, plain.length + SEAL_BYTES);
}

static bool is_code_right(const struct session_lock *lock, struct session_advert *advert, struct bytes m1) {
  uint8_t code[CODE_BYTES];
  derive_code(code, lock->advert_key, advert->salt, m1.at + CODE_BYTES);
  if (!bytes_equal_secret(code, m1.at, CODE_BYTES) || advert->handshakes == HANDSHAKES_A_TOUCH) {
    return false;
  }
  for (size_t i = 0; i < advert->handshakes; i++) {
    if (bytes_equal_secret(code, advert->taken[i], CODE_BYTES)) {
      return false;
    }
  }
  memcpy(advert->taken[advert->handshakes++], code, CODE_BYTES);
  return true;
}

static struct bytes prologue_of(const struct session_lock *lock, uint8_t *room) {
  struct cbor_writer writer = cbor_write(room, PROLOGUE_ROOM);
  cbor_put_array(&writer, 3);
  cbor_put_text(&writer, "DKP/1");
  cbor_put_bytes(&writer, bytes_of(lock->lock_id, ID_BYTES));
  cbor_put_bytes(&writer, bytes_of(lock->capabilities, sizeof lock->capabilities));
  return cbor_written(&writer);
}
