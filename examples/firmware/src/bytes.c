/* Borrowed bytes, and the two ways to compare them. */
#include "bytes.h"

#include <string.h>

struct bytes bytes_of(const void *at, size_t length) {
  struct bytes named = {at, length};
  return named;
}

bool bytes_equal(struct bytes one, struct bytes other) {
  /* memcmp of no bytes at a null pointer is undefined, and an empty stretch may stand anywhere. */
  return one.length == other.length && (one.length == 0 || memcmp(one.at, other.at, one.length) == 0);
}

bool bytes_equal_secret(const uint8_t *one, const uint8_t *other, size_t length) {
  /* volatile keeps the compiler from turning the loop into one that stops early. */
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < length; i++) {
    difference |= (uint8_t)(one[i] ^ other[i]);
  }
  return difference == 0;
}

void bytes_wipe(void *at, size_t length) {
  volatile uint8_t *here = at;
  while (length-- > 0) {
    *here++ = 0;
  }
}

uint64_t bytes_number(const uint8_t *at, size_t length) {
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) {
    number = (number << 8) | at[i];
  }
  return number;
}

void bytes_put_number(uint8_t *at, size_t length, uint64_t number) {
  while (length-- > 0) {
    at[length] = (uint8_t)number;
    number >>= 8;
  }
}
