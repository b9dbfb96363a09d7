/**
 * examples/offline-lock from end to end: Ada's and Ben's phones on noble, a lock of a bridge on bleno, and a server that never speaks
 * with it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXAMPLE, house } from './offline-lock-house.js';

describe('a lock on bleno and phones on noble', () => {
  test('a grant opens the lock, and the receipt proves to the server what the lock holds', async () => {
    const { visit, moved, faults, site, meetServer } = await house();
    expect(site.isLockInformed).toBe(false);
    const result = await visit('ada');
    expect(result).toMatchObject({ code: 'permitted', status: 'permitted', receipt: 'kept' });
    expect(moved).toEqual(['unlock 5']);
    meetServer('ada');
    expect(site.isLockInformed).toBe(true);
    expect(faults).toEqual([]);
  });

  test("a withdrawal reaches the lock on somebody else's phone, and ends there a grant that nobody took back", async () => {
    const { visit, site, meetServer } = await house();
    expect(await visit('ben')).toMatchObject({ code: 'permitted', moves: 1 });
    site.withdraw('ben');
    // Neither side knows: this is what being offline means.
    expect(await visit('ben')).toMatchObject({ code: 'permitted', moves: 1 });
    meetServer('ada');
    expect(site.isLockInformed).toBe(false);
    expect(await visit('ada')).toMatchObject({ code: 'permitted', moves: 1 });
    const refused = { code: 'refused', status: 'revoked', mayHaveActed: false, moves: 0 };
    expect(await visit('ben')).toMatchObject(refused);
    meetServer('ada');
    expect(site.isLockInformed).toBe(true);
    // Ben gets a new bundle, and nothing in it is for this door.
    meetServer('ben');
    expect(await visit('ben')).toMatchObject({ code: 'no_grant', mayHaveActed: false, moves: 0 });
  });

  test('whoever hears the adverts cannot tell that they are of one door', async () => {
    const { air, visit } = await house();
    const shown = new Set<string>();
    air.carries = ({ kind, bytes }) => {
      if (kind === 'advert') shown.add(bytes.subarray(-16, -3).toString('hex'));
      return true;
    };
    await visit('ada');
    await visit('ada');
    expect(shown.size).toBe(2);
  });

  test('adverts that nobody hears make it later and nothing else', async () => {
    const { air, visit } = await house();
    let flights = 0;
    air.carries = ({ kind }) => {
      flights += 1;
      return kind !== 'advert' || flights > 30;
    };
    expect(await visit('ada')).toMatchObject({ code: 'permitted', moves: 1 });
    expect(flights).toBeGreaterThan(30);
  });
});

describe('the program', () => {
  test('tells the story, ends by itself and leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'offline-lock-run-'));
    onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
    const env = { ...process.env, TMPDIR: temporary };
    const child = spawn(process.execPath, [join(EXAMPLE, 'start.mjs')], { env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
      });
    }
    const [code] = await once(child, 'close');
    const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
    const shown = /```console\n\$ npm start\n([\s\S]*?)```/u.exec(readme)?.[1];
    expect(text).toBe(shown);
    expect(code).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([
    ['--seed', 'x'],
    ['--lock', '-1'],
    ['--bogus', '1'],
  ])('does nothing for %s %s', async (...args) => {
    const child = spawn(process.execPath, [join(EXAMPLE, 'start.mjs'), ...args]);
    const [code] = await once(child, 'close');
    expect(code).toBe(2);
  });
});
