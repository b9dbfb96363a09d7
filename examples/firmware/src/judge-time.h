/* Whether a grant is open in all, some or none of the time it may be: protocol/README.md, chapter 10. */
#ifndef DKP_JUDGE_TIME_H
#define DKP_JUDGE_TIME_H

#include "claims.h"
#include "clock.h"
#include "status.h"

/** `permitted`, or why the time does not allow it. */
enum status judge_time(const struct grant *grant, const struct certificate *certificate, struct interval now, bool has_time_token);

#endif
