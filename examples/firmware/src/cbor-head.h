/* The head of a CBOR item, for the check and the reader alike. */
#ifndef DKP_CBOR_HEAD_H
#define DKP_CBOR_HEAD_H

#include "bytes.h"

enum {
  CBOR_UNSIGNED = 0,
  CBOR_NEGATIVE = 1,
  CBOR_BYTES = 2,
  CBOR_TEXT = 3,
  CBOR_ARRAY = 4,
  CBOR_MAP = 5,
  CBOR_SIMPLE = 7
};

/** The head of an item: its major type and its argument. */
struct cbor_head {
  uint8_t major;
  uint64_t argument;
};

/** Takes a head in its shortest form; moves `at` only when it succeeds. */
bool cbor_take_head(const uint8_t **at, const uint8_t *end, struct cbor_head *head);

#endif
