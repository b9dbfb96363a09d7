/** Of each kind of fact as many values as formulas tell apart, each with facts that have it. The most natural value is the first. */
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../values/instant.js';
import type { Comparison, Pair } from './comparison.js';
import { deviceValues } from './device-values.js';
import { type Asked, passesTest } from './fact-tests.js';
import { ANY, distinct, type FactValue, testsOf, value } from './fact-value.js';
import { type FencePlan, fenceWitnesses } from './fence-points.js';
import type { FactKind, Grounds } from './formula.js';
import { wayValues } from './way-values.js';

/** The kinds of facts that do not depend on other people, in the order in which they are looked at. */
export type OwnKind = Exclude<FactKind, 'company' | 'arrivals'>;
export const OWN_KINDS: readonly OwnKind[] = [
  'way',
  'device',
  'second_factor',
  'location',
  'occupancy',
  'presence',
];

/** The values of a kind that the grounds of a comparison tell apart. */
export function ownValues(
  c: Comparison,
  pair: Pair,
  fences: ReadonlyMap<string, FencePlan>,
  grounds: Grounds,
  kind: OwnKind,
): readonly FactValue[] {
  const tests = testsOf(grounds, kind);
  const passes = (test: string, asked: Asked) => passesTest(c, pair, fences, kind, test, asked);
  switch (kind) {
    case 'way':
      return wayValues(pair, tests, passes);
    case 'device':
      return deviceValues(c, pair, tests, passes);
    case 'second_factor':
      return tests.length === 0
        ? [ANY]
        : [
            value(tests, [], 'without a second factor', {}),
            value(tests, tests, 'with a second factor', { secondFactor: true }),
          ];
    case 'location':
      return tests.length === 0 ? [ANY] : locationValues(tests, fences);
    case 'occupancy':
      return occupancyValues(tests);
    case 'presence':
      return presenceValues(tests);
    default:
      return kind satisfies never;
  }
}

function locationValues(
  tests: readonly string[],
  fences: ReadonlyMap<string, FencePlan>,
): FactValue[] {
  const plans = tests.flatMap((test) => fences.get(test) ?? []);
  return fenceWitnesses(plans).map(({ holds, location }) => {
    const inside = plans.filter(({ key }) => holds.has(key)).map(named);
    const outside = plans.filter(({ key }) => !holds.has(key)).map(named);
    const words = [
      ...(inside.length > 0 ? [`inside ${inside.join(' and ')}`] : []),
      ...(outside.length > 0 ? [`not shown to be inside ${outside.join(' or ')}`] : []),
    ];
    return value(tests, [...holds], words.join(', '), location === undefined ? {} : { location });
  });
}

function named({ where, sides }: FencePlan): string {
  const only = sides.length === 2 ? '' : sides[0] === 0 ? ' before' : ' afterwards';
  return `the fence of ${where}${only}`;
}

/** Nothing said is as good as too many. */
function occupancyValues(tests: readonly string[]): FactValue[] {
  if (tests.length === 0) return [ANY];
  const limits = tests.map(Number).sort((a, b) => a - b);
  const below = limits.map((limit, index) => {
    const passed = limits.slice(index).map(String);
    const least = limits[index - 1];
    const label =
      least === undefined ? `fewer than ${limit} inside` : `${least} to ${limit - 1} inside`;
    return value(tests, passed, label, { occupancy: limit - 1 });
  });
  return [value(tests, [], `${limits.at(-1)} or more inside, or not counted`, {}), ...below];
}

function presenceValues(tests: readonly string[]): FactValue[] {
  if (tests.length === 0) return [ANY];
  const resets = tests
    .filter((test) => test !== 'inside' && test !== 'away')
    .map(Number)
    .sort((a, b) => a - b);
  const known = (names: readonly string[]) => names.filter((name) => tests.includes(name));
  const since = (time: number, ago: number) => ({
    presence: { state: 'inside', since: formatInstant(time - ago) },
  });
  const found = [
    value(tests, [], 'nothing known of where the person is', {}),
    value(tests, known(['away']), 'the person is not inside', { presence: { state: 'outside' } }),
    value(
      tests,
      known(['inside']),
      resets[0] === undefined ? 'the person is inside' : `inside for less than ${span(resets[0])}`,
      (time) => since(time, 0),
    ),
    ...resets.map((reset, index) => {
      const next = resets[index + 1];
      const label = `inside for ${span(reset)} or more${next === undefined ? '' : ` and less than ${span(next)}`}`;
      return value(
        tests,
        [...known(['inside']), ...resets.slice(0, index + 1).map(String)],
        label,
        (time) => since(time, reset),
      );
    }),
  ];
  return distinct(found);
}

function span(ms: number): string {
  return ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : `${ms / MINUTE_MS} min`;
}
