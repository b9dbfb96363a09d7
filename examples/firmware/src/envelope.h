/* Keys and the one envelope of a signed object: protocol/README.md, chapter 3. */
#ifndef DKP_ENVELOPE_H
#define DKP_ENVELOPE_H

#include "cbor.h"
#include "crypto.h"
#include "limits.h"

#define KEY_ID_BYTES 8u

/** The kinds of objects a lock reads or writes. */
enum object_type {
  OBJECT_CERTIFICATE = 65001,
  OBJECT_GRANT = 65002,
  OBJECT_POLICY_UPDATE = 65003,
  OBJECT_TIME_TOKEN = 65004,
  OBJECT_PROOF = 65005,
  OBJECT_RECEIPT = 65006,
  OBJECT_TRUST_UPDATE = 65008,
  OBJECT_LOG_ACK = 65009,
  OBJECT_ADMIN_UPDATE = 65011,
  OBJECT_LOCK_IDENTITY = 65012
};

/** A public key. This lock has not capability 1 (ES256): it reads the shape of a P-256 key and never uses one. */
struct cose_key {
  bool is_ed25519;
  uint8_t x[KEY_BYTES];
  uint8_t id[KEY_ID_BYTES];
  uint8_t hash[HASH_BYTES];
};

/** Takes a COSE_Key of exactly one of the two shapes; whether its point may be used is asked by `cose_key_is_usable`. */
bool cose_key_take(struct cbor_reader *reader, struct cose_key *key);

/** Takes `{1: COSE_Key}`. */
bool cose_key_take_confirmation(struct cbor_reader *reader, struct cose_key *key);

/** Whether this lock may use the key: Ed25519, canonical, of prime order. */
bool cose_key_is_usable(const struct cose_key *key);

/** A signed object, taken apart and not yet verified; it borrows from the bytes it was read from. */
struct envelope {
  struct bytes header;
  struct bytes payload;
  const uint8_t *signature;
  const uint8_t *key_id;
  bool is_eddsa;
};

/** Takes an object of this type apart; a proof's payload is detached and everybody else's is there. */
bool envelope_read(struct bytes object, enum object_type type, struct envelope *envelope);

/** Whether `key` signed the object over `payload`, which is the envelope's own unless it is detached. */
bool envelope_is_signed_by(const struct envelope *envelope, struct bytes payload, const struct cose_key *key);

/** Signs a payload as one of the lock's own objects; no bytes if it does not fit into `room`. */
struct bytes envelope_sign(enum object_type type, struct bytes payload, const uint8_t secret[KEY_BYTES], uint8_t *at, size_t room);

#endif
