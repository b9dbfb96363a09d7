/* Exactly one item of the profile, in one pass and without recursion: protocol/README.md, chapter 2. */
#include "cbor.h"
#include "cbor-head.h"
#include "limits.h"

/** One open array or map. */
struct level {
  size_t left; /* items still to come: members, or keys and values */
  bool is_map;
  bool key_next;
  struct bytes last_key;
};

/** How far the check has come. */
struct check {
  const uint8_t *at;
  const uint8_t *end;
  struct level levels[CBOR_DEPTH_MAX];
  size_t depth;
  size_t items;
};

static bool check_item(struct check *check);
static bool check_key(struct check *check, const uint8_t *start, uint8_t major);
static bool check_content(struct check *check, const struct cbor_head *head);
static bool open_level(struct check *check, const struct cbor_head *head);
static bool is_utf8(struct bytes text);
static size_t utf8_length(const uint8_t *at, size_t left);

bool cbor_is_strict(struct bytes whole) {
  if (whole.length == 0 || whole.length > MESSAGE_BYTES_MAX) {
    return false;
  }
  struct check check = {.at = whole.at, .end = whole.at + whole.length};
  do {
    if (!check_item(&check)) {
      return false;
    }
    while (check.depth > 0 && check.levels[check.depth - 1].left == 0) {
      check.depth--;
    }
  } while (check.depth > 0);
  return check.at == check.end;
}

static bool check_item(struct check *check) {
  const uint8_t *start = check->at;
  struct cbor_head head;
  /* A number inside eight arrays is the ninth of the nested items: scalars count too (vector B8-depth-9). */
  if (check->depth == CBOR_DEPTH_MAX || ++check->items > CBOR_ITEMS_MAX ||
      !cbor_take_head(&check->at, check->end, &head)) {
    return false;
  }
  struct level *level = check->depth > 0 ? &check->levels[check->depth - 1] : NULL;
  bool is_key = level != NULL && level->is_map && level->key_next;
  if (level != NULL) {
    level->left--;
    level->key_next = !level->key_next;
  }
  return check_content(check, &head) && (!is_key || check_key(check, start, head.major));
}

/* Keys ascend bytewise as they are encoded, which shuts out duplicates too. */
static bool check_key(struct check *check, const uint8_t *start, uint8_t major) {
  if (major != CBOR_UNSIGNED && major != CBOR_NEGATIVE && major != CBOR_TEXT) {
    return false;
  }
  struct level *level = &check->levels[check->depth - 1];
  struct bytes key = bytes_of(start, (size_t)(check->at - start));
  struct bytes last = level->last_key;
  level->last_key = key;
  for (size_t i = 0; i < key.length && i < last.length; i++) {
    if (key.at[i] != last.at[i]) {
      return key.at[i] > last.at[i];
    }
  }
  return key.length > last.length;
}

static bool check_content(struct check *check, const struct cbor_head *head) {
  switch (head->major) {
    case CBOR_UNSIGNED:
      return head->argument <= INTEGER_MAX;
    case CBOR_NEGATIVE: /* -1 - argument */
      return head->argument <= INTEGER_MAX - 1;
    case CBOR_BYTES:
    case CBOR_TEXT: {
      if (head->argument > (uint64_t)(check->end - check->at)) {
        return false;
      }
      struct bytes content = bytes_of(check->at, (size_t)head->argument);
      check->at += content.length;
      return head->major == CBOR_BYTES || is_utf8(content);
    }
    case CBOR_ARRAY:
    case CBOR_MAP:
      return open_level(check, head);
    case CBOR_SIMPLE: /* false, true, null; heads of two bytes and more never give these */
      return head->argument >= 20 && head->argument <= 22;
    default: /* tags */
      return false;
  }
}

static bool open_level(struct check *check, const struct cbor_head *head) {
  /* A key must not be a container: refused here, since its level would hide the map's. */
  if (check->depth > 0) {
    const struct level *outer = &check->levels[check->depth - 1];
    if (outer->is_map && !outer->key_next) {
      return false;
    }
  }
  /* Every member takes a byte at least: a length that is not there ends here. */
  if (head->argument > (uint64_t)(check->end - check->at)) {
    return false;
  }
  bool is_map = head->major == CBOR_MAP;
  struct level opened = {.left = (size_t)head->argument * (is_map ? 2 : 1), .is_map = is_map, .key_next = is_map};
  check->levels[check->depth++] = opened;
  return true;
}

static bool is_utf8(struct bytes text) {
  size_t done = 0;
  while (done < text.length) {
    size_t length = utf8_length(text.at + done, text.length - done);
    if (length == 0) {
      return false;
    }
    done += length;
  }
  return true;
}

/* The length of the character at `at`, or 0: no overlong forms, no surrogates, nothing above U+10FFFF. */
static size_t utf8_length(const uint8_t *at, size_t left) {
  uint8_t first = at[0];
  if (first < 0x80) {
    return 1;
  }
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || length > left) {
    return 0;
  }
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xc0) != 0x80) {
      return 0;
    }
  }
  bool is_refused = (first == 0xe0 && at[1] < 0xa0) || (first == 0xed && at[1] > 0x9f) ||
                    (first == 0xf0 && at[1] < 0x90) || (first == 0xf4 && at[1] > 0x8f);
  return is_refused ? 0 : length;
}
