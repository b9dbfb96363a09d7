import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Hosts far apart: no offset, both ends of the day, half hours, clocks that change by half an hour. */
const ZONES = { UTC: 0, 'America/New_York': 300, 'Pacific/Apia': 660, 'Australia/Lord_Howe': -600 };
/** One day in each half of the year, so that a zone's offset of today differs. */
const CLOCKS = ['2026-01-15T12:00:00.000Z', '2026-07-15T12:00:00.000Z'];

/** Runs before anything else in the process: the clock then stands where the test put it. */
const FROZEN_CLOCK = `{
  const RealDate = Date;
  const now = RealDate.parse(process.env.CLOCK);
  globalThis.Date = class Date extends RealDate {
    constructor(...args) { args.length === 0 ? super(now) : super(...args); }
    static now() { return now; }
  };
}`;

interface Told {
  readonly host: { readonly clock: string; readonly offsetMinutes: number };
  readonly answers: readonly (readonly unknown[])[];
}

const folder = mkdtempSync(join(tmpdir(), 'doorwright-host-'));
const program = join(folder, 'entry.cjs');
let first: Told;

function tell(zone: string, clock: string): Told {
  const env = { ...process.env, TZ: zone, CLOCK: clock };
  const { status, stdout, stderr } = spawnSync('node', [program], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  await build({
    entryPoints: ['test/host/entry.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    banner: { js: FROZEN_CLOCK },
  });
  first = tell('Europe/Berlin', '2026-03-29T01:00:00.000Z');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(ZONES))('a host in %s', (zone, offsetMinutes) => {
  test.each(CLOCKS)('whose clock says %s gives the answers of every other host', (clock) => {
    const told = tell(zone, clock);
    expect(told.host).toEqual({ clock, offsetMinutes });
    expect(told.answers).toEqual(first.answers);
  });
});

test('those answers are many', () => {
  expect(first.answers.length).toBeGreaterThan(2);
  expect(Math.min(...first.answers.map((site) => site.length))).toBeGreaterThan(20);
});
