/* The three Noise handshakes of a lock, token by token as in Noise revision 34, chapter 7. */
#include "noise.h"

#include "derive.h"

#include <string.h>

static void begin(struct noise_handshake *shake, const char *name, struct bytes prologue, const uint8_t static_key[KEY_BYTES]);
static void mix_hash(struct noise_handshake *shake, struct bytes mixed);
static void mix_key(struct noise_handshake *shake, const uint8_t *material, size_t length);
static void mix_psk(struct noise_handshake *shake, const uint8_t psk[KEY_BYTES]);
static bool mix_agreed(struct noise_handshake *shake, const uint8_t secret[KEY_BYTES], const uint8_t key[KEY_BYTES]);
static void mix_ephemeral(struct noise_handshake *shake, const uint8_t key[KEY_BYTES]);
static void seal_and_hash(struct noise_handshake *shake, struct bytes plain, uint8_t *sealed);
static bool open_and_hash(struct noise_handshake *shake, struct bytes sealed, uint8_t *plain);
static void expand(const uint8_t chain[HASH_BYTES], struct bytes material, uint8_t (*out)[HASH_BYTES], size_t count);
static void nonce_of(uint64_t number, uint8_t nonce[12]);

bool noise_read_first(struct noise_handshake *shake, bool has_psk, struct bytes prologue, const uint8_t static_secret[KEY_BYTES],
                      struct bytes message) {
  uint8_t static_key[KEY_BYTES];
  uint8_t nothing[1];
  if (message.length != NOISE_FIRST_BYTES) {
    return false;
  }
  crypto_x25519_public(static_key, static_secret);
  begin(shake, has_psk ? "Noise_NKpsk2_25519_ChaChaPoly_SHA256" : "Noise_NK_25519_ChaChaPoly_SHA256", prologue, static_key);
  shake->has_psk = has_psk;
  memcpy(shake->other, message.at, KEY_BYTES);
  mix_ephemeral(shake, shake->other);
  if (mix_agreed(shake, static_secret, shake->other) &&
      open_and_hash(shake, bytes_of(message.at + KEY_BYTES, SEAL_BYTES), nothing)) {
    return true;
  }
  bytes_wipe(shake, sizeof *shake);
  return false;
}

bool noise_write_second(struct noise_handshake *shake, const uint8_t *psk, uint8_t ephemeral[KEY_BYTES], struct bytes payload,
                        uint8_t *message, struct noise_transport *transport) {
  crypto_x25519_public(message, ephemeral);
  mix_ephemeral(shake, message);
  bool is_agreed = mix_agreed(shake, ephemeral, shake->other);
  bytes_wipe(ephemeral, KEY_BYTES);
  if (is_agreed && shake->has_psk) {
    mix_psk(shake, psk);
  }
  if (is_agreed) {
    uint8_t keys[2][HASH_BYTES];
    seal_and_hash(shake, payload, message + KEY_BYTES);
    expand(shake->chain, bytes_of(NULL, 0), keys, 2);
    memcpy(transport->hash, shake->hash, HASH_BYTES);
    memcpy(transport->from_phone, keys[0], KEY_BYTES);
    memcpy(transport->to_phone, keys[1], KEY_BYTES);
    transport->received = 0;
    transport->sent = 0;
    bytes_wipe(keys, sizeof keys);
  }
  bytes_wipe(shake, sizeof *shake);
  return is_agreed;
}

bool noise_open(struct noise_transport *transport, struct bytes sealed, uint8_t *plain) {
  uint8_t nonce[12];
  if (sealed.length < SEAL_BYTES) {
    return false;
  }
  nonce_of(transport->received++, nonce);
  return crypto_open(plain, sealed, bytes_of(NULL, 0), nonce, transport->from_phone);
}

void noise_seal(struct noise_transport *transport, struct bytes plain, uint8_t *sealed) {
  uint8_t nonce[12];
  nonce_of(transport->sent++, nonce);
  crypto_seal(sealed, plain, bytes_of(NULL, 0), nonce, transport->to_phone);
}

bool noise_seal_segment(struct bytes prologue, const uint8_t static_secret[KEY_BYTES], const uint8_t log_key[KEY_BYTES],
                        uint8_t ephemeral[KEY_BYTES], struct bytes plain, uint8_t *message) {
  struct noise_handshake shake;
  uint8_t static_key[KEY_BYTES];
  begin(&shake, "Noise_X_25519_ChaChaPoly_SHA256", prologue, log_key);
  crypto_x25519_public(message, ephemeral);
  mix_ephemeral(&shake, message);
  bool is_agreed = mix_agreed(&shake, ephemeral, log_key);
  bytes_wipe(ephemeral, KEY_BYTES);
  if (is_agreed) {
    crypto_x25519_public(static_key, static_secret);
    seal_and_hash(&shake, bytes_of(static_key, KEY_BYTES), message + KEY_BYTES);
    is_agreed = mix_agreed(&shake, static_secret, log_key);
  }
  if (is_agreed) {
    seal_and_hash(&shake, plain, message + 2 * KEY_BYTES + SEAL_BYTES);
  }
  bytes_wipe(&shake, sizeof shake);
  return is_agreed;
}

static void begin(struct noise_handshake *shake, const char *name, struct bytes prologue, const uint8_t static_key[KEY_BYTES]) {
  struct bytes text = bytes_of(name, strlen(name));
  memset(shake, 0, sizeof *shake);
  if (text.length <= HASH_BYTES) {
    memcpy(shake->hash, text.at, text.length);
  } else {
    crypto_sha256(shake->hash, &text, 1);
  }
  memcpy(shake->chain, shake->hash, HASH_BYTES);
  mix_hash(shake, prologue);
  mix_hash(shake, bytes_of(static_key, KEY_BYTES));
}

static void mix_hash(struct noise_handshake *shake, struct bytes mixed) {
  uint8_t hash[HASH_BYTES];
  const struct bytes parts[] = {bytes_of(shake->hash, HASH_BYTES), mixed};
  crypto_sha256(hash, parts, 2);
  memcpy(shake->hash, hash, HASH_BYTES);
}

static void mix_key(struct noise_handshake *shake, const uint8_t *material, size_t length) {
  uint8_t out[2][HASH_BYTES];
  expand(shake->chain, bytes_of(material, length), out, 2);
  memcpy(shake->chain, out[0], HASH_BYTES);
  memcpy(shake->key, out[1], KEY_BYTES);
  shake->sealed = 0;
  bytes_wipe(out, sizeof out);
}

static void mix_psk(struct noise_handshake *shake, const uint8_t psk[KEY_BYTES]) {
  uint8_t out[3][HASH_BYTES];
  expand(shake->chain, bytes_of(psk, KEY_BYTES), out, 3);
  memcpy(shake->chain, out[0], HASH_BYTES);
  mix_hash(shake, bytes_of(out[1], HASH_BYTES));
  memcpy(shake->key, out[2], KEY_BYTES);
  shake->sealed = 0;
  bytes_wipe(out, sizeof out);
}

static bool mix_agreed(struct noise_handshake *shake, const uint8_t secret[KEY_BYTES], const uint8_t key[KEY_BYTES]) {
  uint8_t shared[KEY_BYTES];
  bool is_agreed = crypto_x25519(shared, secret, key);
  if (is_agreed) {
    mix_key(shake, shared, sizeof shared);
  }
  bytes_wipe(shared, sizeof shared);
  return is_agreed;
}

/* With a pre-shared key an ephemeral key goes into the chain as well (Noise 9.2). */
static void mix_ephemeral(struct noise_handshake *shake, const uint8_t key[KEY_BYTES]) {
  mix_hash(shake, bytes_of(key, KEY_BYTES));
  if (shake->has_psk) {
    mix_key(shake, key, KEY_BYTES);
  }
}

static void seal_and_hash(struct noise_handshake *shake, struct bytes plain, uint8_t *sealed) {
  uint8_t nonce[12];
  nonce_of(shake->sealed++, nonce);
  crypto_seal(sealed, plain, bytes_of(shake->hash, HASH_BYTES), nonce, shake->key);
  mix_hash(shake, bytes_of(sealed, plain.length + SEAL_BYTES));
}

static bool open_and_hash(struct noise_handshake *shake, struct bytes sealed, uint8_t *plain) {
  uint8_t nonce[12];
  nonce_of(shake->sealed++, nonce);
  if (!crypto_open(plain, sealed, bytes_of(shake->hash, HASH_BYTES), nonce, shake->key)) {
    return false;
  }
  mix_hash(shake, sealed);
  return true;
}

/* The HKDF of Noise 4.3. */
static void expand(const uint8_t chain[HASH_BYTES], struct bytes material, uint8_t (*out)[HASH_BYTES], size_t count) {
  uint8_t key[HASH_BYTES];
  derive_hmac(key, bytes_of(chain, HASH_BYTES), material, bytes_of(NULL, 0));
  for (size_t i = 0; i < count; i++) {
    uint8_t number = (uint8_t)(i + 1);
    struct bytes before = i == 0 ? bytes_of(NULL, 0) : bytes_of(out[i - 1], HASH_BYTES);
    derive_hmac(out[i], bytes_of(key, sizeof key), before, bytes_of(&number, 1));
  }
  bytes_wipe(key, sizeof key);
}

/* Four zeros, then the number with its least byte first (Noise 12.3). */
static void nonce_of(uint64_t number, uint8_t nonce[12]) {
  memset(nonce, 0, 12);
  for (size_t i = 4; i < 12; i++) {
    nonce[i] = (uint8_t)number;
    number >>= 8;
  }
}
