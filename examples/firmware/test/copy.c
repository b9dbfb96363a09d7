/* Reading an item and writing it again. */
#include "copy.h"

#include "cbor-head.h"
#include "limits.h"

static bool copy_items(struct cbor_reader *reader, struct cbor_writer *writer);
static bool copy_item(struct cbor_reader *reader, struct cbor_writer *writer, size_t *more);

bool is_copied(struct bytes strict) {
  uint8_t room[MESSAGE_BYTES_MAX];
  struct cbor_reader reader = cbor_read(strict);
  struct cbor_writer writer = cbor_write(room, sizeof room);
  return copy_items(&reader, &writer) && bytes_equal(cbor_written(&writer), strict);
}

/* Reads item after item and writes each again; an open container makes more items. */
static bool copy_items(struct cbor_reader *reader, struct cbor_writer *writer) {
  for (size_t left = 1; left > 0; left--) {
    size_t more = 0;
    if (!copy_item(reader, writer, &more)) {
      return false;
    }
    left += more;
  }
  return cbor_is_over(reader);
}

static bool copy_item(struct cbor_reader *reader, struct cbor_writer *writer, size_t *more) {
  struct cbor_head head;
  struct bytes bytes;
  const uint8_t *at = reader->at;
  bool truth;
  if (cbor_take_bytes(reader, &bytes)) {
    cbor_put_bytes(writer, bytes);
  } else if (cbor_take_array(reader, more)) {
    cbor_put_array(writer, *more);
  } else if (cbor_take_null(reader)) {
    cbor_put_null(writer);
  } else if (cbor_take_bool(reader, &truth)) {
    writer->at[writer->used++] = truth ? 0xf5 : 0xf4; /* a lock writes no truths, so the writer has none */
  } else if (cbor_take_head(&at, reader->end, &head)) {
    struct cbor_labels labels;
    if (head.major == CBOR_UNSIGNED) {
      cbor_put_number(writer, head.argument);
    } else if (head.major == CBOR_NEGATIVE) {
      cbor_put_negative(writer, head.argument + 1);
    } else if (cbor_take_map(reader, &labels)) {
      cbor_put_map(writer, labels.left);
      *more = 2 * labels.left;
    } else if (head.major == CBOR_TEXT) {
      /* The writer's texts end at a zero and those of a stranger need not: written as bytes, then named a text. */
      size_t start = writer->used;
      cbor_put_bytes(writer, bytes_of(at, (size_t)head.argument));
      writer->at[start] ^= (CBOR_BYTES ^ CBOR_TEXT) << 5;
      at += head.argument;
    }
    reader->at = at;
  } else {
    return false;
  }
  return true;
}
