/* What a lock writes and signs. */
#include "records.h"

#include <string.h>

#define PRIVATE_BELOW_ZERO 70000u
#define POST_ROOM 32u

static void put_private(struct cbor_writer *writer, size_t labels);
static void put_number(struct cbor_writer *writer, uint64_t label, uint64_t number);
static void put_bytes(struct cbor_writer *writer, uint64_t label, const uint8_t *at, size_t length);
static void put_interval(struct cbor_writer *writer, uint64_t label, const struct interval *interval);

void receipt_put(struct cbor_writer *writer, const struct receipt *receipt) {
  size_t optional = (receipt->grant_hash != NULL ? 1u : 0u) + (receipt->new_key != NULL ? 1u : 0u);
  cbor_put_map(writer, 3);
  put_bytes(writer, 3, receipt->lock_id, ID_BYTES);
  put_number(writer, 6, receipt->committed.lo);
  put_private(writer, 12 + optional);
  put_number(writer, 1, 1);
  put_number(writer, 21, receipt->policy_version);
  put_bytes(writer, 22, receipt->post, POST_BYTES);
  put_number(writer, 40, receipt->sequence);
  put_number(writer, 41, receipt->trust_epoch);
  put_interval(writer, 42, &receipt->committed);
  put_bytes(writer, 43, receipt->counter, sizeof receipt->counter);
  put_number(writer, 44, receipt->status);
  if (receipt->grant_hash != NULL) {
    put_bytes(writer, 45, receipt->grant_hash, 8);
  }
  put_bytes(writer, 46, receipt->log_head, LINK_BYTES);
  cbor_put_number(writer, 47);
  cbor_put_text(writer, receipt->firmware);
  put_number(writer, 48, receipt->battery);
  put_number(writer, 49, receipt->boots);
  if (receipt->new_key != NULL) {
    put_bytes(writer, 50, receipt->new_key, KEY_BYTES);
  }
}

void lock_identity_put(struct cbor_writer *writer, const struct lock_identity *identity) {
  cbor_put_map(writer, 1);
  put_private(writer, 6);
  put_number(writer, 1, 1);
  put_bytes(writer, 43, identity->counter, sizeof identity->counter);
  put_bytes(writer, 72, identity->session_key, KEY_BYTES);
  put_bytes(writer, 73, identity->identity_key, KEY_BYTES);
  put_bytes(writer, 74, identity->handshake_hash, HASH_BYTES);
  put_bytes(writer, 75, identity->root_hash, HASH_BYTES);
}

void log_record_put(uint8_t record[LOG_RECORD_BYTES], const struct log_record *written) {
  bytes_put_number(record, 4, written->sequence);
  bytes_put_number(record + 4, 4, written->lo);
  memcpy(record + 8, written->device_tag, ID_BYTES);
  record[16] = written->operation;
  record[17] = written->result;
  memcpy(record + 18, written->link, LINK_BYTES);
}

void log_link(uint8_t link[LINK_BYTES], const uint8_t record[LOG_RECORD_BYTES]) {
  uint8_t hash[HASH_BYTES];
  struct bytes whole = bytes_of(record, LOG_RECORD_BYTES);
  crypto_sha256(hash, &whole, 1);
  memcpy(link, hash, LINK_BYTES);
}

void post_of_nothing(uint8_t post[POST_BYTES], const uint8_t lock_id[ID_BYTES]) {
  uint8_t room[POST_ROOM];
  uint8_t hash[HASH_BYTES];
  struct cbor_writer writer = cbor_write(room, sizeof room);
  cbor_put_array(&writer, 6);
  cbor_put_bytes(&writer, bytes_of(lock_id, ID_BYTES));
  cbor_put_number(&writer, 0);
  cbor_put_array(&writer, 2);
  cbor_put_number(&writer, 0);
  cbor_put_number(&writer, 0);
  cbor_put_array(&writer, 0);
  cbor_put_number(&writer, 0);
  cbor_put_array(&writer, 0);
  struct bytes content = cbor_written(&writer);
  crypto_sha256(hash, &content, 1);
  memcpy(post, hash, POST_BYTES);
}

static void put_private(struct cbor_writer *writer, size_t labels) {
  cbor_put_negative(writer, PRIVATE_BELOW_ZERO);
  cbor_put_map(writer, labels);
}

static void put_number(struct cbor_writer *writer, uint64_t label, uint64_t number) {
  cbor_put_number(writer, label);
  cbor_put_number(writer, number);
}

static void put_bytes(struct cbor_writer *writer, uint64_t label, const uint8_t *at, size_t length) {
  cbor_put_number(writer, label);
  cbor_put_bytes(writer, bytes_of(at, length));
}

static void put_interval(struct cbor_writer *writer, uint64_t label, const struct interval *interval) {
  cbor_put_number(writer, label);
  cbor_put_array(writer, 2);
  cbor_put_number(writer, interval->lo);
  if (interval->is_bounded) {
    cbor_put_number(writer, interval->hi);
  } else {
    cbor_put_null(writer);
  }
}
