/** Each call of the desk, and everything that may be wrong with one. A call that is refused changes nothing. */
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeskRefusal, deskClient, makeProof } from '../../examples/phone/desk/client.mjs';
import { openDesk } from '../../examples/phone/desk/desk.mjs';
import { mapMemory } from '../../examples/phone/desk/records.mjs';
import { bytesOf } from '../../examples/phone/desk/setup.mjs';
import { CALLS_MAX } from '../../examples/phone/desk/spent-proofs.mjs';
import { ADDRESS, Lindenhof, POLICY } from './lindenhof.js';
import type { NodePhone } from './node-phone.js';

let site: Lindenhof;

beforeEach(async () => {
  site = await new Lindenhof(['l4-f07']).start();
});

describe('enrolment', () => {
  test('a code makes a phone its person’s, however it is typed, and says what to pin', async () => {
    const phone = site.phone();
    const code = await site.building.desk.makeCode('johanna');
    const answer = await phone.client.enrol(` ${code.toLowerCase().replaceAll('-', ' ')} `);
    expect(answer.person).toEqual({ id: 'johanna', name: 'Johanna Weiß' });
    expect(answer.site.id).toBe('lindenhof');
    expect(bytesOf(answer.setup.siteId, 8, 'siteId')).toHaveLength(8);
    expect((await site.building.desk.overview()).devices).toEqual([
      { device: answer.device, person: 'johanna', isWithdrawn: false },
    ]);
  });

  test('the code itself is nowhere in what the desk keeps', async () => {
    const code = await site.building.desk.makeCode('johanna');
    await site.phone().enrol(code);
    const kept = [...site.records.values()].map((bytes) => Buffer.from(bytes).toString()).join();
    expect(kept).toContain('usedBy');
    for (const text of [code, code.replaceAll('-', '')]) expect(kept).not.toContain(text);
  });

  test('a code enrols one phone: another is refused, the same one gets the same answer again', async () => {
    const code = await site.building.desk.makeCode('johanna');
    const [first, second] = [site.phone(), site.phone('es256')];
    const answer = await first.client.enrol(code);
    expect(await refusalOf(second.client.enrol(code))).toBe('409 code_used');
    expect(await first.client.enrol(code)).toEqual(answer);
    const other = await site.building.desk.makeCode('lukas');
    expect(await refusalOf(first.client.enrol(other))).toBe('409 phone_known');
    expect((await site.building.desk.overview()).devices).toHaveLength(1);
  });

  test('a code that is wrong, too long, no text or over is refused', async () => {
    const phone = site.phone();
    const code = await site.building.desk.makeCode('johanna');
    expect(await refusalOf(phone.client.enrol(`${code}0`))).toBe('403 code_unknown');
    expect(await refusalOf(phone.client.enrol('0'.repeat(65)))).toBe('400 body');
    expect(await refusalOf(phone.client.enrol(7 as unknown as string))).toBe('400 body');
    site.offset += 3 * 86_400;
    expect(await refusalOf(phone.client.enrol(code))).toBe('403 code_unknown');
  });

  test('there is no code for somebody whom the policy does not know', async () => {
    await expect(site.building.desk.makeCode('nobody')).rejects.toThrow(RangeError);
  });
});

describe('a proof', () => {
  const NO_BODY = '{}';

  /** Calls `bundle` with a proof of something that may differ from the call. */
  async function asked(
    phone: NodePhone,
    differing: Partial<Parameters<typeof makeProof>[1]> = {},
    header = (proof: string) => proof,
  ): Promise<string> {
    const url = `${ADDRESS}bundle`;
    const call = { method: 'POST', url, body: NO_BODY, now: site.now(), id: site.random(16) };
    const proof = header(await makeProof(phone.signer, { ...call, ...differing }));
    return await codeOf(sent(url, { DPoP: proof }));
  }

  let phone: NodePhone;
  beforeEach(async () => {
    phone = await site.phoneOf('johanna');
  });

  test('lets the phone in whose key it is', async () => {
    expect(await asked(phone)).toBe('200 ');
    expect(await asked(await site.phoneOf('lukas', 'es256'))).toBe('200 ');
  });

  test('of another body, address or method is refused', async () => {
    expect(await asked(phone, { body: '{ }' })).toBe('401 proof_body');
    expect(await asked(phone, { url: `${ADDRESS}carry` })).toBe('401 proof_address');
    expect(await asked(phone, { url: 'http://127.0.0.1:1/api/bundle' })).toBe('401 proof_address');
    expect(await asked(phone, { method: 'GET' })).toBe('401 proof_method');
  });

  test('is good for two minutes, and not before its time', async () => {
    expect(await asked(phone, { now: site.now() - 118 })).toBe('200 ');
    expect(await asked(phone, { now: site.now() - 120 })).toBe('401 proof_old');
    expect(await asked(phone, { now: site.now() + 30 })).toBe('401 proof_early');
    expect(await asked(phone, { now: 0.5 })).toBe('401 proof_invalid');
  });

  test('counts once, also after the desk was started anew', async () => {
    const id = site.random(16);
    expect(await asked(phone, { id })).toBe('200 ');
    expect(await asked(phone, { id })).toBe('401 proof_replayed');
    await site.restart();
    expect(await asked(phone, { id })).toBe('401 proof_replayed');
  });

  test('of a key that was never enrolled is refused, and takes no room', async () => {
    const before = site.records.get('proofs');
    expect(await asked(site.phone())).toBe('401 phone_unknown');
    expect(site.records.get('proofs')).toEqual(before);
  });

  test('that is missing, cut, altered or no proof at all is refused', async () => {
    const url = `${ADDRESS}bundle`;
    expect(await codeOf(sent(url, {}))).toBe('401 proof_missing');
    expect(await asked(phone, {}, () => 'x')).toBe('401 proof_invalid');
    expect(await asked(phone, {}, (proof) => proof.slice(0, -4))).toBe('401 proof_invalid');
    expect(await asked(phone, {}, (proof) => `${proof}${'A'.repeat(2048)}`)).toBe(
      '401 proof_invalid',
    );
    const swapped = (proof: string) => {
      const [head, , signature] = proof.split('.');
      const claims = { htm: 'POST', htu: url, iat: site.now(), jti: 'x'.repeat(22), digest: '' };
      return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    };
    expect(await asked(phone, {}, swapped)).toBe('401 proof_invalid');
    expect(await asked(phone, { id: new Uint8Array(4) })).toBe('401 proof_invalid');
  });

  test('with a header of its own choosing is refused: no other algorithm, no private key, no other kind', async () => {
    const forged = (header: object) => async () => {
      const url = `${ADDRESS}bundle`;
      const proof = await makeProof(phone.signer, {
        ...{ method: 'POST', url, body: NO_BODY, now: site.now(), id: site.random(16) },
      });
      const [first = '', claims = ''] = proof.split('.');
      const own = JSON.parse(Buffer.from(first, 'base64url').toString()) as object;
      const head = Buffer.from(JSON.stringify({ ...own, ...header })).toString('base64url');
      const signature = phone.signer.sign(Buffer.from(`${head}.${claims}`));
      const text = `${head}.${claims}.${Buffer.from(signature).toString('base64url')}`;
      return await codeOf(sent(url, { DPoP: text }));
    };
    expect(await forged({})()).toBe('200 ');
    expect(await forged({ typ: 'JWT' })()).toBe('401 proof_invalid');
    expect(await forged({ alg: 'none' })()).toBe('401 proof_invalid');
    expect(await forged({ alg: 'HS256' })()).toBe('401 proof_invalid');
    expect(await forged({ crit: ['exp'] })()).toBe('401 proof_invalid');
    const x = Buffer.from(phone.signer.publicKey.x).toString('base64url');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x };
    expect(await forged({ jwk: { ...jwk, d: x } })()).toBe('401 proof_invalid');
    expect(await forged({ jwk: { ...jwk, crv: 'X25519' } })()).toBe('401 proof_invalid');
    expect(await forged({ jwk: undefined })()).toBe('401 proof_invalid');
    // A caller's mistake is no fault of the desk, which would go into its log.
    for (const odd of [{ key_ops: ['sign'] }, { key_ops: 'verify' }, { use: 'enc' }, { x: [x] }]) {
      expect(await forged({ jwk: { ...jwk, ...odd } })()).toBe('401 proof_invalid');
    }
    expect(site.faults).toEqual([]);
  });

  test('a phone that asks too often waits until its proofs are old', async () => {
    // It enrolled, fetched one bundle, and carried twice.
    const left = CALLS_MAX - 4;
    for (let call = 0; call < left; call += 1) expect(await asked(phone)).toBe('200 ');
    expect(await asked(phone)).toBe('429 too_often');
    expect(await asked(await site.phoneOf('lukas'))).toBe('200 ');
    site.offset += 121;
    expect(await asked(phone)).toBe('200 ');
  });
});

describe('what is asked', () => {
  test('must be a call of this desk, by its method, in JSON, and not too large', async () => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const of = (call: string, init: RequestInit) => codeOf(site.fetch(`${ADDRESS}${call}`, init));
    expect(await of('other', { ...post, body: '{}' })).toBe('404 unknown_call');
    expect(await of('constructor', { ...post, body: '{}' })).toBe('404 unknown_call');
    expect(await of('bundle?x=1', { ...post, body: '{}' })).toBe('404 unknown_call');
    expect(await of('bundle', {})).toBe('405 method');
    expect(await of('bundle', { ...post, body: 'x'.repeat(4097) })).toBe('413 too_large');
    expect(await of('carry', { ...post, body: 'x'.repeat((1 << 20) + 1) })).toBe('413 too_large');
    expect(await of('demo/give', { method: 'POST', body: '{}' })).toBe('400 content_type');
    expect(await of('demo/give', { ...post, body: '[]' })).toBe('400 body');
    expect(await of('demo/give', { ...post, body: '{"person":7}' })).toBe('400 body');
    expect(await of('demo/give', { ...post, body: '{"person":"x"}' })).toBe('404 person_unknown');
  });

  test('must have the members the call needs', async () => {
    const phone = await site.phoneOf('johanna');
    expect(await refusalOf(phone.client.time(new Uint8Array(15)))).toBe('400 body');
    const carry = (items: unknown) => refusalOf(phone.client.carry(items as never));
    const item = { id: 'a', kind: 'receipt', bytes: Uint8Array.of(1) };
    expect(await carry([{ ...item, id: 7 }])).toBe('400 body');
    expect(await carry([{ ...item, kind: 'bundle' }])).toBe('400 body');
    expect(await carry([{ ...item, bytes: new Uint8Array(2049) }])).toBe('413 too_large');
    expect(await carry(Array.from({ length: 257 }, () => item))).toBe('400 body');
    // What proves nothing need not be brought again.
    expect(await phone.client.carry([{ ...item, lockId: null, order: 1 } as never])).toEqual(['a']);
  });

  test('a time token is for the nonce it was asked with', async () => {
    const phone = await site.phoneOf('johanna');
    const token = await phone.client.time(new Uint8Array(16).fill(9));
    expect(Buffer.from(token).toString('hex')).toContain('09'.repeat(16));
  });

  test('a desk that is no demo has no call without a proof', async () => {
    const { crypto, now, random } = site;
    const desk = await openDesk({ policy: POLICY, crypto, now, random, memory: mapMemory() });
    for (const call of ['demo', 'demo/sync', 'demo/withdraw', 'demo/give']) {
      for (const method of ['GET', 'POST']) {
        expect(await codeOf(desk.fetch(new Request(`${ADDRESS}${call}`, { method })))).toBe(
          '404 unknown_call',
        );
      }
    }
  });

  test('the demo tells people with codes that enrol, and rows', async () => {
    const answer = await site.fetch(`${ADDRESS}demo`, {});
    const { people } = (await answer.json()) as { people: { id: string; code: string }[] };
    expect(people.map(({ id }) => id)).toContain('finn');
    await site.phone().enrol(people.find(({ id }) => id === 'finn')?.code ?? '');
    const rows = await (await site.fetch(`${ADDRESS}demo/sync`, {})).json();
    expect(rows.rows.map((row: { permission: string }) => row.permission)).toContain('finn-guest');
  });
});

describe('a phone that was lost', () => {
  test('is heard no more, and cannot enrol again with its key', async () => {
    const phone = await site.phoneOf('johanna');
    await site.building.desk.withdrawDevice(phone.device);
    expect(await refusalOf(phone.client.bundle())).toBe('403 withdrawn');
    expect(await refusalOf(phone.client.carry([]))).toBe('403 withdrawn');
    const code = await site.building.desk.makeCode('johanna');
    expect(await refusalOf(phone.client.enrol(code))).toBe('403 withdrawn');
    await site.phone().enrol(code);
    await expect(site.building.desk.withdrawDevice('phone-7')).rejects.toThrow(RangeError);
  });
});

test('a key of small order is no phone, though anybody’s signature holds under it', async () => {
  const identity = new Uint8Array(32);
  identity[0] = 1;
  const signer = {
    publicKey: { kind: 'ed25519', x: identity } as const,
    sign: () => Uint8Array.of(...identity, ...new Uint8Array(32)),
  };
  const { fetch, now, random } = site;
  const client = deskClient({ address: ADDRESS, fetch, signer, now, random });
  const code = await site.building.desk.makeCode('johanna');
  expect(await refusalOf(client.enrol(code))).toBe('400 key_refused');
  expect((await site.building.desk.overview()).devices).toEqual([]);
});

function sent(url: string, headers: Record<string, string>): Promise<Response> {
  const type = { 'content-type': 'application/json' };
  return site.fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: '{}' });
}

/** Status and code of an answer. */
async function codeOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const json = (await response.json()) as { error?: { code: string } };
  return `${response.status} ${json.error?.code ?? ''}`;
}

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (error: DeskRefusal) => `${error.status} ${error.code}`,
  );
}
