/** `doorwright key`: from a policy to a bundle, and from a bundle's grant to a verdict; nothing secret on the way. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLE_CAPS, bundleClaims } from '../../protocol/objects/bundle.js';
import { parseEnvelope } from '../../protocol/objects/envelope.js';
import { toHex } from '../../protocol/wire/hex.js';
import { buildProgram, folder, run } from './program.js';

const POLICY = 'examples/housing/policy.json';
const files = folder();
const keys = join(files.path, 'keys.json');
const bundle = join(files.path, 'johanna.bundle');
const CREATED = ['--at', '2026-12-01T12:00:00Z'];
const ISSUED = ['--at', '2026-12-04T12:00:00Z'];
let remove: () => void;

beforeAll(async () => {
  remove = await buildProgram();
  await run(['key', 'create', POLICY, '--keys', keys, ...CREATED]);
  await run(['key', 'issue', POLICY, ...forJohanna(bundle)]);
});
afterAll(() => {
  remove();
  files.remove();
});

function forJohanna(out: string): string[] {
  const phone = ['--user', 'johanna', '--credential', 'phone-johanna'];
  return ['--keys', keys, ...phone, '--out', out, ...ISSUED];
}

/** The first door of the bundle. */
function firstDoor() {
  const envelope = parseEnvelope(Uint8Array.from(readFileSync(bundle)), 'bundle', BUNDLE_CAPS);
  const claims = envelope.ok ? bundleClaims.parse(envelope.value.payload!, BUNDLE_CAPS) : envelope;
  if (!claims.ok) throw new Error(claims.code);
  return claims.value.doors[0]!;
}

/** Every secret of the key file, as written there. */
function secrets(): string[] {
  const text = readFileSync(keys, 'utf8');
  return [...text.matchAll(/"(?:\w*[sS]ecret|advertKey)": "([0-9a-f]{64})"/gu)].map(
    ([, hex]) => hex!,
  );
}

const verify = (grant: string, ...more: string[]) =>
  run(['key', 'verify', grant, '--keys', keys, '--lock', toHex(firstDoor().lockId), ...more]);

describe('create and issue', () => {
  test('write files that nobody else may read, and never over another', async () => {
    for (const file of [keys, bundle]) expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = [keys, bundle].map((file) => readFileSync(file));
    const created = await run(['key', 'create', POLICY, '--keys', keys]);
    const issued = await run(['key', 'issue', POLICY, ...forJohanna(bundle)]);
    for (const { code, stdout, stderr } of [created, issued]) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('it exists and is not written over');
    }
    expect([keys, bundle].map((file) => readFileSync(file))).toEqual(before);
  });

  test('two key files share no secret, site or lock', async () => {
    const other = join(files.path, 'other.json');
    await run(['key', 'create', POLICY, '--keys', other]);
    const hex = (file: string) =>
      new Set(readFileSync(file, 'utf8').match(/"[0-9a-f]{16,}"/gu) ?? []);
    const shared = [...hex(keys)].filter((text) => hex(other).has(text));
    expect(shared).toEqual([]);
    expect(hex(keys).size).toBeGreaterThan(100);
  });

  test('tell doors and lives, and with --json the same as data', async () => {
    const out = join(files.path, 'again.bundle');
    const { code, stdout } = await run(['key', 'issue', POLICY, ...forJohanna(out), '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.doors.map(({ door }: { door: string }) => door)).toEqual([
      'l4-cellar',
      'l4-f07',
      'l4-laundry',
    ]);
    expect(answer.sequence).toBe(Date.parse('2026-12-04T12:00:00Z') / 1000);
    expect(answer.doors[2].grants[0]).toMatchObject({
      from: '2026-12-04T11:55:00Z',
      until: '2026-12-07T08:00:00Z',
      requirements: 1,
    });
  });

  test('a person without offline doors gets an empty bundle and exit code 1', async () => {
    const out = join(files.path, 'nobody.bundle');
    const args = ['--keys', keys, '--user', 'nobody', '--credential', 'phone-finn', '--out', out];
    expect((await run(['key', 'issue', POLICY, ...args, ...ISSUED])).code).toBe(1);
  });

  test('a key file that is damaged is refused without its content', async () => {
    const text = readFileSync(keys, 'utf8');
    const secret = JSON.parse(text).rootSecret as string;
    for (const [what, damaged] of [
      ['not JSON', text.slice(0, -10)],
      ['rootSecret', text.replace(secret, `${secret.slice(2)}zz`)],
      ['rootSecret', text.replace(secret, secret.slice(2))],
      ['does not say', text.replace('doorwright key file', 'another file')],
      ['of another key', text.replace(JSON.parse(text).roles.grant.secret, secret)],
      ['`locks`', text.replace('"locks": [', '"locks": [7,')],
    ] as const) {
      const file = files.file(`damaged-${damaged.length}-${what.length}.json`, damaged);
      const args = forJohanna(join(files.path, 'never.bundle'));
      const result = await run(['key', 'issue', POLICY, '--keys', file, ...args.slice(2)]);
      expect(result.code, what).toBe(2);
      expect(result.stderr).toContain(what);
      expect(result.stderr).not.toContain(secret.slice(2));
    }
  });
});

describe('verify', () => {
  const grantFile = () => {
    const file = join(files.path, 'grant.hex');
    writeFileSync(file, `${toHex(firstDoor().grants[0]!)}\n`);
    return file;
  };

  test('permits in time, from a file in hexadecimal, base64 or raw, and from the argument', async () => {
    const bytes = firstDoor().grants[0]!;
    const base64 = Buffer.from(bytes).toString('base64');
    const raw = join(files.path, 'grant.raw');
    writeFileSync(raw, bytes);
    const forms = [grantFile(), raw, files.file('grant.b64', base64), toHex(bytes), base64];
    for (const form of forms) {
      const { code, stdout } = await verify(form, ...ISSUED);
      expect(code, form.slice(0, 60)).toBe(0);
      expect(stdout).toMatch(/^permit permitted\n/u);
    }
    const piped = await run(
      ['key', 'verify', '-', '--keys', keys, '--lock', toHex(firstDoor().lockId), ...ISSUED],
      { stdin: bytes },
    );
    expect(piped.code).toBe(0);
  });

  test.each([
    ['expired', ['--at', '2026-12-15T12:00:00Z']],
    ['issued_in_future', ['--at', '2026-12-04T11:59:54Z', '--met', 'intent']],
    ['intent_missing', [...ISSUED, '--met', 'none']],
    ['intent_missing', [...ISSUED, '--met', 'ranging']],
    ['wrong_scope', [...ISSUED, '--operation', 'read-log']],
    ['certificate_unknown', [...ISSUED, '--epoch', '2']],
    ['certificate_unknown', [...ISSUED, '--site', '0000000000000000']],
  ])('denies with %s', async (status, more) => {
    const { code, stdout } = await verify(grantFile(), ...more, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ effect: 'deny', status });
  });

  test('denies at another lock, and whatever is no grant', async () => {
    const other = ['key', 'verify', grantFile(), '--keys', keys, '--lock', '0000000000000000'];
    expect((await run([...other, ...ISSUED])).stdout).toMatch(/^deny wrong_lock\n/u);
    expect((await verify(toHex(firstDoor().snapshot!), ...ISSUED)).stdout).toMatch(
      /^deny grant_malformed\n/u,
    );
  });

  test('knows what was withdrawn only from a snapshot, and says so', async () => {
    const snapshot = join(files.path, 'snapshot');
    writeFileSync(snapshot, firstDoor().snapshot!);
    const blind = await verify(grantFile(), ...ISSUED);
    expect(blind.stdout).toContain('withdrawals not looked at');
    const seeing = await verify(grantFile(), ...ISSUED, '--snapshot', snapshot);
    expect(seeing.stdout).toContain('as of policy version 1');
    const wrong = await verify(grantFile(), ...ISSUED, '--snapshot', grantFile());
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
  });

  test('needs no key file: root and certificate do', async () => {
    const { roles } = JSON.parse(readFileSync(keys, 'utf8'));
    const created = await run(['key', 'create', POLICY, '--keys', `${keys}.2`, '--json']);
    const foreign = JSON.parse(created.stdout).root as string;
    const lock = ['--lock', toHex(firstDoor().lockId), ...ISSUED];
    const args = ['key', 'verify', grantFile(), '--certificate', roles.grant.certificate, ...lock];
    expect((await run([...args, '--root', foreign])).stdout).toMatch(/^deny certificate_unknown/u);
    expect((await run(args)).code).toBe(2);
    expect((await run([...args, '--root', foreign, '--keys', keys])).code).toBe(2);
  });
});

describe('inspect', () => {
  test('shows a bundle with the meaning of its labels, and with --json as data', async () => {
    const { code, stdout } = await run(['key', 'inspect', bundle]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^bundle, \d+ bytes, signature not checked\n/u);
    expect(stdout).toContain('5: "l4-cellar", / label /');
    expect(stdout).toContain("9: h'03', / scope: unlock, secure /");
    const data = JSON.parse((await run(['key', 'inspect', bundle, '--json'])).stdout);
    expect(data).toMatchObject({ kind: 'bundle', algorithm: 'EdDSA', verified: false });
    expect(data.claims.doors).toHaveLength(3);
  });

  test('what is no CBOR of the profile is bad input, and a malformed payload a finding', async () => {
    expect(await run(['key', 'inspect', '00ff'])).toMatchObject({ code: 2, stdout: '' });
    const grant = firstDoor().grants[0]!;
    const relabelled = toHex(grant).replace('19fdea', '19fdeb');
    expect(await run(['key', 'inspect', relabelled])).toMatchObject({ code: 1 });
  });
});

test.each([
  [['key'], 'say create, issue, inspect or verify'],
  [['key', 'verifi', 'x'], 'did you mean `verify`?'],
  [['key', 'inspect', 'x', '--user', 'y'], 'takes no `--user`'],
  [['key', 'inspect', 'no-such-file.bin'], 'no such file'],
  [['key', 'verify', '00', '--keys', keys], '`--lock` is missing'],
  [['key', 'verify', '00', '--keys', keys, '--lock', 'abc'], '8 bytes in hexadecimal'],
  [['key', 'issue', POLICY, '--keys', keys], '`--out` is missing'],
])('%j is refused with a word on what is wrong', async (args, message) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('J6 no secret is printed by any subcommand', async () => {
  const grant = toHex(firstDoor().grants[0]!);
  const runs = [
    await run(['key', 'create', POLICY, '--keys', `${keys}.3`, '--json']),
    await run(['key', 'issue', POLICY, ...forJohanna(`${bundle}.3`)]),
    await run(['key', 'issue', POLICY, ...forJohanna(`${bundle}.4`), '--json']),
    await run(['key', 'inspect', bundle]),
    await run(['key', 'inspect', bundle, '--json']),
    await run(['key', 'inspect', keys]),
    await verify(grant, ...ISSUED),
    await verify(grant, ...ISSUED, '--json'),
  ];
  const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  const all = secrets();
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((secret) => printed.includes(secret))).toEqual([]);
});
