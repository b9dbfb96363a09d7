/** What an application does with luxon or rrule alone when it asks whether a weekly window is open. */
import { DateTime } from 'luxon';
import { RRule } from 'rrule';
import type { Contender } from '../contender.js';
import type { WeeklyWindow } from '../floors/weekly-bitmap.js';

/** Turns the instant into local time with luxon and tries the windows. */
export function luxonPeer(windows: readonly WeeklyWindow[], timeZone: string): Contender<number> {
  return {
    name: 'luxon',
    note: 'local time by luxon for each question, then a scan of the windows',
    check(instant) {
      const local = DateTime.fromMillis(instant, { zone: timeZone });
      const minute = (local.weekday - 1) * 1440 + local.hour * 60 + local.minute;
      return windows.some(
        (window) =>
          (minute >= window.from && minute < window.until) ||
          (minute + 7 * 1440 >= window.from && minute + 7 * 1440 < window.until),
      );
    },
  };
}

/** One weekly rule for each window, begun at `start`; asks for the last occurrence before the instant. */
export function rrulePeer(
  windows: readonly WeeklyWindow[],
  timeZone: string,
  start: number,
  inputsMax: number,
): Contender<number> {
  const monday = mondayBefore(start, timeZone);
  const rules = windows.map((window) => ({
    minutes: window.until - window.from,
    // rrule is given naive local times as if they were UTC, as its documentation advises.
    rule: new RRule(
      {
        freq: RRule.WEEKLY,
        dtstart: new Date(monday + window.from * 60_000),
      },
      true,
    ),
  }));
  return {
    name: 'rrule',
    note: 'one weekly rule per window, begun at the start of the span; `before` for each question, without its cache',
    inputsMax,
    check(instant) {
      const local = DateTime.fromMillis(instant, { zone: timeZone });
      const naive = instant + local.offset * 60_000;
      return rules.some(({ rule, minutes }) => {
        const last = rule.before(new Date(naive), true);
        return last !== null && naive - last.getTime() < minutes * 60_000;
      });
    },
  };
}

/** Monday 00:00 of the week before the instant's, naive local time written as UTC, in milliseconds. */
function mondayBefore(instant: number, timeZone: string): number {
  const local = DateTime.fromMillis(instant, { zone: timeZone });
  const naive = instant + local.offset * 60_000;
  const day = Math.floor(naive / 86_400_000);
  return (day - ((day + 3) % 7) - 7) * 86_400_000;
}
