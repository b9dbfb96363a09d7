/* The one CBOR profile of DKP/1: protocol/README.md, chapter 2. */
#ifndef DKP_CBOR_H
#define DKP_CBOR_H

#include "bytes.h"

/** Whether the bytes are exactly one item of the profile within the caps of a message; asked before anything is read. */
bool cbor_is_strict(struct bytes whole);

/** A place inside bytes that `cbor_is_strict` accepted. Reading checks every length again. */
struct cbor_reader {
  const uint8_t *at;
  const uint8_t *end;
};

/** Begins to read. */
struct cbor_reader cbor_read(struct bytes whole);

/* Each takes one head or item and tells whether it was of that kind; what is not taken stays where it is. */
bool cbor_take_number(struct cbor_reader *reader, uint64_t most, uint64_t *number);
bool cbor_take_bytes(struct cbor_reader *reader, struct bytes *taken);
bool cbor_take_fixed(struct cbor_reader *reader, size_t length, const uint8_t **taken);
bool cbor_take_array(struct cbor_reader *reader, size_t *members);
bool cbor_take_bool(struct cbor_reader *reader, bool *taken);
bool cbor_take_null(struct cbor_reader *reader);

/** Whether nothing is left to read. */
bool cbor_is_over(const struct cbor_reader *reader);

/** A map that is read label by label; labels ascend, so one pass in the order of the grammar finds them all. */
struct cbor_labels {
  struct cbor_reader *reader;
  size_t left;
};

/** Takes the head of a map. */
bool cbor_take_map(struct cbor_reader *reader, struct cbor_labels *labels);
/** Takes the next label if it is this one; its value is next then. */
bool cbor_take_label(struct cbor_labels *labels, int64_t label);
/** Whether every label was taken: an unknown one is refused (chapter 4). */
bool cbor_labels_over(const struct cbor_labels *labels);
/** The same for the map under -70000, where labels from 1000 on are skipped (chapter 4). */
bool cbor_private_labels_over(struct cbor_labels *labels);

/** Room that is written to; `is_full` stays true from the first item on that did not fit. */
struct cbor_writer {
  uint8_t *at;
  size_t room;
  size_t used;
  bool is_full;
};

/** Begins to write. */
struct cbor_writer cbor_write(uint8_t *at, size_t room);
void cbor_put_number(struct cbor_writer *writer, uint64_t number);
void cbor_put_negative(struct cbor_writer *writer, uint64_t below);
void cbor_put_bytes(struct cbor_writer *writer, struct bytes put);
void cbor_put_text(struct cbor_writer *writer, const char *text);
void cbor_put_array(struct cbor_writer *writer, size_t members);
void cbor_put_map(struct cbor_writer *writer, size_t pairs);
void cbor_put_null(struct cbor_writer *writer);
/** What was written, or no bytes if it did not fit. */
struct bytes cbor_written(const struct cbor_writer *writer);

#endif
