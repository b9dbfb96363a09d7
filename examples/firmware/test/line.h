/* One vector of the text that vectors.mjs writes. */
#ifndef DKP_TEST_LINE_H
#define DKP_TEST_LINE_H

#include "bytes.h"

/** A vector: its list, its id, and fields that are looked up by name. It stands until the next one is read. */
struct line {
  const char *list;
  const char *id;
  char *fields;
  char *end;
};

/** Reads the next line of standard input; false at the end. */
bool line_next(struct line *line);

/** How many fields have this name. */
size_t line_count(const struct line *line, const char *name);

/** The field of this name and place as text; ends the program if there is none, as a vector that cannot be read is no pass. */
const char *line_text(const struct line *line, const char *name, size_t index);

/** … as bytes. */
struct bytes line_bytes(const struct line *line, const char *name, size_t index);

/** … as bytes of one length. */
const uint8_t *line_fixed(const struct line *line, const char *name, size_t index, size_t length);

/** … as a number. */
uint64_t line_number(const struct line *line, const char *name, size_t index);

/** Whether it is null. */
bool line_is_null(const struct line *line, const char *name, size_t index);

#endif
