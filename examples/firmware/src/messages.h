/* The plaintexts of a session: protocol/README.md, chapters 6 and 7. */
#ifndef DKP_MESSAGES_H
#define DKP_MESSAGES_H

#include "claims.h"
#include "clock.h"
#include "status.h"

#define READER_ID_MAX 32u

enum phone_kind { PHONE_CARRY = 1, PHONE_REQUEST = 2, PHONE_READ_LOG = 3, PHONE_CLOSE = 4 };

/** What a phone says; the members are those of its kind, and borrow from the plaintext. */
struct phone_message {
  enum phone_kind kind;
  enum object_type carried; /* carry */
  struct bytes object;      /* carry, and the grant of a request */
  uint8_t operation;        /* request */
  uint8_t asserted;
  struct bytes proof;
  uint16_t number;
  uint32_t from; /* read-log */
};

/** What commissioning sets. */
struct setup_message {
  struct cose_key root;
  uint64_t trust_epoch;
  uint8_t next_root[HASH_BYTES];
  uint8_t site_id[ID_BYTES];
  struct bytes reader_id;
  uint8_t log_key[KEY_BYTES];
  uint8_t advert_key[KEY_BYTES];
  uint64_t time;
};

/** What a lock says of itself in M2. */
struct hello {
  uint8_t counter[8];
  uint64_t policy_version;
  uint64_t trust_epoch;
  struct interval committed;
  uint8_t nonce[NONCE_BYTES];
  size_t known;
  uint8_t known_id[CERTIFICATES_MAX][KEY_ID_BYTES];
  uint64_t receipt_sequence;
};

/** Reads what a phone says in a session; false ends it without a word. */
bool phone_message_read(struct bytes plain, struct phone_message *message);

/** Reads the setup message of a commissioning. */
bool setup_message_read(struct bytes plain, struct setup_message *message);

/* What the lock says. */
void hello_put(struct cbor_writer *writer, const struct hello *hello);
void carried_put(struct cbor_writer *writer, enum status status);
void answer_put(struct cbor_writer *writer, enum status status, struct bytes receipt);
void segment_put(struct cbor_writer *writer, struct bytes sealed);
void closed_put(struct cbor_writer *writer);

#endif
