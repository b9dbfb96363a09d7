/* Reading what the check accepted. */
#include "cbor.h"
#include "cbor-head.h"

#define IGNORABLE_FROM 1000u

static bool take(struct cbor_reader *reader, uint8_t major, uint64_t *argument);
static bool skip_item(struct cbor_reader *reader);

bool cbor_take_head(const uint8_t **at, const uint8_t *end, struct cbor_head *head) {
  if (*at == end) {
    return false;
  }
  uint8_t first = **at;
  uint8_t low = first & 31;
  size_t extra = low < 24 ? 0 : low == 24 ? 1 : low == 25 ? 2 : low == 26 ? 4 : low == 27 ? 8 : 9;
  /* 28 to 30 mean nothing and 31 is an indefinite length. A simple value or float of more bytes is not ours either. */
  if (extra > 8 || extra > (size_t)(end - *at) - 1 || (first >> 5 == CBOR_SIMPLE && extra > 0)) {
    return false;
  }
  uint64_t argument = extra == 0 ? low : bytes_number(*at + 1, extra);
  static const uint64_t LEAST[9] = {0, 24, 256, 0, 65536, 0, 0, 0, 4294967296u};
  if (argument < LEAST[extra]) {
    return false;
  }
  head->major = first >> 5;
  head->argument = argument;
  *at += 1 + extra;
  return true;
}

struct cbor_reader cbor_read(struct bytes whole) {
  struct cbor_reader reader = {whole.at, whole.at + whole.length};
  return reader;
}

bool cbor_take_number(struct cbor_reader *reader, uint64_t most, uint64_t *number) {
  struct cbor_reader before = *reader;
  if (take(reader, CBOR_UNSIGNED, number) && *number <= most) {
    return true;
  }
  *reader = before;
  return false;
}

bool cbor_take_bytes(struct cbor_reader *reader, struct bytes *taken) {
  struct cbor_reader before = *reader;
  uint64_t length;
  if (!take(reader, CBOR_BYTES, &length) || length > (uint64_t)(reader->end - reader->at)) {
    *reader = before;
    return false;
  }
  *taken = bytes_of(reader->at, (size_t)length);
  reader->at += taken->length;
  return true;
}

bool cbor_take_fixed(struct cbor_reader *reader, size_t length, const uint8_t **taken) {
  struct bytes read;
  if (!cbor_take_bytes(reader, &read) || read.length != length) {
    return false;
  }
  *taken = read.at;
  return true;
}

bool cbor_take_array(struct cbor_reader *reader, size_t *members) {
  uint64_t count;
  if (!take(reader, CBOR_ARRAY, &count)) {
    return false;
  }
  *members = (size_t)count;
  return true;
}

bool cbor_take_bool(struct cbor_reader *reader, bool *taken) {
  if (reader->at == reader->end || (*reader->at != 0xf4 && *reader->at != 0xf5)) {
    return false;
  }
  *taken = *reader->at++ == 0xf5;
  return true;
}

bool cbor_take_null(struct cbor_reader *reader) {
  if (reader->at == reader->end || *reader->at != 0xf6) {
    return false;
  }
  reader->at++;
  return true;
}

bool cbor_is_over(const struct cbor_reader *reader) {
  return reader->at == reader->end;
}

bool cbor_take_map(struct cbor_reader *reader, struct cbor_labels *labels) {
  uint64_t pairs;
  if (!take(reader, CBOR_MAP, &pairs)) {
    return false;
  }
  labels->reader = reader;
  labels->left = (size_t)pairs;
  return true;
}

bool cbor_take_label(struct cbor_labels *labels, int64_t label) {
  struct cbor_reader before = *labels->reader;
  uint64_t argument;
  bool is_there = labels->left > 0 && take(labels->reader, label < 0 ? CBOR_NEGATIVE : CBOR_UNSIGNED, &argument) &&
                  argument == (uint64_t)(label < 0 ? -1 - label : label);
  if (is_there) {
    labels->left--;
  } else {
    *labels->reader = before;
  }
  return is_there;
}

bool cbor_labels_over(const struct cbor_labels *labels) {
  return labels->left == 0;
}

bool cbor_private_labels_over(struct cbor_labels *labels) {
  for (; labels->left > 0; labels->left--) {
    uint64_t label;
    if (!take(labels->reader, CBOR_UNSIGNED, &label) || label < IGNORABLE_FROM || !skip_item(labels->reader)) {
      return false;
    }
  }
  return true;
}

/* Takes a head of one major type, or nothing. */
static bool take(struct cbor_reader *reader, uint8_t major, uint64_t *argument) {
  const uint8_t *at = reader->at;
  struct cbor_head head;
  if (!cbor_take_head(&at, reader->end, &head) || head.major != major) {
    return false;
  }
  reader->at = at;
  *argument = head.argument;
  return true;
}

/* Skips one item; the check bounded how many there are, so the sum cannot overflow. */
static bool skip_item(struct cbor_reader *reader) {
  for (uint64_t left = 1; left > 0; left--) {
    struct cbor_head head;
    if (!cbor_take_head(&reader->at, reader->end, &head)) {
      return false;
    }
    uint64_t rest = (uint64_t)(reader->end - reader->at);
    if (head.major >= CBOR_BYTES && head.major <= CBOR_MAP && head.argument > rest) {
      return false;
    }
    if (head.major == CBOR_BYTES || head.major == CBOR_TEXT) {
      reader->at += head.argument;
    } else if (head.major == CBOR_ARRAY || head.major == CBOR_MAP) {
      left += head.argument * (head.major == CBOR_MAP ? 2 : 1);
    }
  }
  return true;
}
