/* The three Noise handshakes of a lock: protocol/README.md, chapters 6, 7 and 12, and Noise revision 34. */
#ifndef DKP_NOISE_H
#define DKP_NOISE_H

#include "crypto.h"

#define NOISE_FIRST_BYTES 48u

/** A handshake on its way. */
struct noise_handshake {
  uint8_t hash[HASH_BYTES];
  uint8_t chain[HASH_BYTES];
  uint8_t key[KEY_BYTES];
  uint64_t sealed; /* messages under the key so far */
  uint8_t other[KEY_BYTES]; /* the phone's ephemeral key */
  bool has_psk;
};

/** A session after its handshake. */
struct noise_transport {
  uint8_t hash[HASH_BYTES];
  uint8_t from_phone[KEY_BYTES];
  uint8_t to_phone[KEY_BYTES];
  uint64_t received;
  uint64_t sent;
};

/**
 * Reads Noise message 1 of an empty payload: NK, or NKpsk2 when `has_psk`. False for anything that is not 48 bytes sealed to
 * this lock over this prologue. The hash that the signature over a request names comes out of it.
 */
bool noise_read_first(struct noise_handshake *shake, bool has_psk, struct bytes prologue, const uint8_t static_secret[KEY_BYTES],
                      struct bytes message);

/** Writes message 2 into `payload.length` + 48 bytes and goes over to transport; wipes the handshake and `ephemeral`. */
bool noise_write_second(struct noise_handshake *shake, const uint8_t *psk, uint8_t ephemeral[KEY_BYTES], struct bytes payload,
                        uint8_t *message, struct noise_transport *transport);

/** Opens the phone's next message into SEAL_BYTES fewer bytes; false ends the session. */
bool noise_open(struct noise_transport *transport, struct bytes sealed, uint8_t *plain);

/** Seals the lock's next message into SEAL_BYTES more bytes. */
void noise_seal(struct noise_transport *transport, struct bytes plain, uint8_t *sealed);

/** Seals a log segment (Noise X) into `plain.length` + 96 bytes; wipes `ephemeral`. */
bool noise_seal_segment(struct bytes prologue, const uint8_t static_secret[KEY_BYTES], const uint8_t log_key[KEY_BYTES],
                        uint8_t ephemeral[KEY_BYTES], struct bytes plain, uint8_t *message);

#endif
