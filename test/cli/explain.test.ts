import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { buildProgram, folder, run } from './program.js';
import { OFFICE_TIME, opening, SITE, SUNDAY } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

describe('explain', () => {
  test('of a refusal shows the clauses, the rights tried and the nearest miss, and ends with 1', async () => {
    const { code, stdout } = await run(['explain', policy], {
      stdin: opening('ada', 'front', SUNDAY),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^REFUSED {2}user `ada` \(Ada Lovelace\), unlock, door `front` \(Front door\)$/mu,
    );
    expect(stdout).toContain('Sun 2026-11-29 12:00 +01:00, Europe/Berlin');
    expect(stdout).toMatch(/✓ {2}D1 +passed/u);
    expect(stdout).toMatch(/✗ {2}D8 +refuses +the access schedule of group `all` is closed/u);
    expect(stdout).toMatch(/· {2}D9 +not reached/u);
    expect(stdout).toMatch(
      /`staff-all` +door_access on group `all` by team `staff`: fails because/u,
    );
    expect(stdout).toMatch(
      /nearest miss: it would be permitted\n +→ {2}at another time: Mon 2026-11-30 06:00 \+01:00/u,
    );
  });

  test('of a permit names the right that grants, and ends with 0', async () => {
    const request = files.file('request.json', opening('ada', 'front', OFFICE_TIME));
    const { code, stdout } = await run(['explain', policy, request]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PERMITTED/u);
    expect(stdout).toContain('granted by  `staff-all`');
    expect(stdout).toMatch(/✓ {2}`staff-all` .*: counts/u);
    expect(stdout).not.toContain('nearest miss');
  });

  test('says so where no fact would help', async () => {
    const { code, stdout } = await run(['explain', policy], {
      stdin: opening('eve', 'front', OFFICE_TIME),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('none: this subject holds nothing');
    expect(stdout).toContain('no change of facts was found that would permit it');
  });

  test('--json is the explanation as the engine gives it', async () => {
    const stdin = opening('ada', 'vault', OFFICE_TIME);
    const { code, stdout } = await run(['explain', policy, '-', '--json'], { stdin });
    expect(code).toBe(1);
    const explanation = compilePolicy(SITE).explain(JSON.parse(stdin));
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(explanation)));
    expect(explanation.nearestMiss).toEqual({ change: { secondFactor: true } });
  });

  test('--line takes one request of a stream, and is told where the stream ends', async () => {
    const stream = files.file('requests.ndjson', `{}\n${opening('ada', 'front', OFFICE_TIME)}\n`);
    const second = await run(['explain', policy, stream, '--line', '2']);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PERMITTED/u) });
    const third = await run(['explain', policy, stream, '--line', '3']);
    expect(third).toMatchObject({ code: 2, stderr: expect.stringContaining('last line, 2') });
    const first = await run(['explain', policy, stream, '--line', '1']);
    expect(first).toMatchObject({ code: 2, stderr: expect.stringContaining('/subject') });
  });

  test('keeps to 80 columns', async () => {
    const stdin = opening('ada', 'vault', SUNDAY, {
      location: { latitude: 52.52, longitude: 13.405, accuracy: 12 },
    });
    const { stdout } = await run(['explain', policy], { stdin });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
