/* One vector of the text that vectors.mjs writes. */
#include "line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM (512u * 1024u)

/* The only memory of this program that is not on the stack: the present line, and the bytes decoded from it. */
static char text[LINE_ROOM];
static uint8_t decoded[LINE_ROOM / 2];
static size_t decoded_used;

static const char *find(const struct line *line, const char *name, size_t index);
static uint8_t digit_of(char digit);

bool line_next(struct line *line) {
  if (fgets(text, sizeof text, stdin) == NULL) {
    return false;
  }
  size_t length = strcspn(text, "\n");
  if (text[length] != '\n') {
    (void)fprintf(stderr, "a line is too long or cut off\n");
    exit(2);
  }
  text[length] = '\0';
  line->end = text + length;
  for (char *at = text; at < line->end; at++) {
    if (*at == ' ') {
      *at = '\0';
    }
  }
  line->list = text;
  line->id = text + strlen(text) + 1;
  line->fields = (char *)(uintptr_t)line->id + strlen(line->id) + 1;
  decoded_used = 0;
  return true;
}

size_t line_count(const struct line *line, const char *name) {
  size_t count = 0;
  while (find(line, name, count) != NULL) {
    count++;
  }
  return count;
}

const char *line_text(const struct line *line, const char *name, size_t index) {
  const char *found = find(line, name, index);
  if (found == NULL) {
    (void)fprintf(stderr, "%s %s: no field %s %u\n", line->list, line->id, name, (unsigned)index);
    exit(2);
  }
  return found;
}

struct bytes line_bytes(const struct line *line, const char *name, size_t index) {
  const char *hex = line_text(line, name, index);
  size_t length = strlen(hex) / 2;
  uint8_t *at = decoded + decoded_used;
  if (length > sizeof decoded - decoded_used || strlen(hex) % 2 != 0) {
    (void)fprintf(stderr, "%s %s: field %s is no hex, or too much of it\n", line->list, line->id, name);
    exit(2);
  }
  for (size_t i = 0; i < length; i++) {
    at[i] = (uint8_t)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
  }
  decoded_used += length;
  return bytes_of(at, length);
}

const uint8_t *line_fixed(const struct line *line, const char *name, size_t index, size_t length) {
  struct bytes read = line_bytes(line, name, index);
  if (read.length != length) {
    (void)fprintf(stderr, "%s %s: field %s has %u bytes\n", line->list, line->id, name, (unsigned)read.length);
    exit(2);
  }
  return read.at;
}

uint64_t line_number(const struct line *line, const char *name, size_t index) {
  uint64_t number = 0;
  for (const char *at = line_text(line, name, index); *at != '\0'; at++) {
    if (*at < '0' || *at > '9') {
      (void)fprintf(stderr, "%s %s: field %s is no number\n", line->list, line->id, name);
      exit(2);
    }
    number = number * 10 + (uint64_t)(*at - '0');
  }
  return number;
}

bool line_is_null(const struct line *line, const char *name, size_t index) {
  return strcmp(line_text(line, name, index), "-") == 0;
}

static const char *find(const struct line *line, const char *name, size_t index) {
  size_t length = strlen(name);
  for (const char *at = line->fields; at < line->end; at += strlen(at) + 1) {
    if (strncmp(at, name, length) == 0 && at[length] == '=' && index-- == 0) {
      return at + length + 1;
    }
  }
  return NULL;
}

static uint8_t digit_of(char digit) {
  if (digit >= '0' && digit <= '9') {
    return (uint8_t)(digit - '0');
  }
  if (digit >= 'a' && digit <= 'f') {
    return (uint8_t)(digit - 'a' + 10);
  }
  (void)fprintf(stderr, "no hex: %c\n", digit);
  exit(2);
}
