import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import { SERVE } from '../../src/cli/commands/serve.js';
import { readClients } from '../../src/cli/serve-clients.js';
import { folder } from './program.js';

const files = folder();
afterAll(() => files.remove());

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const clientsFile = (name: string, ...clients: object[]) =>
  files.file(name, JSON.stringify({ clients }));

function policy(more: object = {}): string {
  const organization = { id: 'acme', timeZone: 'UTC', roles: 'kisi' };
  return JSON.stringify({ version: 1, organization, places: [{ id: 'hq' }], ...more });
}

/** The command on these words, which must end before it listens. */
async function refused(words: readonly string[]): Promise<string> {
  const written: string[] = [];
  const terminal = {
    width: 80,
    write: async (text: string) => void written.push(text),
    warn: () => undefined,
    paint: (_style: unknown, text: string) => text,
    progress: () => undefined,
    busy: () => undefined,
  };
  const port = words.includes('--port') ? [] : ['--port', '0'];
  const options = { ...SERVE.options, ...COMMON_OPTIONS };
  try {
    await SERVE.run(
      readArguments([...words, ...port, '--log-level', 'error'], options, 1),
      terminal,
    );
  } catch (error) {
    const { name, message } = error as Error;
    expect(['UsageError', 'InputError']).toContain(name);
    expect(written).toEqual([]);
    return message;
  }
  throw new Error('it was served');
}

describe('what is refused before it listens', () => {
  const good = () => files.file('good.json', policy());
  const tokens = () => clientsFile('good-clients.json', { id: 'gate', sha256: hashOf('x') });

  const keysAt = (url: string) => {
    const whose = ['--issuer', 'i', '--audience', 'a', '--tokens', tokens()];
    return [good(), '--jwks', url, ...whose];
  };

  test.each([
    [() => [], /a policy file or `--store` is missing/u],
    [() => [good(), '--store', 'x'], /`--store` is not for a policy file/u],
    [() => [good(), '--host', '0.0.0.0'], /can be reached from outside: say by `--tokens`/u],
    [() => [good(), '--host', '::'], /can be reached from outside/u],
    [() => [good(), '--host', '0.0.0.0', '--tokens', tokens()], /needs `--base-url`/u],
    [
      () => [good(), '--host', '0.0.0.0', '--tokens', tokens(), '--base-url', 'http://pdp.example'],
      /https URL/u,
    ],
    [() => [good(), '--port', '99999'], /0 to 65535/u],
    [() => [good(), '--drain', '-1'], /needs a value/u],
    [() => [good(), '--log', 'xml'], /json, text/u],
    [() => [good(), '--tls-cert', 'x'], /go together/u],
    [
      () => [good(), '--tls-cert', 'none.pem', '--tls-key', 'none.key'],
      /cannot read `none\.(?:pem|key)`/u,
    ],
    [() => [good(), '--jwks', 'https://x', '--tokens', tokens()], /go together/u],
    [
      () => [good(), '--jwks', 'https://x', '--issuer', 'i', '--audience', 'a'],
      /needs `--tokens`/u,
    ],
    [() => keysAt('http://x'), /https address/u],
    [() => keysAt('http://127.0.0.2'), /https address/u],
    [() => keysAt('ftp://localhost'), /https address/u],
    [
      () => [good(), '--tokens', files.file('bad.json', '{"clients":[{"id":"x"}]}')],
      /`sha256` or `subject`/u,
    ],
    [
      () => [
        good(),
        ...['--tokens', clientsFile('records.json', { id: 'x', subject: 's', records: true })],
      ],
      /`records` needs a store/u,
    ],
    [() => [good(), '--tokens', 'none.json'], /cannot|ENOENT/u],
    [() => ['none.json'], /cannot read `none\.json`: there is no such file/u],
    [
      () => [files.file('bad-policy.json', policy({ doors: [{ id: 'x', place: 'y' }] }))],
      /is no valid policy$/u,
    ],
    [() => ['-'], /not standard input/u],
    [() => ['--store', 'no-such-folder'], /no site in `no-such-folder`/u],
    [() => ['--store', 'postgres://u:secret@127.0.0.1:9/x'], /the store cannot be reached/u],
    [() => ['--store', 'x', '--allow-older'], /is for a policy file/u],
  ])('case %#', async (args, message) => {
    const said = await refused(args());
    expect(said).toMatch(message);
    expect(said).not.toContain('secret');
  });
});

describe('a file of clients', () => {
  const sha256 = hashOf('token');
  const read = (clients: unknown) => readClients(JSON.stringify({ clients }));

  test('says of each client how it is known and what it may', () => {
    const whole = {
      ...{ id: 'gate:1', sha256, subject: 'gate@acme', asserts: ['reader', 'time'] },
      ...{ explain: true, consistency: true, search: false, records: true },
      rate: { perSecond: 0.5, burst: 3 },
    };
    const { sha256: _hash, subject: _subject, ...client } = whole;
    const bare = { id: 'lift', subject: 'lift@acme' };
    expect(read([whole, bare])).toEqual({
      ok: true,
      value: [
        { client, sha256, subject: 'gate@acme' },
        { client: { id: 'lift' }, sha256: undefined, subject: 'lift@acme' },
      ],
    });
    expect(read([{ id: 'x', sha256, asserts: 'facts' }])).toMatchObject({
      value: [{ client: { id: 'x', asserts: 'facts' } }],
    });
  });

  const BAD_CLIENTS: readonly (readonly [string, readonly unknown[]])[] = [
    ['no id', [{ sha256 }]],
    ['an id with a space', [{ id: 'a b', sha256 }]],
    ['nothing to be known by', [{ id: 'a' }]],
    ['a token where its hash belongs', [{ id: 'a', sha256: 'a-token' }]],
    ['a hash in upper case', [{ id: 'a', sha256: sha256.toUpperCase() }]],
    [
      'one hash of two',
      [
        { id: 'a', sha256 },
        { id: 'b', sha256 },
      ],
    ],
    [
      'one subject of two',
      [
        { id: 'a', subject: 's' },
        { id: 'b', subject: 's' },
      ],
    ],
    ['an unknown fact', [{ id: 'a', sha256, asserts: ['everything'] }]],
    ['a fact that is a word', [{ id: 'a', sha256, asserts: 'reader' }]],
    ['a right that is a word', [{ id: 'a', sha256, explain: 'yes' }]],
    ['a right misspelt', [{ id: 'a', sha256, explains: true }]],
    ['a rate of nothing', [{ id: 'a', sha256, rate: { perSecond: 0, burst: 1 } }]],
    ['a rate by halves', [{ id: 'a', sha256, rate: { perSecond: 1 } }]],
    ['a client that is none', [null]],
    ['too many', Array.from({ length: 1001 }, (_, at) => ({ id: `c${at}`, subject: `s${at}` }))],
  ];

  test.each<[string, string]>([
    ['no JSON', '{'],
    ['a member twice', '{"clients":[],"clients":[]}'],
    ['no list', '{"clients":{}}'],
    ['another member', '{"clients":[],"more":1}'],
    ['nobody', '{"clients":[]}'],
    ...BAD_CLIENTS.map(([what, clients]): [string, string] => [what, JSON.stringify({ clients })]),
  ])('with %s is refused', (_what, text) => {
    expect(readClients(text).ok).toBe(false);
  });
});
