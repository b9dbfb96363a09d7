/* Writing in the one shortest form; who writes a map puts its labels in ascending order. */
#include "cbor.h"
#include "cbor-head.h"

#include <string.h>

static void put_head(struct cbor_writer *writer, uint8_t major, uint64_t argument);
static void put_raw(struct cbor_writer *writer, struct bytes raw);

struct cbor_writer cbor_write(uint8_t *at, size_t room) {
  struct cbor_writer writer = {at, room, 0, false};
  return writer;
}

void cbor_put_number(struct cbor_writer *writer, uint64_t number) {
  put_head(writer, CBOR_UNSIGNED, number);
}

void cbor_put_negative(struct cbor_writer *writer, uint64_t below) {
  put_head(writer, CBOR_NEGATIVE, below - 1);
}

void cbor_put_bytes(struct cbor_writer *writer, struct bytes put) {
  put_head(writer, CBOR_BYTES, put.length);
  put_raw(writer, put);
}

void cbor_put_text(struct cbor_writer *writer, const char *text) {
  size_t length = strlen(text);
  put_head(writer, CBOR_TEXT, length);
  put_raw(writer, bytes_of(text, length));
}

void cbor_put_array(struct cbor_writer *writer, size_t members) {
  put_head(writer, CBOR_ARRAY, members);
}

void cbor_put_map(struct cbor_writer *writer, size_t pairs) {
  put_head(writer, CBOR_MAP, pairs);
}

void cbor_put_null(struct cbor_writer *writer) {
  put_head(writer, CBOR_SIMPLE, 22);
}

struct bytes cbor_written(const struct cbor_writer *writer) {
  return bytes_of(writer->at, writer->is_full ? 0 : writer->used);
}

static void put_head(struct cbor_writer *writer, uint8_t major, uint64_t argument) {
  uint8_t head[9];
  size_t extra = argument < 24 ? 0 : argument < 256 ? 1 : argument < 65536 ? 2 : argument < 4294967296u ? 4 : 8;
  uint8_t low = extra == 0 ? (uint8_t)argument : extra == 1 ? 24 : extra == 2 ? 25 : extra == 4 ? 26 : 27;
  head[0] = (uint8_t)(major << 5 | low);
  bytes_put_number(head + 1, extra, argument);
  put_raw(writer, bytes_of(head, 1 + extra));
}

static void put_raw(struct cbor_writer *writer, struct bytes raw) {
  if (writer->is_full || raw.length > writer->room - writer->used) {
    writer->is_full = true;
    return;
  }
  if (raw.length > 0) {
    memcpy(writer->at + writer->used, raw.at, raw.length);
    writer->used += raw.length;
  }
}
