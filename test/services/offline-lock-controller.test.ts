/** The virtual controllers are as strict as real ones where the example depends on it: else it would work here and nowhere else. */
import { describe, expect, test } from 'vitest';
import type { VirtualController } from '../../examples/offline-lock/virtual/controller.mjs';
import { type TestAir, testAir } from './offline-lock-air.js';

const RESET = 0x0c03;
const LE_EVENT_MASK = 0x2001;
const LEGACY_PARAMETERS = 0x2006;
const ADDRESS = 0x2035;
const PARAMETERS = 0x2036;
const CONTENT = 0x2037;
const ENABLE = 0x2039;
const SCAN = 0x2042;
const CONNECT = 0x2043;
const CANCEL = 0x200e;
const DISCONNECT = 0x0406;

/** A host that says commands and hears events, in hexadecimal. */
async function hostOf(air: TestAir, name: string) {
  const controller = air.controller(name);
  const heard: string[] = [];
  controller.on('data', (packet: Buffer) => heard.push(packet.toString('hex')));
  controller.bindRaw();
  await air.settle();
  const say = async (opcode: number, given: readonly number[] = []) => {
    heard.length = 0;
    controller.write(Buffer.from([1, opcode & 255, opcode >> 8, given.length, ...given]));
    await air.settle();
    return [...heard];
  };
  await say(LE_EVENT_MASK, [0xff, 0xff, 0, 0, 0, 0, 0, 0]);
  return { controller, heard, say };
}

type Host = Awaited<ReturnType<typeof hostOf>>;

const complete = (opcode: number, answer: string) =>
  `040e${(3 + answer.length / 2).toString(16).padStart(2, '0')}01${hex16(opcode)}${answer}`;
const hex16 = (number: number) =>
  [number & 255, number >> 8].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Random address 06…01, one hundred milliseconds. */
const PARAMETERS_GIVEN = [0, 1, 0, 0xa0, 0, 0, 0xa0, 0, 0, 7, 1, ...new Array(14).fill(0)];

async function adverts({ say }: Host): Promise<void> {
  await say(PARAMETERS, PARAMETERS_GIVEN);
  await say(ADDRESS, [0, 1, 2, 3, 4, 5, 6]);
  await say(CONTENT, [0, 3, 1, 2, 0xaa, 0xbb]);
  await say(ENABLE, [1, 1, 0, 0, 0, 0]);
}

const connectTo = (address: readonly number[]) => [
  0,
  0,
  1,
  ...address,
  1,
  ...new Array(16).fill(0),
];

describe('a virtual controller', () => {
  test('refuses extended adverts after a legacy command, and the other way round, until it is reset', async () => {
    const { say } = await hostOf(testAir(), 'lock');
    expect(await say(LEGACY_PARAMETERS, new Array(15).fill(0))).toEqual([
      complete(LEGACY_PARAMETERS, '00'),
    ]);
    expect(await say(PARAMETERS, PARAMETERS_GIVEN)).toEqual([complete(PARAMETERS, '0c')]);
    expect(await say(RESET)).toEqual([complete(RESET, '00')]);
    expect(await say(PARAMETERS, PARAMETERS_GIVEN)).toEqual([complete(PARAMETERS, '0000')]);
    expect(await say(LEGACY_PARAMETERS, new Array(15).fill(0))).toEqual([
      complete(LEGACY_PARAMETERS, '0c'),
    ]);
  });

  test('knows no set of adverts before its parameters, and takes no address while it adverts', async () => {
    const host = await hostOf(testAir(), 'lock');
    expect(await host.say(ADDRESS, [0, 1, 2, 3, 4, 5, 6])).toEqual([complete(ADDRESS, '02')]);
    await adverts(host);
    expect(await host.say(ADDRESS, [0, 6, 5, 4, 3, 2, 1])).toEqual([complete(ADDRESS, '0c')]);
  });

  test('says that it does not know a command, instead of that it did it', async () => {
    const { say } = await hostOf(testAir(), 'lock');
    expect(await say(0x2099)).toEqual([complete(0x2099, '01')]);
  });

  test('tells the host only what its event mask lets through', async () => {
    const air = testAir();
    await adverts(await hostOf(air, 'lock'));
    const { say } = await hostOf(air, 'phone');
    const heard = await say(SCAN, [1, 0, 0, 0, 0, 0]);
    expect(heard.filter((packet) => packet.startsWith('043e'))[0]).toContain('010203040506');
    await say(LE_EVENT_MASK, [0x1f, 0, 0, 0, 0, 0, 0, 0]);
    expect((await say(SCAN, [1, 0, 0, 0, 0, 0])).some((one) => one.startsWith('043e'))).toBe(false);
  });

  test('tries one connection at a time, and tells of a cancelled one nothing but that', async () => {
    const { say } = await hostOf(testAir(), 'phone');
    const status = (code: string) => `040f04${code}01${hex16(CONNECT)}`;
    expect(await say(CONNECT, connectTo([9, 9, 9, 9, 9, 9]))).toEqual([status('00')]);
    expect(await say(CONNECT, connectTo([8, 8, 8, 8, 8, 8]))).toEqual([status('0c')]);
    const cancelled = `043e1f0a02${'00'.repeat(29)}`;
    expect(await say(CANCEL)).toEqual([complete(CANCEL, '00'), cancelled]);
    expect(await say(CANCEL)).toEqual([complete(CANCEL, '0c')]);
  });

  test('adverts no more once somebody is connected, and both hear why it ended', async () => {
    const air = testAir();
    const lock = await hostOf(air, 'lock');
    const phone = await hostOf(air, 'phone');
    await adverts(lock);
    const told = (await phone.say(CONNECT, connectTo([1, 2, 3, 4, 5, 6]))).at(-1) as string;
    expect((lock.controller as VirtualController).shown).toBeNull();
    const handle = Number.parseInt(told.slice(10, 12), 16);
    lock.heard.length = 0;
    const ends = await phone.say(DISCONNECT, [handle, 0, 0x13]);
    expect(ends.at(-1)?.slice(-2)).toBe('16');
    expect(lock.heard.at(-1)?.slice(-2)).toBe('13');
    expect(await phone.say(DISCONNECT, [handle, 0, 0x13])).toEqual([
      `040f040201${hex16(DISCONNECT)}`,
    ]);
  });
});
