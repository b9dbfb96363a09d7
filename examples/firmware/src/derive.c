/* HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869) and what the protocol derives with them. */
#include "derive.h"

#include <string.h>

#define BLOCK_BYTES 64u

void derive_hmac(uint8_t code[HASH_BYTES], struct bytes key, struct bytes first, struct bytes second) {
  uint8_t pad[BLOCK_BYTES];
  uint8_t inner[HASH_BYTES];
  memset(pad, 0x36, sizeof pad);
  for (size_t i = 0; i < key.length && i < BLOCK_BYTES; i++) {
    pad[i] ^= key.at[i];
  }
  const struct bytes inside[] = {bytes_of(pad, sizeof pad), first, second};
  crypto_sha256(inner, inside, 3);
  for (size_t i = 0; i < BLOCK_BYTES; i++) {
    pad[i] ^= 0x36 ^ 0x5c;
  }
  const struct bytes outside[] = {bytes_of(pad, sizeof pad), bytes_of(inner, sizeof inner)};
  crypto_sha256(code, outside, 2);
  bytes_wipe(pad, sizeof pad);
  bytes_wipe(inner, sizeof inner);
}

void derive_hkdf(uint8_t out[HASH_BYTES], struct bytes salt, struct bytes material, struct bytes info) {
  static const uint8_t FIRST = 1;
  uint8_t key[HASH_BYTES];
  derive_hmac(key, salt, material, bytes_of(NULL, 0));
  derive_hmac(out, bytes_of(key, sizeof key), info, bytes_of(&FIRST, 1));
  bytes_wipe(key, sizeof key);
}

void derive_advert(uint8_t advert[ADVERT_BYTES], const uint8_t *advert_key, const uint8_t salt[8], const uint8_t capabilities[3]) {
  memset(advert, 0, ADVERT_BYTES);
  if (advert_key != NULL) {
    uint8_t code[HASH_BYTES];
    derive_hmac(code, bytes_of(advert_key, KEY_BYTES), bytes_of(salt, 8), bytes_of(NULL, 0));
    memcpy(advert, code, 5);
    memcpy(advert + 5, salt, 8);
  }
  memcpy(advert + 13, capabilities, 3);
}

void derive_code(uint8_t code[CODE_BYTES], const uint8_t advert_key[KEY_BYTES], const uint8_t salt[8], const uint8_t ephemeral[KEY_BYTES]) {
  uint8_t whole[HASH_BYTES];
  derive_hmac(whole, bytes_of(advert_key, KEY_BYTES), bytes_of(salt, 8), bytes_of(ephemeral, KEY_BYTES));
  memcpy(code, whole, CODE_BYTES);
  bytes_wipe(whole, sizeof whole);
}

void derive_setup_psk(uint8_t psk[KEY_BYTES], const uint8_t lock_id[8], const uint8_t secret[16]) {
  static const char INFO[] = "DKP/1 setup psk";
  derive_hkdf(psk, bytes_of(lock_id, 8), bytes_of(secret, 16), bytes_of(INFO, sizeof INFO - 1));
}

void derive_ephemeral(uint8_t secret[KEY_BYTES], const uint8_t device[KEY_BYTES], const uint8_t random[32], const uint8_t counter[8]) {
  uint8_t info[15] = "DKP/1 e";
  memcpy(info + 7, counter, 8);
  derive_hkdf(secret, bytes_of(device, KEY_BYTES), bytes_of(random, 32), bytes_of(info, sizeof info));
}

void derive_random(uint8_t drawn[HASH_BYTES], const uint8_t device[KEY_BYTES], const uint8_t random[32], const char *purpose,
                   uint32_t boots, uint64_t draw) {
  uint8_t info[32] = "DKP/1 ";
  size_t length = strlen(purpose) < 16 ? strlen(purpose) : 16;
  memcpy(info + 6, purpose, length);
  bytes_put_number(info + 6 + length, 4, boots);
  bytes_put_number(info + 10 + length, 6, draw);
  derive_hkdf(drawn, bytes_of(device, KEY_BYTES), bytes_of(random, 32), bytes_of(info, length + 16));
}
