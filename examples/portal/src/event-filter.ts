/** Filters of events as they stand in an address. */
import type { EventFilter, EventOutcome } from 'doorwright/admin';
import { entityOf } from './parts.js';
import { instantOf } from './wall-clock.js';

/** Parameters of an address that say which events are meant, and where in the list one is. */
export const FILTER_PARAMETERS = [
  'door',
  'place',
  'type',
  'who',
  'outcome',
  'reason',
  'from',
  'until',
  'cursor',
] as const;

const OUTCOMES: readonly EventOutcome[] = ['permitted', 'refused', 'done', 'failed'];
/** What a filter holds at most of a text. */
const TEXT_MAX = 256;

/** The filter that parameters stand for. What is none is left out, and so asks for all. */
export function filterOf(
  parameters: Readonly<Record<string, string>>,
  timeZone: string,
): EventFilter {
  const { door, place, type, who, reason } = parameters;
  const object = nameOf(door);
  const subject = nameOf(who);
  const outcome = OUTCOMES.find((one) => one === parameters['outcome']);
  const from = timeOf(parameters['from'], timeZone);
  const until = timeOf(parameters['until'], timeZone);
  return {
    ...(object === undefined ? {} : { object }),
    ...(isText(place) ? { place } : {}),
    ...(isText(type) ? { types: [type] } : {}),
    ...(subject === undefined ? {} : { subject }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(isText(reason) ? { reason } : {}),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function nameOf(text: string | undefined) {
  if (!isText(text) || !/^[a-z_]+:./u.test(text)) return undefined;
  return entityOf(text);
}

function timeOf(wall: string | undefined, timeZone: string): string | undefined {
  const instant = instantOf(wall ?? '', timeZone);
  return Number.isNaN(instant) ? undefined : new Date(instant).toISOString();
}

function isText(text: string | undefined): text is string {
  if (text === undefined || text === '' || text.length > TEXT_MAX) return false;
  return !/\p{Surrogate}|\0/u.test(text);
}
