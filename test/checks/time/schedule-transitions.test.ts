import { describe, expect, test } from 'vitest';
import { compile, daily, spans } from './compiled.js';

describe('transitions of the zone', () => {
  test.each<[string, string, [string, string], [string, string], string[]]>([
    // Berlin: 2026-03-29 02:00→03:00 at 01:00Z, 2026-10-25 03:00→02:00 at 01:00Z.
    [
      'a window wholly in a skipped hour does not open',
      'Europe/Berlin',
      ['02:15', '02:45'],
      ['2026-03-29T00:00', '2026-03-29T12:00'],
      [],
    ],
    [
      'a window that starts in a skipped hour opens at the jump',
      'Europe/Berlin',
      ['02:30', '04:00'],
      ['2026-03-29T00:00', '2026-03-29T12:00'],
      ['2026-03-29T01:00/2026-03-29T02:00'],
    ],
    [
      'a night over a skipped hour is seven hours',
      'Europe/Berlin',
      ['22:00', '06:00'],
      ['2026-03-28T12:00', '2026-03-29T12:00'],
      ['2026-03-28T21:00/2026-03-29T04:00'],
    ],
    [
      'a night over a repeated hour is nine hours',
      'Europe/Berlin',
      ['22:00', '06:00'],
      ['2026-10-24T12:00', '2026-10-25T12:00'],
      ['2026-10-24T20:00/2026-10-25T05:00'],
    ],
    [
      'an end in a repeated hour closes and opens again',
      'Europe/Berlin',
      ['22:00', '02:30'],
      ['2026-10-24T12:00', '2026-10-25T12:00'],
      ['2026-10-24T20:00/2026-10-25T00:30', '2026-10-25T01:00/2026-10-25T01:30'],
    ],
    [
      'a window in a repeated hour opens twice',
      'Europe/Berlin',
      ['02:15', '02:45'],
      ['2026-10-24T12:00', '2026-10-25T12:00'],
      ['2026-10-25T00:15/2026-10-25T00:45', '2026-10-25T01:15/2026-10-25T01:45'],
    ],
    // Lord Howe: half an hour back on 2026-04-05 02:00→01:30 (at 15:00Z the day before).
    [
      'half an hour is repeated on Lord Howe',
      'Australia/Lord_Howe',
      ['01:40', '01:50'],
      ['2026-04-04T12:00', '2026-04-05T12:00'],
      ['2026-04-04T14:40/2026-04-04T14:50', '2026-04-04T15:10/2026-04-04T15:20'],
    ],
    // Apia skipped 2011-12-30: -10 to +14 at 2011-12-30T10:00Z.
    [
      'the day Apia skipped has no window',
      'Pacific/Apia',
      ['08:00', '09:00'],
      ['2011-12-29T12:00', '2012-01-01T00:00'],
      [
        '2011-12-29T18:00/2011-12-29T19:00',
        '2011-12-30T18:00/2011-12-30T19:00',
        '2011-12-31T18:00/2011-12-31T19:00',
      ],
    ],
    // Casablanca: +01 to +00 on 2026-02-15 03:00→02:00, back on 2026-03-22 02:00→03:00.
    [
      'Casablanca repeats an hour before Ramadan',
      'Africa/Casablanca',
      ['02:00', '02:30'],
      ['2026-02-14T12:00', '2026-02-15T12:00'],
      ['2026-02-15T01:00/2026-02-15T01:30', '2026-02-15T02:00/2026-02-15T02:30'],
    ],
    [
      'Kathmandu is 5:45 ahead',
      'Asia/Kathmandu',
      ['09:00', '17:00'],
      ['2026-03-02T00:00', '2026-03-03T00:00'],
      ['2026-03-02T03:15/2026-03-02T11:15'],
    ],
    // Troll: +00 to +02 at 2026-03-29T01:00Z.
    [
      'Troll skips two hours',
      'Antarctica/Troll',
      ['00:30', '03:30'],
      ['2026-03-28T12:00', '2026-03-29T12:00'],
      ['2026-03-29T00:30/2026-03-29T01:30'],
    ],
    // Cairo: no midnight on 2026-04-24, 00:00→01:00 at 2026-04-23T22:00Z.
    [
      'a day without midnight begins at one in Cairo',
      'Africa/Cairo',
      ['00:00', '02:00'],
      ['2026-04-23T12:00', '2026-04-24T12:00'],
      ['2026-04-23T22:00/2026-04-23T23:00'],
    ],
    // Chatham: 03:45→02:45 on 2026-04-05, at 2026-04-04T14:00Z.
    [
      'Chatham repeats from 2:45',
      'Pacific/Chatham',
      ['02:45', '03:00'],
      ['2026-04-04T10:00', '2026-04-04T18:00'],
      ['2026-04-04T13:00/2026-04-04T13:15', '2026-04-04T14:00/2026-04-04T14:15'],
    ],
    // Nuuk: 2026-03-28 23:00→24:00 at 2026-03-29T01:00Z.
    [
      'Nuuk skips the last hour of a Saturday',
      'America/Nuuk',
      ['22:30', '23:30'],
      ['2026-03-28T12:00', '2026-03-29T12:00'],
      ['2026-03-29T00:30/2026-03-29T01:00'],
    ],
    [
      'Dublin repeats 01:00 to 02:00',
      'Europe/Dublin',
      ['01:30', '01:45'],
      ['2026-10-24T12:00', '2026-10-25T12:00'],
      ['2026-10-25T00:30/2026-10-25T00:45', '2026-10-25T01:30/2026-10-25T01:45'],
    ],
  ])('%s', (_, zone, [from, until], [start, end], expected) => {
    expect(spans(compile(daily(from, until), zone), start, end)).toEqual(expected);
  });

  test('the closed day ends at the midnight of the wall, not after 24 hours', () => {
    const schedule = compile(
      { except: [{ from: '2026-03-29', until: '2026-03-30' }] },
      'Europe/Berlin',
    );
    expect(spans(schedule, '2026-03-28T00:00', '2026-03-31T00:00')).toEqual([
      '2026-03-28T00:00/2026-03-28T23:00',
      '2026-03-29T22:00/2026-03-31T00:00',
    ]);
  });
});
