/* What a lock writes and signs: receipts, its identity, log records (protocol/README.md, chapters 4 and 12). */
#ifndef DKP_RECORDS_H
#define DKP_RECORDS_H

#include "claims.h"
#include "clock.h"
#include "status.h"

#define LINK_BYTES 14u
#define LOG_RECORD_BYTES 32u
#define LOG_INTENT 255u

/** One receipt. */
struct receipt {
  uint8_t lock_id[ID_BYTES];
  uint64_t policy_version;
  uint8_t post[POST_BYTES];
  uint64_t sequence;
  uint64_t trust_epoch;
  struct interval committed;
  uint8_t counter[8];
  uint8_t status;
  const uint8_t *grant_hash; /* 8 bytes, or NULL where no grant was judged */
  uint8_t log_head[LINK_BYTES];
  const char *firmware;
  uint8_t battery;
  uint32_t boots;
  const uint8_t *new_key; /* 32 bytes while keys change, else NULL */
};

/** What a lock answers at the end of its commissioning. */
struct lock_identity {
  uint8_t counter[8];
  uint8_t session_key[KEY_BYTES];
  uint8_t identity_key[KEY_BYTES];
  uint8_t handshake_hash[HASH_BYTES];
  uint8_t root_hash[HASH_BYTES];
};

/** One record of the log. */
struct log_record {
  uint32_t sequence;
  uint32_t lo;
  uint8_t device_tag[ID_BYTES];
  uint8_t operation;
  uint8_t result;
  uint8_t link[LINK_BYTES];
};

/** Writes the payload of a receipt, to be signed as OBJECT_RECEIPT. */
void receipt_put(struct cbor_writer *writer, const struct receipt *receipt);

/** Writes the payload of a lock identity, to be signed as OBJECT_LOCK_IDENTITY by the key it names. */
void lock_identity_put(struct cbor_writer *writer, const struct lock_identity *identity);

/** Writes a record of the log. */
void log_record_put(uint8_t record[LOG_RECORD_BYTES], const struct log_record *written);

/** The link that the record after this one carries. */
void log_link(uint8_t link[LINK_BYTES], const uint8_t record[LOG_RECORD_BYTES]);

/** The post of policy version 0 and nothing, the one post that a lock computes itself (chapter 4, Policy update). */
void post_of_nothing(uint8_t post[POST_BYTES], const uint8_t lock_id[ID_BYTES]);

#endif
