/** Random rules of the strict subset, for the tests of this folder. */
import fc from 'fast-check';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

function list<T>(element: fc.Arbitrary<T>, most: number): fc.Arbitrary<string> {
  return fc.uniqueArray(element, { minLength: 1, maxLength: most }).map((each) => each.join(','));
}

function signed(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: -max, max }).filter((value) => value !== 0);
}

const plainDays = list(fc.constantFrom(...WEEKDAYS), 4);
const numberedDays = list(
  fc
    .tuple(fc.constantFrom(0, 0, 1, 2, 3, 4, 5, -1, -2, -5), fc.constantFrom(...WEEKDAYS))
    .map(([ordinal, day]) => `${ordinal === 0 ? '' : ordinal}${day}`),
  4,
);

/** Parts by frequency, each with the weight at which it appears; BYSETPOS is added on top. */
const PARTS: Record<string, Record<string, fc.Arbitrary<string>>> = {
  DAILY: {
    BYMONTH: list(fc.integer({ min: 1, max: 12 }), 4),
    BYMONTHDAY: list(signed(31), 5),
    BYDAY: plainDays,
  },
  WEEKLY: { BYMONTH: list(fc.integer({ min: 1, max: 12 }), 4), BYDAY: plainDays },
  MONTHLY: {
    BYMONTH: list(fc.integer({ min: 1, max: 12 }), 4),
    BYMONTHDAY: list(signed(31), 5),
    BYDAY: numberedDays,
  },
  YEARLY: {
    BYMONTH: list(fc.integer({ min: 1, max: 12 }), 3),
    BYMONTHDAY: list(signed(31), 4),
    BYYEARDAY: list(signed(366), 5),
    BYWEEKNO: list(signed(53), 4),
    BYDAY: numberedDays,
  },
};

/** RRULE text without COUNT and UNTIL that the parser takes; it may still never occur. */
export const ruleTexts: fc.Arbitrary<string> = fc
  .constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')
  .chain((freq) => {
    const parts = Object.entries(PARTS[freq] as Record<string, fc.Arbitrary<string>>);
    const optional = parts.map(([name, values]) =>
      fc.option(
        values.map((value) => `${name}=${value}`),
        { freq: 2, nil: '' },
      ),
    );
    return fc
      .tuple(
        fc.constant(`FREQ=${freq}`),
        fc.constantFrom('', '', 'INTERVAL=2', 'INTERVAL=3', 'INTERVAL=5', 'INTERVAL=12'),
        fc.constantFrom('', '', 'WKST=SU', 'WKST=WE', 'WKST=MO'),
        fc.tuple(...optional),
        fc.option(
          list(signed(5), 2).map((value) => `BYSETPOS=${value}`),
          { freq: 3, nil: '' },
        ),
      )
      .map(([head, interval, weekStart, by, position]) => {
        const given = by.filter((part) => part !== '');
        return [head, interval, weekStart, ...given, given.length > 0 ? position : '']
          .filter((part) => part !== '')
          .join(';');
      });
  })
  .filter((text) => !(text.includes('BYWEEKNO') && /BYDAY=[^;]*\d/u.test(text)));
