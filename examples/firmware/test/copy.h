/* Reading an item and writing it again: with one encoding for everything, the bytes must come out the same. */
#ifndef DKP_TEST_COPY_H
#define DKP_TEST_COPY_H

#include "cbor.h"

/** Whether strict bytes, of at most MESSAGE_BYTES_MAX, come out the same when every item is read and written. */
bool is_copied(struct bytes strict);

#endif
