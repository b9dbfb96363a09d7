/* Runs the vectors that vectors.mjs writes to standard input. Fails when one does not pass, and when one is missing. */
#include "lists.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/** A list, what its vectors have to pass, and how many were run. */
struct list {
  const char *name;
  bool (*passes)(const struct line *line);
  unsigned ran;
};

static struct list *list_of(struct list *lists, const char *name);

int main(void) {
  struct list lists[] = {
      {"cbor.accepted", cbor_accepted, 0},         {"cbor.refused", cbor_refused, 0},
      {"objects.keys", objects_keys, 0},           {"objects.objects", objects_objects, 0},
      {"objects.proofs", objects_proofs, 0},       {"objects.trustUpdates", objects_trust_updates, 0},
      {"refused.keys", refused_keys, 0},           {"refused.envelopes", refused_envelopes, 0},
      {"refused.payloads", refused_payloads, 0},   {"derived.digests", derived_digests, 0},
      {"derived.log", derived_log, 0},             {"derived.adverts", derived_adverts, 0},
      {"derived.openings", derived_openings, 0},   {"derived.labels", derived_labels, 0},
      {"frames.split", frames_split, 0},           {"frames.received", frames_received, 0},
      {"messages.accepted", messages_accepted, 0}, {"messages.refused", messages_refused, 0},
      {"noise.handshakes", handshakes, 0},         {"sessions.handshakes", handshakes, 0},
      {"sessions.runs", sessions_runs, 0},
      {"verdicts.grants", verdicts_grants, 0},     {"verdicts.updates", verdicts_updates, 0},
      {"verdicts.clocks", verdicts_clocks, 0},     {NULL, NULL, 0}};
  struct line line;
  unsigned long ran = 0;
  unsigned long failed = 0;
  unsigned long announced = 0;
  if (sodium_init() < 0) {
    return 2;
  }
  while (line_next(&line)) {
    if (strcmp(line.list, "end") == 0) {
      announced = 0;
      for (const char *at = line.id; *at >= '0' && *at <= '9'; at++) {
        announced = announced * 10 + (unsigned long)(*at - '0');
      }
      continue;
    }
    struct list *list = list_of(lists, line.list);
    if (list == NULL || !list->passes(&line)) {
      (void)printf("FAILED %s %s\n", line.list, line.id);
      failed++;
    }
    if (list != NULL) {
      list->ran++;
    }
    ran++;
  }
  for (const struct list *list = lists; list->name != NULL; list++) {
    (void)printf("%s %u\n", list->name, list->ran);
  }
  (void)printf("%lu vectors, %lu failed, %lu announced\n", ran, failed, announced);
  return failed == 0 && ran > 0 && ran == announced ? 0 : 1;
}

static struct list *list_of(struct list *lists, const char *name) {
  for (; lists->name != NULL; lists++) {
    if (strcmp(lists->name, name) == 0) {
      return lists;
    }
  }
  return NULL;
}
