import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { HASH } from '../../src/cli/commands/hash.js';
import { folder } from './program.js';
import { SITE } from './site.js';
import { say } from './terminal.js';

const files = folder();
afterAll(() => files.remove());

const file = files.file('policy.json', JSON.stringify(SITE));

test('the hash is that of the canonical text, which it prints too', async () => {
  const { stdout, code } = await say(HASH, file);
  const canonical = await say(HASH, file, '--canonical');
  const digest = createHash('sha256').update(canonical.stdout).digest('hex');
  expect({ stdout, code }).toEqual({ stdout: `sha256:${digest}\n`, code: 0 });
  expect(JSON.parse(canonical.stdout)).not.toHaveProperty('revision');
  expect(JSON.parse((await say(HASH, file, '--json')).stdout)).toEqual({
    hash: `sha256:${digest}`,
  });
});

test('two files that say the same in another order have the same hash', async () => {
  const reversed = Object.fromEntries(
    Object.entries(SITE)
      .reverse()
      .map(([name, value]) => [name, Array.isArray(value) ? [...value].reverse() : value]),
  );
  const other = files.file('reversed.json', JSON.stringify(reversed, undefined, 4));
  expect((await say(HASH, other)).stdout).toBe((await say(HASH, file)).stdout);
});

test('--expect ends with 1 for another hash, and 0 for this one', async () => {
  const hash = (await say(HASH, file)).stdout.trim();
  expect(await say(HASH, file, '--expect', hash)).toMatchObject({ code: 0, stdout: `${hash}\n` });
  const other = `sha256:${'0'.repeat(64)}`;
  expect(await say(HASH, file, '--expect', other)).toMatchObject({
    code: 1,
    stdout: `${hash} not the expected hash\n`,
  });
  const json = await say(HASH, file, '--expect', other, '--json');
  expect(JSON.parse(json.stdout)).toEqual({ hash, expected: other, matches: false });
});

test.each<[string, string[]]>([
  ['a hash that is none', ['--expect', 'sha256:12']],
  ['upper case', ['--expect', `sha256:${'A'.repeat(64)}`]],
  ['--canonical beside --json', ['--canonical', '--json']],
])('%s is bad usage', async (_title, options) => {
  expect(await say(HASH, file, ...options)).toMatchObject({ code: 2, stdout: '' });
});

test('a policy that is not valid has no hash', async () => {
  const invalid = files.file('invalid.json', '{"version":1}');
  expect(await say(HASH, invalid)).toMatchObject({ code: 2, stdout: '' });
});
