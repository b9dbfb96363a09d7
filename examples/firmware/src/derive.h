/* HMAC-SHA-256, HKDF-SHA-256 and what the protocol derives with them. */
#ifndef DKP_DERIVE_H
#define DKP_DERIVE_H

#include "crypto.h"

#define CODE_BYTES 8u
#define ADVERT_BYTES 16u

/** HMAC-SHA-256 over two parts with a key of at most 64 bytes. */
void derive_hmac(uint8_t code[HASH_BYTES], struct bytes key, struct bytes first, struct bytes second);

/** HKDF-SHA-256 with 32 bytes of output. */
void derive_hkdf(uint8_t out[HASH_BYTES], struct bytes salt, struct bytes material, struct bytes info);

/** The service data of an advert, chapter 5; without an owner the key is NULL and the salt is not looked at. */
void derive_advert(uint8_t advert[ADVERT_BYTES], const uint8_t *advert_key, const uint8_t salt[8], const uint8_t capabilities[3]);

/** The code before M1, chapter 6, over the ephemeral key of the phone. */
void derive_code(uint8_t code[CODE_BYTES], const uint8_t advert_key[KEY_BYTES], const uint8_t salt[8], const uint8_t ephemeral[KEY_BYTES]);

/** The pre-shared key of a label, chapter 7. */
void derive_setup_psk(uint8_t psk[KEY_BYTES], const uint8_t lock_id[8], const uint8_t secret[16]);

/** The lock's ephemeral secret of a session, chapter 6: repeated random bytes repeat no key. */
void derive_ephemeral(uint8_t secret[KEY_BYTES], const uint8_t device[KEY_BYTES], const uint8_t random[32], const uint8_t counter[8]);

/** 32 of the lock's other random bytes, chapter 6; the draw counts from 0 in each boot. */
void derive_random(uint8_t drawn[HASH_BYTES], const uint8_t device[KEY_BYTES], const uint8_t random[32], const char *purpose,
                   uint32_t boots, uint64_t draw);

#endif
