/* What a vector of each list has to pass. Each function tells whether it does. */
#ifndef DKP_TEST_LISTS_H
#define DKP_TEST_LISTS_H

#include "line.h"

bool cbor_accepted(const struct line *line);
bool cbor_refused(const struct line *line);

bool objects_keys(const struct line *line);
bool objects_objects(const struct line *line);
bool objects_proofs(const struct line *line);
bool objects_trust_updates(const struct line *line);
bool refused_keys(const struct line *line);
bool refused_envelopes(const struct line *line);
bool refused_payloads(const struct line *line);

bool derived_digests(const struct line *line);
bool derived_log(const struct line *line);
bool derived_adverts(const struct line *line);
bool derived_openings(const struct line *line);
bool derived_labels(const struct line *line);

bool frames_split(const struct line *line);
bool frames_received(const struct line *line);
bool messages_accepted(const struct line *line);
bool messages_refused(const struct line *line);
bool handshakes(const struct line *line);
bool sessions_runs(const struct line *line);

bool verdicts_grants(const struct line *line);
bool verdicts_updates(const struct line *line);
bool verdicts_clocks(const struct line *line);

#endif
