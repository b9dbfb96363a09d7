import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { buildProgram, ended, folder, run, start } from './program.js';
import { OFFICE_TIME, opening, SITE, SUNDAY } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
const engine = compilePolicy(SITE);
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

const good = opening('ada', 'front', OFFICE_TIME);
const refused = opening('eve', 'front', OFFICE_TIME);
const answerTo = (request: string) => engine.decide(JSON.parse(request), { validUntil: true });
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test.each(['coworking', 'housing', 'club'])(
  'the example %s gets its expected answers',
  async (site) => {
    const at = `examples/${site}`;
    const { code, stdout } = await run([
      'decide',
      `${at}/policy.json`,
      `${at}/requests.ndjson`,
      '--no-valid-until',
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(`${at}/expected.ndjson`, 'utf8'));
  },
);

test('answers are those of the engine, in order, with validUntil; a refusal is no failure', async () => {
  const requests = [
    good,
    refused,
    opening('ada', 'front', SUNDAY),
    opening('x', 'lobby', OFFICE_TIME),
  ];
  const { code, stdout, stderr } = await run(['decide', policy], {
    stdin: `${requests.join('\n')}\n`,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(linesOf(stdout)).toEqual(requests.map(answerTo));
  expect(linesOf(stdout)[0].context.validUntil).toBe('2026-11-24T19:00:00Z');
});

test('requests come from a file, from `-`, or from standard input by default', async () => {
  const file = files.file('requests.ndjson', `${good}\n`);
  const byFile = await run(['decide', policy, file]);
  const byDash = await run(['decide', policy, '-'], { stdin: `${good}\n` });
  const byDefault = await run(['decide', policy], { stdin: `${good}\n` });
  expect(byFile.stdout).toBe(`${JSON.stringify(answerTo(good))}\n`);
  expect([byDash, byDefault]).toEqual([byFile, byFile]);
});

/** What is wrong with a line, the line, its code, and a word of the message. */
const BAD_LINES: readonly (readonly [string, string, string, string])[] = [
  ['text that is no JSON', '{oops', 'json', 'column 2'],
  ['a member written twice', '{"subject":1,"subject":2}', 'json', 'twice'],
  ['two values on a line', `${good} ${good}`, 'json', 'not JSON'],
  ['another JSON value', '[]', 'request', '/subject'],
  ['null', 'null', 'request', 'object'],
  ['no context', good.replace('"context"', '"text"'), 'request', '/context'],
  ['a time without an offset', good.replace('+01:00', ''), 'request', '/context/time'],
  [
    'a time that is a bare number',
    good.replace(JSON.stringify(OFFICE_TIME), '1764000000'),
    'request',
    '/context/time',
  ],
  ['an empty line', '', 'empty_line', 'no request'],
  ['a line of spaces', ' \t ', 'empty_line', 'no request'],
];

describe('what is no request is answered in its place, and the end is 2:', () => {
  test('whatever is wrong with it', async () => {
    const stdin = BAD_LINES.map(([, line]) => `${line}\n${good}\n`).join('');
    const { code, stdout, stderr } = await run(['decide', policy], { stdin });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const answers = linesOf(stdout);
    expect(answers).toHaveLength(2 * BAD_LINES.length);
    for (const [index, [what, , kind, message]] of BAD_LINES.entries()) {
      const error = { line: 2 * index + 1, code: kind, message: expect.stringContaining(message) };
      expect(answers[2 * index], what).toEqual({ error });
      expect(answers[2 * index + 1], what).toEqual(answerTo(good));
    }
  });

  test('a line that is not UTF-8', async () => {
    const stdin = Buffer.concat([
      Buffer.from(`${good}\n"`),
      Buffer.from([0xff]),
      Buffer.from(`"\n${good}\n`),
    ]);
    const { code, stdout } = await run(['decide', policy], { stdin });
    expect(code).toBe(2);
    expect(linesOf(stdout)[1].error).toMatchObject({ line: 2, code: 'encoding' });
    expect(linesOf(stdout)[2]).toEqual(answerTo(good));
  });

  test('a line over 1 MiB; one of just 1 MiB is read', async () => {
    const fill = (bytes: number) => good.replace('{', `{${' '.repeat(bytes - good.length)}`);
    const stdin = `${fill(1_048_576)}\n${fill(1_048_577)}\r\n${good}\n`;
    const { code, stdout } = await run(['decide', policy], { stdin });
    expect(code).toBe(2);
    const [exact, over, last] = linesOf(stdout);
    expect([exact, last]).toEqual([answerTo(good), answerTo(good)]);
    expect(over.error).toMatchObject({ line: 2, code: 'too_large' });
  });
});

test.each([
  ['CRLF', `${good}\r\n${refused}\r\n`],
  ['no end of the last line', `${good}\n${refused}`],
  ['a byte order mark before a request', `\ufeff${good}\n\ufeff${refused}\n`],
])('%s makes no difference', async (_, stdin) => {
  const { code, stdout } = await run(['decide', policy], { stdin });
  expect(code).toBe(0);
  expect(linesOf(stdout)).toEqual([answerTo(good), answerTo(refused)]);
});

test('no line at all is no answer at all', async () => {
  expect(await run(['decide', policy])).toEqual({ code: 0, stdout: '', stderr: '' });
});

// The program itself takes some 20 MB; what is read, and what is written, would each need more than the rest.
test('a hundred thousand requests are answered in 32 MB of heap', async () => {
  const count = 100_000;
  const people = ['ada', 'ben', 'eve'];
  const requests = Array.from({ length: count }, (_, index) =>
    opening(people[index % 3] ?? '', 'front', OFFICE_TIME, { note: `${index} ${'.'.repeat(200)}` }),
  );
  const setting = { stdin: requests.join('\n'), node: ['--max-old-space-size=32'] };
  const { code, stdout } = await run(['decide', policy, '--no-valid-until'], setting);
  expect(code).toBe(0);
  const answers = stdout.trimEnd().split('\n');
  expect(answers).toHaveLength(count);
  const expected = people.map((user) =>
    JSON.stringify(engine.decide(JSON.parse(opening(user, 'front', OFFICE_TIME)))),
  );
  expect(answers.every((answer, index) => answer === expected[index % 3])).toBe(true);
});

test('a writer that waits for its answer gets it before the stream ends; an interrupt ends with 130', async () => {
  const child = start(['decide', policy]);
  const end = ended(child);
  child.stdin?.write(`${good}\n`);
  const [answer] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  expect(JSON.parse(answer.toString())).toEqual(answerTo(good));
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 130, stderr: '' });
});

test('a reader that leaves ends the program quietly', async () => {
  const child = start(['decide', policy]);
  const end = ended(child);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${good}\n`);
  await once(child.stdout ?? child, 'data');
  child.stdout?.destroy();
  const feed = () => child.stdin?.writable && child.stdin.write(`${good}\n`.repeat(200), feed);
  feed();
  expect(await end).toMatchObject({ code: 141, stderr: '' });
});
