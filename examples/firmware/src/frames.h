/* Messages in Bluetooth frames: protocol/README.md, chapter 5. */
#ifndef DKP_FRAMES_H
#define DKP_FRAMES_H

#include "bytes.h"
#include "limits.h"

#define FRAME_BYTES_MAX 514u /* ATT MTU 517 - 3 */

/** A message on its way in. */
struct frame_reader {
  uint8_t message[MESSAGE_BYTES_MAX];
  size_t announced; /* 0: no message has begun */
  size_t received;
  uint8_t next;
  uint8_t last[FRAME_BYTES_MAX]; /* links deliver twice */
  size_t last_length;
};

/** What a frame did. */
enum frame_told { FRAME_MORE, FRAME_WHOLE, FRAME_REFUSED };

/** Begins a connection. */
void frames_begin(struct frame_reader *reader);

/** Takes a frame. After FRAME_WHOLE `message` holds the message until the next frame; after FRAME_REFUSED the connection ends. */
enum frame_told frames_take(struct frame_reader *reader, struct bytes frame, struct bytes *message);

/** A message on its way out. */
struct frame_writer {
  struct bytes message;
  size_t sent;
  uint8_t number;
};

/** Begins to cut a message of 1 to 2048 bytes. */
void frames_cut(struct frame_writer *writer, struct bytes message);

/** Writes the next frame of at most `most` bytes, 20 to 514; no bytes once the message is over. */
size_t frames_next(struct frame_writer *writer, uint8_t *frame, size_t most);

#endif
