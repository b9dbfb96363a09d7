/** How luxon and Intl are asked about zones: of hosts that take any name, and of zones that no host has. */
import { IANAZone } from 'luxon';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';

const DAY = 86_400_000;
const QUARTER = 900_000;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a name that IANA would not write', () => {
  test.each([
    ['an offset', '+02:00'],
    ['an abbreviation with an offset', 'utc+2'],
    ['a word shouted', 'Europe/BERLIN'],
    ['of 65 characters', `Europe/${'B'.padEnd(58, 'e')}`],
    ['of thousands of characters', `Europe/${'B'.padEnd(5000, 'e')}`],
  ])('is refused before the host is asked, which might take it: %s', (_, name) => {
    const asked = vi.spyOn(IANAZone, 'isValidZone');
    expect(luxonTimeZones.has(name)).toBe(false);
    expect(asked).not.toHaveBeenCalled();
  });

  test('is left to the host up to 64 characters', () => {
    const asked = vi.spyOn(IANAZone, 'isValidZone');
    expect(luxonTimeZones.has(`Europe/${'B'.padEnd(57, 'e')}`)).toBe(false);
    expect(asked).toHaveBeenCalledOnce();
  });
});

describe('a zone', () => {
  /** Asks about a zone that is an hour ahead between the instants; tells the changes, and at how many instants it looked. */
  function ask(since: number, till: number, from: number, until: number) {
    const zone = new IANAZone('Europe/Berlin');
    vi.spyOn(IANAZone, 'create').mockReturnValue(zone);
    const looks = vi
      .spyOn(zone, 'offset')
      .mockImplementation((ms) => (ms >= since && ms < till ? 60 : 0));
    const changes = luxonTimeZones.offsets('Europe/Berlin', from, until).map(({ at }) => at);
    return { changes, looks: looks.mock.calls.length };
  }

  test('shows a stretch of three days before 1970, wherever it lies', () => {
    for (let day = 0; day < 6; day++) {
      const since = (-900 + day) * DAY + 7 * QUARTER;
      const till = since + 3 * DAY;
      const { changes } = ask(since, till, -1000 * DAY, -800 * DAY);
      expect(changes).toEqual([-1000 * DAY, since, till]);
    }
  });

  test('shows a stretch of six days since 1970, wherever it lies', () => {
    for (let day = 0; day < 12; day++) {
      const since = (900 + day) * DAY + 7 * QUARTER;
      const till = since + 6 * DAY;
      const { changes } = ask(since, till, 600 * DAY, 1200 * DAY);
      expect(changes).toEqual([600 * DAY, since, till]);
    }
  });

  test('without a change is looked at every three days before 1970, and every six since', () => {
    const never = Number.POSITIVE_INFINITY;
    // At both ends too.
    expect(ask(never, never, -60 * DAY, 0).looks).toBe(21);
    expect(ask(never, never, 0, 60 * DAY).looks).toBe(11);
    expect(ask(never, never, -60 * DAY, 60 * DAY).looks).toBe(31);
  });

  test('that changes at a whole quarter of an hour costs few looks more, and at any second a few again', () => {
    const change = 903 * DAY + 7 * QUARTER;
    const found = (at: number) => ask(at, Number.POSITIVE_INFINITY, 900 * DAY, 906 * DAY);
    const plain = found(906 * DAY).looks;
    expect(found(change).changes).toEqual([900 * DAY, change]);
    // Six days are 576 quarters: ten halvings and one look at the second before.
    expect(found(change).looks - plain).toBeLessThanOrEqual(11);
    expect(found(change - 17_000).changes).toEqual([900 * DAY, change - 17_000]);
    expect(found(change - 17_000).looks - plain).toBeLessThanOrEqual(21);
  });
});
