/** The page of the score agrees with the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RECEIPTS_KEPT_MAX, RESTORE_SKIP_MIN, VISITS_KEPT_MAX } from '../../src/sync/limits.js';
import { SCORES } from '../../src/sync/score.js';

const page = readFileSync('docs/sync.md', 'utf8');

test('the table has the colour and action of each score', () => {
  const rows = [...page.matchAll(/^\| (\d) \| ([a-z ]+) \|.*\| `(\w+)` \|$/gmu)];
  const told = rows.map(([, score, colour, action]) => ({
    score: Number(score),
    colour: colour?.replace(' ', '_'),
    action,
  }));
  expect(told).toHaveLength(6);
  for (const { score, ...rest } of told) expect(rest).toEqual(SCORES[score]);
});

test('it explains every reason, and no other', () => {
  const source =
    readFileSync('src/sync/score.ts', 'utf8') + readFileSync('src/sync/exposure.ts', 'utf8');
  const union = (name: string): string =>
    new RegExp(`type ${name} =([^;]*);`, 'u').exec(source)?.[1] ?? '';
  const codes = [...(union('SyncReason') + union('ExposureReason')).matchAll(/'(\w+)'/gu)].map(
    (match) => match[1],
  );
  const told = [...page.matchAll(/^\| `(\w+)` \| [^|]+ \|$/gmu)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(15);
  expect(told.sort()).toEqual(codes.sort());
});

test('its numbers are those of the code', () => {
  expect(page).toContain(`${RECEIPTS_KEPT_MAX} for each lock`);
  expect(page).toContain(`skip at least ${RESTORE_SKIP_MIN} numbers`);
  expect(page).toContain(`the last ${VISITS_KEPT_MAX} of them`);
});
