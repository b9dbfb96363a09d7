/** The phone's page and a desk that fails it in every way: each is said, and nothing is lost. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { text } from './page-text.js';
import { BOUND, doors, phoneSuite } from './phone-suite.js';

const suite = phoneSuite();

describe('a desk that is broken', () => {
  const json = (content: unknown, status = 200): Response =>
    new Response(JSON.stringify(content), { status });
  const refusal = (code: string, status: number): Response =>
    json({ error: { code, message: 'no' } }, status);
  const notOurs = async (request: Request): Promise<Response> => {
    const answer = (await (await suite.house.answer(request)).json()) as Record<string, unknown>;
    const bundle = String(answer['bundle']);
    // One bit of the signature, which ends it.
    return json({ ...answer, bundle: bundle.replace(/.$/u, (last) => (last === 'A' ? 'E' : 'A')) });
  };
  test.each<[string, (request: Request) => Promise<Response> | Response | undefined, string]>([
    ['cuts the connection', () => undefined, 'unreachable'],
    [
      'answers with a page',
      () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
      'answer_broken',
    ],
    ['answers with half of it', () => new Response('{"bundle":"AA'), 'answer_broken'],
    [
      'answers with something else',
      () => json({ bundle: 'AA', keys: [{ door: 'x' }] }),
      'answer_broken',
    ],
    ['answers with no bundle', () => json({ bundle: 'AAAA', keys: [] }), 'envelope_shape'],
    ['answers with a changed bundle', notOurs, 'bundle_signature'],
    ['does not know the phone', () => refusal('phone_unknown', 401), 'phone_unknown'],
    ['is asked too often', () => refusal('too_often', 429), 'too_often'],
    ['failed', () => refusal('desk_failed', 500), 'desk_failed'],
    ['says what nobody knows', () => refusal('no_such_code', 418), 'no_such_code'],
  ])('one that %s: it is said, and nothing is lost', async (_, answer, told) => {
    const { page } = await suite.enrolled('johanna');
    const before = await doors(page);
    suite.site.desk = (request) =>
      request.url.endsWith('bundle') ? answer(request) : suite.house.answer(request);
    await page.click('button:text("Update the keys")');
    await page.waitForSelector(`.problem:not([data-code=ok], [data-code=refresh])`, BOUND);
    const problem = page.locator('section .problem');
    expect(await problem.getAttribute('data-code')).toMatch(new RegExp(`^(?:${told}|cbor_)`, 'u'));
    expect(await problem.textContent()).toContain('The keys you have stay as they are.');
    expect(await doors(page)).toEqual(before);
    suite.site.desk = suite.house.answer;
    await page.click('button:text("Update the keys")');
    await page.waitForSelector('.problem[data-code=ok]', BOUND);
    expect(await doors(page)).toEqual(before);
  });

  test('what waits is carried when the desk is there again, and not before it says that it has it', async () => {
    const phone = await suite.newPhone();
    suite.site.desk = (request) =>
      request.url.endsWith('carry') ? refusal('desk_failed', 500) : suite.house.answer(request);
    const page = await suite.site.open(
      phone,
      `#code=${await suite.house.desk.makeCode('johanna')}`,
    );
    await page.click('button[type=submit]');
    await page.waitForSelector('.waiting[data-count="1"]', BOUND);
    expect(await text(page, '.waiting')).toContain('One message');
    await page.close();
    const again = await suite.site.open(phone);
    await again.waitForSelector('.waiting[data-count="1"]', BOUND);
    suite.site.desk = suite.house.answer;
    await again.click('button:text("Update the keys")');
    await again.waitForSelector('.waiting[data-count="0"]', BOUND);
  });

  test('with a clock an hour ahead the phone dates its proofs by the desk’s clock, and says that its own is wrong', async () => {
    const { page } = await suite.enrolled('johanna', { startsAt: suite.house.nowMs() + 3_600_000 });
    expect(await text(page, '.clock')).toContain('60 minutes ahead');
    expect(await doors(page)).toContain('Laundry');
  });
});

test('what goes to the desk is proved: the digest of the body, the address and the key of the phone', async () => {
  const proofs: { claims: Record<string, unknown>; header: Record<string, unknown> }[] = [];
  const phone = await suite.newPhone();
  suite.site.desk = async (request) => {
    const body = await request.clone().text();
    const [header = '', claims = ''] = (request.headers.get('dpop') ?? '').split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    proofs.push({ header: read(header), claims: read(claims) });
    expect(read(claims)).toMatchObject({
      htm: 'POST',
      htu: request.url,
      digest: createHash('sha256').update(body).digest('base64url'),
    });
    return suite.house.answer(request);
  };
  const page = await suite.site.open(phone, `#code=${await suite.house.desk.makeCode('johanna')}`);
  await page.click('button[type=submit]');
  await page.waitForSelector('.waiting[data-count="0"]', BOUND);
  await expect.poll(() => proofs.length, BOUND).toBeGreaterThanOrEqual(3);
  expect(new Set(proofs.map(({ claims }) => claims['jti'])).size).toBe(proofs.length);
  expect(new Set(proofs.map(({ header }) => JSON.stringify(header['jwk']))).size).toBe(1);
  expect(proofs.every(({ header }) => !('d' in (header['jwk'] as object)))).toBe(true);
});
