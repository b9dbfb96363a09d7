/* What a board must bring: hash, signature, key agreement, sealing. Everything else in this folder is plain C99. */
#ifndef DKP_CRYPTO_H
#define DKP_CRYPTO_H

#include "bytes.h"

#define HASH_BYTES 32u
#define KEY_BYTES 32u
#define SIGNATURE_BYTES 64u
#define SEAL_BYTES 16u

/** SHA-256 of `count` parts, one after the other. */
void crypto_sha256(uint8_t hash[HASH_BYTES], const struct bytes *parts, size_t count);

/** Whether an Ed25519 point is canonically encoded and of prime order (chapter 3). */
bool crypto_ed25519_key_is_usable(const uint8_t key[KEY_BYTES]);

/** Whether the signature is right, with S below the group's order and a canonical R (chapter 3). */
bool crypto_ed25519_verify(const uint8_t signature[SIGNATURE_BYTES], struct bytes message, const uint8_t key[KEY_BYTES]);

/** The public key of an Ed25519 secret. */
void crypto_ed25519_public(uint8_t key[KEY_BYTES], const uint8_t secret[KEY_BYTES]);

/** Signs with an Ed25519 secret. */
void crypto_ed25519_sign(uint8_t signature[SIGNATURE_BYTES], struct bytes message, const uint8_t secret[KEY_BYTES]);

/** The public key of an X25519 secret. */
void crypto_x25519_public(uint8_t key[KEY_BYTES], const uint8_t secret[KEY_BYTES]);

/** Agrees on a secret; false when it is all zeros (chapter 3). */
bool crypto_x25519(uint8_t shared[KEY_BYTES], const uint8_t secret[KEY_BYTES], const uint8_t key[KEY_BYTES]);

/** Seals with ChaCha20-Poly1305; `sealed` has room for SEAL_BYTES more than `plain` and may begin where it does. */
void crypto_seal(uint8_t *sealed, struct bytes plain, struct bytes associated, const uint8_t nonce[12], const uint8_t key[KEY_BYTES]);

/** Opens what was sealed, into SEAL_BYTES fewer; false, and nothing to be read there, when it was not sealed like that. */
bool crypto_open(uint8_t *plain, struct bytes sealed, struct bytes associated, const uint8_t nonce[12], const uint8_t key[KEY_BYTES]);

#endif
