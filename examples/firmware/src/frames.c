/* Messages in Bluetooth frames. */
#include "frames.h"

#include <string.h>

#define FIRST 0x80u
#define LAST 0x40u
#define NUMBER 0x3fu

void frames_begin(struct frame_reader *reader) {
  memset(reader, 0, sizeof *reader);
}

enum frame_told frames_take(struct frame_reader *reader, struct bytes frame, struct bytes *message) {
  if (frame.length == 0 || frame.length > FRAME_BYTES_MAX) {
    return FRAME_REFUSED;
  }
  if (bytes_equal(frame, bytes_of(reader->last, reader->last_length))) {
    return FRAME_MORE;
  }
  memcpy(reader->last, frame.at, frame.length);
  reader->last_length = frame.length;

  bool is_first = (frame.at[0] & FIRST) != 0;
  bool is_last = (frame.at[0] & LAST) != 0;
  size_t head = is_first ? 3 : 1;
  if (is_first != (reader->announced == 0) || frame.length <= head) {
    return FRAME_REFUSED;
  }
  if (is_first) {
    reader->announced = (size_t)bytes_number(frame.at + 1, 2);
    reader->received = 0;
    reader->next = 0;
  }
  size_t part = frame.length - head;
  if (reader->announced == 0 || reader->announced > MESSAGE_BYTES_MAX || (frame.at[0] & NUMBER) != reader->next ||
      part > reader->announced - reader->received) {
    return FRAME_REFUSED;
  }
  memcpy(reader->message + reader->received, frame.at + head, part);
  reader->received += part;
  reader->next = (reader->next + 1) & NUMBER;
  if (is_last != (reader->received == reader->announced)) {
    return FRAME_REFUSED;
  }
  if (!is_last) {
    return FRAME_MORE;
  }
  *message = bytes_of(reader->message, reader->received);
  reader->announced = 0;
  return FRAME_WHOLE;
}

void frames_cut(struct frame_writer *writer, struct bytes message) {
  writer->message = message;
  writer->sent = 0;
  writer->number = 0;
}

size_t frames_next(struct frame_writer *writer, uint8_t *frame, size_t most) {
  size_t left = writer->message.length - writer->sent;
  bool is_first = writer->sent == 0;
  size_t head = is_first ? 3 : 1;
  if (left == 0 || most <= head) {
    return 0;
  }
  size_t part = left < most - head ? left : most - head;
  frame[0] = (uint8_t)((is_first ? FIRST : 0) | (part == left ? LAST : 0) | writer->number);
  if (is_first) {
    bytes_put_number(frame + 1, 2, writer->message.length);
  }
  memcpy(frame + head, writer->message.at + writer->sent, part);
  writer->sent += part;
  writer->number = (writer->number + 1) & NUMBER;
  return head + part;
}
