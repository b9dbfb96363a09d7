/* One connection of a phone to an owned lock: protocol/README.md, chapters 6, 7 (states) and 14 (counts). */
#ifndef DKP_SESSION_H
#define DKP_SESSION_H

#include "derive.h"
#include "messages.h"
#include "noise.h"

#define M1_BYTES (CODE_BYTES + NOISE_FIRST_BYTES)
#define HANDSHAKES_A_TOUCH 3u
#define PHONE_MESSAGES_MAX 64u

/** What an owned lock has for every session. */
struct session_lock {
  uint8_t lock_id[ID_BYTES];
  uint8_t capabilities[3];
  uint8_t device_secret[KEY_BYTES];
  uint8_t static_secret[KEY_BYTES];
  uint8_t advert_key[KEY_BYTES];
};

/** One touch: its salt, and the codes that were right, each of which is taken once. */
struct session_advert {
  uint8_t salt[8];
  size_t handshakes;
  uint8_t taken[HANDSHAKES_A_TOUCH][CODE_BYTES];
};

/** A connection. */
struct session {
  bool is_shaken;
  bool owes_answer; /* a phone that does not wait is cut off */
  uint8_t counter[8];
  uint16_t requests;
  uint16_t heard;
  struct noise_transport transport;
};

/** Begins a connection, and wipes what an earlier one left. */
void session_begin(struct session *session);

/**
 * Answers M1 with M2 into `message`, with fresh `random` bytes; the hello names the session's counter. No bytes: cut off. The
 * code is compared before any X25519.
 */
struct bytes session_shake(struct session *session, const struct session_lock *lock, struct session_advert *advert, struct bytes m1,
                           const uint8_t random[32], const struct hello *hello, uint8_t message[MESSAGE_BYTES_MAX]);

/** Opens and reads what the phone says, into `plain`; false: cut off. */
bool session_hear(struct session *session, struct bytes sealed, uint8_t plain[MESSAGE_BYTES_MAX], struct phone_message *message);

/** Whether a request has the number that is due; one that has not is answered `denied` (chapter 8). */
bool session_is_in_turn(const struct session *session, const struct phone_message *message);

/** Seals the answer; no bytes if none is owed or it does not fit. */
struct bytes session_say(struct session *session, struct bytes plain, uint8_t sealed[MESSAGE_BYTES_MAX]);

#endif
