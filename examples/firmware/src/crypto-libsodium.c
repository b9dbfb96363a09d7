/* The board's part by libsodium: the package of the host, its portable sources on a microcontroller. */
#include "crypto.h"

#include <sodium.h>

void crypto_sha256(uint8_t hash[HASH_BYTES], const struct bytes *parts, size_t count) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (size_t i = 0; i < count; i++) {
    crypto_hash_sha256_update(&state, parts[i].at, parts[i].length);
  }
  crypto_hash_sha256_final(&state, hash);
}

bool crypto_ed25519_key_is_usable(const uint8_t key[KEY_BYTES]) {
  return crypto_core_ed25519_is_valid_point(key) == 1;
}

bool crypto_ed25519_verify(const uint8_t signature[SIGNATURE_BYTES], struct bytes message, const uint8_t key[KEY_BYTES]) {
  return crypto_sign_ed25519_verify_detached(signature, message.at, message.length, key) == 0;
}

void crypto_ed25519_public(uint8_t key[KEY_BYTES], const uint8_t secret[KEY_BYTES]) {
  uint8_t both[crypto_sign_ed25519_SECRETKEYBYTES];
  crypto_sign_ed25519_seed_keypair(key, both, secret);
  bytes_wipe(both, sizeof both);
}

void crypto_ed25519_sign(uint8_t signature[SIGNATURE_BYTES], struct bytes message, const uint8_t secret[KEY_BYTES]) {
  uint8_t key[KEY_BYTES];
  uint8_t both[crypto_sign_ed25519_SECRETKEYBYTES];
  crypto_sign_ed25519_seed_keypair(key, both, secret);
  crypto_sign_ed25519_detached(signature, NULL, message.at, message.length, both);
  bytes_wipe(both, sizeof both);
}

void crypto_x25519_public(uint8_t key[KEY_BYTES], const uint8_t secret[KEY_BYTES]) {
  /* It fails for no secret: clamped, none is a multiple of the base point's order. */
  (void)crypto_scalarmult_curve25519_base(key, secret);
}

bool crypto_x25519(uint8_t shared[KEY_BYTES], const uint8_t secret[KEY_BYTES], const uint8_t key[KEY_BYTES]) {
  return crypto_scalarmult_curve25519(shared, secret, key) == 0;
}

void crypto_seal(uint8_t *sealed, struct bytes plain, struct bytes associated, const uint8_t nonce[12], const uint8_t key[KEY_BYTES]) {
  unsigned long long length;
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed, &length, plain.at, plain.length, associated.at, associated.length, NULL,
                                            nonce, key);
}

bool crypto_open(uint8_t *plain, struct bytes sealed, struct bytes associated, const uint8_t nonce[12], const uint8_t key[KEY_BYTES]) {
  unsigned long long length;
  return crypto_aead_chacha20poly1305_ietf_decrypt(plain, &length, NULL, sealed.at, sealed.length, associated.at,
                                                   associated.length, nonce, key) == 0;
}
