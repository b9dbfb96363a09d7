/* Borrowed bytes, and the two ways to compare them. */
#ifndef DKP_BYTES_H
#define DKP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A stretch of memory that somebody else owns. */
struct bytes {
  const uint8_t *at;
  size_t length;
};

/** Names the `length` bytes at `at`. */
struct bytes bytes_of(const void *at, size_t length);

/** Whether two stretches hold the same bytes; takes as long as it likes, so never for a secret or a code. */
bool bytes_equal(struct bytes one, struct bytes other);

/** Whether two stretches of one length hold the same bytes, in a time that depends on the length alone. */
bool bytes_equal_secret(const uint8_t *one, const uint8_t *other, size_t length);

/** Overwrites memory that held a secret; the compiler may not leave it out. */
void bytes_wipe(void *at, size_t length);

/** Reads a big-endian number of `length` bytes, at most 8. */
uint64_t bytes_number(const uint8_t *at, size_t length);

/** Writes a big-endian number of `length` bytes, at most 8. */
void bytes_put_number(uint8_t *at, size_t length, uint64_t number);

#endif
