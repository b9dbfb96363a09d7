/* What the readers of payloads share. */
#include "claims-take.h"

#include <string.h>

#define PRIVATE_LABEL (-70000)

bool payload_begin(struct bytes payload, struct payload_reader *in) {
  in->reader = cbor_read(payload);
  return cbor_is_strict(payload) && cbor_take_map(&in->reader, &in->registered);
}

bool payload_number(struct payload_reader *in, int64_t label, uint64_t *number) {
  return cbor_take_label(&in->registered, label) && cbor_take_number(&in->reader, INTEGER_MAX, number);
}

bool payload_id(struct payload_reader *in, int64_t label, uint8_t id[ID_BYTES]) {
  const uint8_t *read;
  if (!cbor_take_label(&in->registered, label) || !cbor_take_fixed(&in->reader, ID_BYTES, &read)) {
    return false;
  }
  memcpy(id, read, ID_BYTES);
  return true;
}

bool payload_enter(struct payload_reader *in, bool has_version) {
  uint64_t version;
  return cbor_take_label(&in->registered, PRIVATE_LABEL) && cbor_labels_over(&in->registered) &&
         cbor_take_map(&in->reader, &in->own) && (!has_version || payload_own_number(in, 1, 1, 1, &version));
}

bool payload_own_number(struct payload_reader *in, int64_t label, uint64_t least, uint64_t most, uint64_t *number) {
  return cbor_take_label(&in->own, label) && cbor_take_number(&in->reader, most, number) && *number >= least;
}

bool payload_own_bytes(struct payload_reader *in, int64_t label, size_t length, uint8_t *bytes) {
  const uint8_t *read;
  if (!cbor_take_label(&in->own, label) || !cbor_take_fixed(&in->reader, length, &read)) {
    return false;
  }
  memcpy(bytes, read, length);
  return true;
}

bool payload_end(struct payload_reader *in) {
  return cbor_private_labels_over(&in->own) && cbor_is_over(&in->reader);
}
