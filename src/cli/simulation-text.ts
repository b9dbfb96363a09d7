/** A simulation for people, line by line, and as JSON. */

import type { TimelineEntry, Totals } from '../adapters/simulation/happening.js';
import type { SimulationPlan } from '../adapters/simulation/simulation.js';
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { SCORES } from '../sync/score.js';
import { formatInstant } from '../values/instant.js';
import { type Cell, tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { wallText } from './wall.js';

/** The lines of the timeline: what a lock refuses again and again stands there once. */
export function timelineLines(entries: readonly TimelineEntry[], terminal: Terminal): string[] {
  const rows = withoutRepeats(entries).map((entry): (Cell | string)[] => {
    const { text, style } = wordsOf(entry);
    const cell =
      style === undefined ? text : { text, paint: (one: string) => terminal.paint(style, one) };
    return [timeText(entry.at), cell];
  });
  return [
    terminal.paint('bold', 'what happened (times in UTC)'),
    ...tableLines(rows, terminal.width),
  ];
}

/** What was simulated, and how often what happened. */
export function totalLines(plan: SimulationPlan, totals: Totals, terminal: Terminal): string[] {
  const { seed, days, locks, people } = plan;
  const { visits, results, refusals, powerCuts, bundles, receipts, openedAfterWithdrawal, early } =
    totals;
  const rows = [
    ['visits', `${visits}: ${countText(results)}`],
    ['refusals', countText(refusals)],
    ['power cuts', String(powerCuts)],
    ['bundles taken', String(bundles)],
    ['receipts uploaded', String(receipts)],
    ['opened after withdrawal', String(openedAfterWithdrawal)],
    ['of these while the score said it could not be', early === 0 ? 'none' : String(early)],
  ];
  const heading = `seed ${seed}: ${days} days, ${locks} locks, ${people} people`;
  return [terminal.paint('bold', heading), ...tableLines(rows, terminal.width)];
}

/** One line of the timeline as data: its time is RFC 3339 text. */
export function timelineData({ at, ...happening }: TimelineEntry): unknown {
  return { at: instantText(at), ...happening };
}

function withoutRepeats(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    if (entry.kind !== 'after_withdrawal' || entry.opened) return true;
    const name = `${entry.person} ${entry.door} ${entry.status} ${entry.score}`;
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

interface Words {
  readonly text: string;
  readonly style?: 'red' | 'green' | 'yellow' | 'dim';
}

function wordsOf(entry: TimelineEntry): Words {
  switch (entry.kind) {
    case 'withdrawn':
      return {
        text: `${entry.person} loses all rights (${entry.doors.join(', ')})`,
        style: 'yellow',
      };
    case 'power_cut':
      return { text: `${entry.door} loses power`, style: 'dim' };
    case 'lock_learned': {
      const { door, by, policyVersion } = entry;
      return { text: `${door} learns policy ${policyVersion} from ${by}`, style: 'green' };
    }
    case 'score': {
      const { person, door, from, to, reasons } = entry;
      return {
        text: `${person} at ${door}: ${scoreText(from)} to ${scoreText(to)} (${reasons.map((reason) => reason.replaceAll('_', ' ')).join(', ')})`,
      };
    }
    case 'after_withdrawal': {
      const { person, door, opened, status, score } = entry;
      const how = opened ? 'still opens' : `does not open (${status ?? 'no answer'})`;
      const text = `${door} ${how} for ${person}; score ${scoreText(score)}`;
      return opened ? { text, style: 'red' } : { text, style: 'dim' };
    }
    case 'early':
      return { text: `the score of ${entry.person} at ${entry.door} was too good`, style: 'red' };
  }
}

function scoreText(score: number): string {
  return `${score} ${SCORES[score]?.colour.replace('_', ' ') ?? ''}`;
}

function countText(counts: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(counts)
    .sort(([a, one], [b, other]) => (other ?? 0) - (one ?? 0) || (a < b ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** To the minute, in UTC, as the heading says. */
function timeText(seconds: number): string {
  const minute = 60_000 * Math.floor(seconds / 60);
  return wallText({ source: luxonTimeZones, timeZone: 'UTC' }, minute).replace(' +00:00', '');
}

function instantText(seconds: number): string {
  return formatInstant(seconds * 1000);
}
