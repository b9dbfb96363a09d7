import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import { compileRecurrence } from '../../src/checks/time/recurrence.js';
import { compileZone } from '../../src/checks/time/zone.js';
import { parseRecurrenceRule } from '../../src/policy/recurrence-rule.js';
import { parseInstant } from '../../src/values/instant.js';
import { formatLocalDateTime, parseLocalDateTime } from '../../src/values/local-time.js';

/**
 * Occurrence lists from the test suites of seven recurrence libraries, of which those marked `gate` are
 * confirmed by two further engines. The files stand outside the repository, beside it by default.
 */
const directory =
  process.env['DOORWRIGHT_VECTORS'] ??
  fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const file = `${directory}/recurrence/unified.json`;
if (!existsSync(file)) throw new Error(`no recurrence vectors \`${file}\``);

interface Case {
  readonly id: string;
  readonly test: string;
  readonly dtstart: string;
  readonly tzid: string | null;
  readonly rrule: readonly string[];
  readonly exrule?: readonly string[];
  readonly rdate?: readonly string[];
  readonly exdate?: readonly string[];
  readonly expected: readonly string[];
  readonly expected_utc?: boolean;
  readonly prefix?: boolean;
  readonly period?: readonly [string, string];
  readonly between_utc?: readonly [string, string];
  readonly inc?: boolean;
  readonly gate: boolean;
}

const cases = (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]).filter(
  (each) => each.gate,
);

/** `20260329T023000` as a local time of the document, or undefined when it is not a whole minute. */
function local(text: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)00)?$/u.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00'] = match;
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

function fits(each: Case): boolean {
  return (
    each.exrule === undefined &&
    each.rrule.length > 0 &&
    each.rrule.every((rule) => parseRecurrenceRule(rule).ok) &&
    local(each.dtstart) !== undefined &&
    [...(each.rdate ?? []), ...(each.exdate ?? [])].every((text) => local(text) !== undefined)
  );
}

function zoneOf(each: Case): ReturnType<typeof compileZone> {
  return compileZone(luxonTimeZones, each.tzid ?? 'UTC');
}

/** Wall minutes of an expected occurrence. */
function wallOf(each: Case, text: string): number {
  const written = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?$/u, '$1-$2-$3T$4:$5:$6Z');
  const instant = parseInstant(written.length === 8 ? `${local(text)}:00Z` : written);
  return (instant + (text.endsWith('Z') ? zoneOf(each).offsetAt(instant) : 0)) / 60_000;
}

/** Our starts of a case in `[from, until)`. */
function starts(each: Case, from: number, until: number): number[] {
  const found = new Set<number>();
  for (const rrule of each.rrule) {
    const source = compileRecurrence(
      {
        start: local(each.dtstart) as string,
        duration: 'PT1M',
        rrule,
        rdates: (each.rdate ?? []).map((text) => local(text) as string),
        exdates: (each.exdate ?? []).map((text) => local(text) as string),
      },
      zoneOf(each),
    );
    source.collect(from, until, (start) => found.add(start));
  }
  return [...found].sort((a, b) => a - b);
}

const END = parseLocalDateTime('2500-01-01T00:00') as number;

function bounds(each: Case): [number, number] {
  const span = each.period ?? each.between_utc;
  if (span === undefined) return [wallOf(each, each.dtstart), END];
  return [wallOf(each, span[0]), wallOf(each, span[1]) + (each.between_utc && !each.inc ? 0 : 1)];
}

const judged = cases.filter(fits);

describe('public recurrence vectors', () => {
  test('cover the strict subset', () => {
    expect(judged.length).toBeGreaterThan(550);
  });

  test.each(judged.map((each) => [each.id, each.test, each] as const))('%s %s', (_, __, each) => {
    const expected = each.expected.map((text) => wallOf(each, text));
    const [from, until] = bounds(each);
    const end = each.prefix === true ? (expected.at(-1) ?? from) + 1 : until;
    expect(starts(each, from, end).map(formatLocalDateTime)).toEqual(
      expected.map(formatLocalDateTime),
    );
  });
});
