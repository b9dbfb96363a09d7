/* What the readers of payloads share. */
#ifndef DKP_CLAIMS_TAKE_H
#define DKP_CLAIMS_TAKE_H

#include "claims.h"

/** A payload on its way: the map of registered labels and, once entered, the one under -70000. */
struct payload_reader {
  struct cbor_reader reader;
  struct cbor_labels registered;
  struct cbor_labels own;
};

/** Checks the bytes and takes the outer map. */
bool payload_begin(struct bytes payload, struct payload_reader *in);
/** Takes a registered number. */
bool payload_number(struct payload_reader *in, int64_t label, uint64_t *number);
/** Takes a registered id of 8 bytes. */
bool payload_id(struct payload_reader *in, int64_t label, uint8_t id[ID_BYTES]);
/** Enters the map under -70000; with `has_version`, its first label is `1: 1`. */
bool payload_enter(struct payload_reader *in, bool has_version);
/** Takes a private number between two bounds. */
bool payload_own_number(struct payload_reader *in, int64_t label, uint64_t least, uint64_t most, uint64_t *number);
/** Takes a private byte string of a fixed length. */
bool payload_own_bytes(struct payload_reader *in, int64_t label, size_t length, uint8_t *bytes);
/** Whether nothing but private labels from 1000 on is left. */
bool payload_end(struct payload_reader *in);

#endif
