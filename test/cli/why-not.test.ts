import { afterAll, describe, expect, test } from 'vitest';
import { WHY_NOT } from '../../src/cli/commands/why-not.js';
import { compilePolicy } from '../../src/index.js';
import { runHere } from './in-process.js';
import { folder } from './program.js';
import { OFFICE_TIME, SITE, SUNDAY } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
afterAll(() => files.remove());

const ask = (...words: string[]) => runHere(WHY_NOT, [policy, ...words]);

describe('why-not', () => {
  test('says why, which facts would help, and which changes, the least first', async () => {
    const { code, stdout } = await ask('--user', 'dan', '--door', 'front', '--at', OFFICE_TIME);
    expect(code).toBe(0);
    expect(stdout).toContain('refused: access right `dan-all` is switched off');
    expect(stdout).toContain('no other facts were found that would permit it');
    expect(stdout).toMatch(/ 1\. switch access right `dan-all` on\n {5}1 more opening now/u);
  });

  test('each change of --json applied to the policy permits the request', async () => {
    const words = ['--user', 'cleo', '--door', 'front', '--at', SUNDAY, '--json'];
    const { code, stdout } = await ask(...words);
    expect(code).toBe(0);
    const { request, decision, proposals } = JSON.parse(stdout);
    expect(decision.decision).toBe(false);
    expect(proposals.length).toBeGreaterThan(1);
    for (const { changes } of proposals) {
      expect(compilePolicy(SITE).apply(changes).check(request)).toBe(true);
    }
  });

  test('ends with 1 where nothing is found, and with 0 where it is permitted', async () => {
    const stranger = JSON.stringify({ device: 'somebody-elses', method: 'card' });
    const card = ['--link', 'courier', '--door', 'front', '--at', OFFICE_TIME, '--facts', stranger];
    expect((await ask(...card)).code).toBe(1);
    const { code, stdout } = await ask('--user', 'ada', '--door', 'front', '--at', OFFICE_TIME);
    expect(code).toBe(0);
    expect(stdout).toContain('permitted: ');
  });

  test('a person, a door or an option that is not there is told', async () => {
    await expect(ask('--user', 'adda', '--door', 'front')).rejects.toThrow(/did you mean `ada`/u);
    await expect(ask('--user', 'ada', '--door', 'frnt')).rejects.toThrow(/did you mean `front`/u);
    await expect(ask('--user', 'ada')).rejects.toThrow(/say which door/u);
    await expect(ask('--door', 'front')).rejects.toThrow(/say who/u);
  });
});
