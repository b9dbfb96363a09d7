/** The facts a list is asked with: `--at` and `--facts`. */

import type { Facts } from '../engine/request.js';
import { formatInstant, parseInstant } from '../values/instant.js';
import type { Arguments, Options } from './arguments.js';
import { readInstant } from './arguments.js';
import { InputError, UsageError } from './failure.js';
import { readJsonObject } from './files.js';
import type { Wall } from './wall.js';
import { wallText } from './wall.js';

/** Options of the commands that ask about one instant. */
export const FACTS_OPTIONS: Options = {
  at: {
    value: 'T',
    about:
      'the instant asked about, RFC 3339 with an offset; default: now, by the clock of this machine',
  },
  facts: {
    value: 'F',
    about:
      'facts of the request: a JSON file, or JSON itself when it begins with { (method, location, reader, device, secondFactor, arrivals, occupancy, presence, companions)',
  },
};

/** Facts with their instant read. */
export interface AskedFacts {
  readonly facts: Facts;
  /** The instant asked about, epoch milliseconds. */
  readonly ms: number;
  /** No time was given and the clock was read. */
  readonly isNow: boolean;
  /** Nothing but a time was given: the question is that of a remote opening without a position. */
  readonly isBare: boolean;
}

/**
 * The facts that `--at` and `--facts` name.
 * @throws UsageError when both say a time; InputError for facts that cannot be read.
 */
export async function readFacts(args: Arguments): Promise<AskedFacts> {
  const given = await readGiven(args.get('facts'));
  const at = args.get('at');
  const time = given['time'];
  const isBare = Object.keys(given).every((name) => name === 'time');
  if (at !== undefined) {
    if (time !== undefined) throw new UsageError('`--at` and `--facts` both say a time; give one');
    return asked(given, readInstant('at', at), false, isBare);
  }
  // The only place where a clock is read: what is asked about "now" needs one.
  if (time === undefined) return asked(given, Math.floor(Date.now() / 1000) * 1000, true, isBare);
  const ms = typeof time === 'string' ? parseInstant(time) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InputError('`time` in the facts is no RFC 3339 time with an offset');
  }
  return asked(given, ms, false, isBare);
}

/** What was asked: the instant on the wall, whether it is now, and what is not known. */
export function factsLines(asked: AskedFacts, wall: Wall): string[] {
  const now = asked.isNow ? ' (now, by the clock of this machine)' : '';
  return [
    `${wallText(wall, asked.ms)}, ${wall.timeZone}${now}`,
    ...(asked.isBare ? ['asked as a remote opening from an unknown position (see --facts)'] : []),
  ];
}

function asked(
  given: Record<string, unknown>,
  ms: number,
  isNow: boolean,
  isBare: boolean,
): AskedFacts {
  return { facts: { ...given, time: formatInstant(ms) }, ms, isNow, isBare };
}

async function readGiven(facts: string | undefined): Promise<Record<string, unknown>> {
  return facts === undefined ? {} : readJsonObject(facts, 'facts');
}
