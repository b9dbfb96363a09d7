import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

describe('answers', () => {
  /** A digest of many answers, computed in a process with another time zone, clock or no Intl. */
  function digest(environment: Record<string, string>): string {
    const script = fileURLToPath(new URL('digest-host.mjs', import.meta.url));
    const { PATH = '' } = process.env;
    const child = spawnSync(process.execPath, [script], {
      env: { PATH, ...environment },
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(child.stderr);
    return child.stdout.trim();
  }

  test('do not depend on the zone or the clock of the host', () => {
    const expected = digest({ TZ: 'UTC', CLOCK: '2024-01-15T00:00:00Z' });
    expect(expected).toMatch(/^[0-9a-f]{64} \d{4,}$/u);
    for (const TZ of ['America/New_York', 'Pacific/Apia', 'Asia/Kolkata']) {
      expect(digest({ TZ, CLOCK: '2024-07-15T00:00:00Z' }), TZ).toBe(expected);
    }
  });

  test('come from a table where there is no Intl at all', () => {
    expect(digest({ TZ: 'America/New_York', INTL: 'none' })).toBe(
      digest({ TZ: 'UTC', INTL: 'table' }),
    );
  });
});
