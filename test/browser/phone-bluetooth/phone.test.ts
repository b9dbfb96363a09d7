/**
 * The phone example from end to end: its built page in a real Chromium, its own server in a process of its own, and real locks
 * behind the browser's own Web Bluetooth.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BuiltPhone, builtPhone } from '../phone-build.js';
import { shoot, violations } from '../portal-page.js';
import { type Air, openAir } from './air.js';
import { type House, openHouse } from './house.js';
import { enrol, type Person } from './person.js';

let built: BuiltPhone;
let air: Air;
let house: House;
const people: Person[] = [];
beforeAll(async () => {
  built = await builtPhone();
  air = await openAir();
  house = await openHouse(air, built.folder, ['ada', 'ben', 'cleo', 'dan', 'eve']);
});
afterAll(async () => {
  await house?.close();
  await air?.close();
  built?.remove();
});
afterEach(async () => {
  await air.setAdapter('powered-on');
  await house.switchOn();
  for (const door of ['cellar', 'yard'] as const) {
    Object.assign(house.lockAt(door), { isInReach: true, cutAt: Number.POSITIVE_INFINITY });
  }
  const complaints = people.flatMap(({ phone }) => phone.complaints);
  for (const { phone } of people.splice(0)) await phone.close();
  expect(complaints).toEqual([]);
  expect(house.locks.faults).toEqual([]);
});

/** What a page may say of a link that was lost. Whatever else came would be a lie, or a second opening. */
const TRUE_ENDS = [
  'outcome_unknown, may be open, moved 0',
  'outcome_unknown, may be open, moved 1',
  'permitted, may be open, moved 1',
];

async function somebody(name: string): Promise<Person> {
  const person = await enrol(air, house, name);
  people.push(person);
  return person;
}

test('somebody enrols, presses "Open" and picks the lock: the bolt moves', async () => {
  const ada = await somebody('ada');
  const { code, words, moves } = await ada.open('cellar');
  expect({ code, words, moves }).toEqual({ code: 'permitted', words: 'Open.', moves: 1 });
  expect(await violations(ada.page)).toEqual([]);
  await shoot(ada.page, 'phone-bluetooth-open');
  // The lock was picked before: no dialogue comes any more.
  expect(await ada.open('cellar', { picks: false })).toMatchObject({ code: 'permitted', moves: 1 });
  expect(await ada.open('yard')).toMatchObject({ code: 'permitted', moves: 1 });
});

test('a key that was withdrawn opens until somebody else carries the news to the lock, and is refused then', async () => {
  const [ada, ben] = [await somebody('ada'), await somebody('ben')];
  await house.withdraw('ben');
  // Ben's phone and the lock have not heard of it: this is what being offline means.
  expect(await ben.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
  await ada.update();
  expect(await ada.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
  const seen = await ben.open('cellar');
  expect(seen).toMatchObject({ code: 'refused', status: 'revoked', mayBeOpen: false, moves: 0 });
  expect(seen.words).toBe('The lock refused. This key was withdrawn.');
  await shoot(ben.page, 'phone-bluetooth-revoked');
  // The other lock knows nothing of it yet.
  expect(await ben.open('yard')).toMatchObject({ code: 'permitted', moves: 1 });
});

test('a link that is lost in the middle never makes the page say that a door is shut which may be open', async () => {
  const ada = await somebody('ada');
  const lock = house.lockAt('cellar');
  await ada.open('cellar');
  const from = lock.packets;
  await ada.open('cellar');
  const whole = lock.packets - from;
  const seen = new Set<string>();
  for (let packet = 1; packet <= whole; packet += 3) {
    lock.cutAt = lock.packets + packet;
    const { code, mayBeOpen, words, moves } = await ada.open('cellar');
    const told = `${code}, ${mayBeOpen ? 'may be open' : 'shut'}, moved ${moves}`;
    expect(TRUE_ENDS).toContain(told);
    expect(words.includes('The door may be open: look at it.')).toBe(code === 'outcome_unknown');
    if (!seen.has(code)) await shoot(ada.page, `phone-bluetooth-lost-${code}`);
    seen.add(code);
  }
  // Early it connects again by itself; late the answer is lost.
  expect([...seen].sort()).toEqual(['outcome_unknown', 'permitted']);
  lock.cutAt = Number.POSITIVE_INFINITY;
  expect(await ada.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
});

test("what a phone carried for somebody else, the lock's receipt proves to the desk once it is brought back", async () => {
  const cleo = await somebody('cleo');
  await somebody('dan');
  await house.withdraw('dan');
  const knows = async () => (await house.syncOf('dan', 'yard'))?.knows;
  await cleo.update();
  await house.switchOff();
  expect(await cleo.open('yard')).toMatchObject({ code: 'permitted', moves: 1 });
  expect(await cleo.waiting()).toBeGreaterThan(0);
  await shoot(cleo.page, 'phone-bluetooth-carrying');
  await house.switchOn();
  expect(await knows()).toBe(false);
  await cleo.update();
  expect(await cleo.waiting()).toBe(0);
  expect(await knows()).toBe(true);
});

test('without a server the page comes from the browser, and opens with what the phone carries', async () => {
  const eve = await somebody('eve');
  await eve.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await house.switchOff();
  await eve.page.reload();
  await eve.page.waitForSelector('.problem[data-code=unreachable]');
  expect(await eve.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
  await shoot(eve.page, 'phone-bluetooth-offline');
});

test('a lock that is out of reach is not found, and opens when it is back', async () => {
  const ada = await somebody('ada');
  const lock = house.lockAt('cellar');
  await ada.open('cellar');
  lock.isInReach = false;
  const seen = await ada.open('cellar', { isInVain: true });
  expect(seen).toMatchObject({ code: 'not_found', mayBeOpen: false, moves: 0 });
  expect(seen.words).toBe('The lock was not heard. Touch it, hold the phone near, and try again.');
  await shoot(ada.page, 'phone-bluetooth-out-of-reach');
  lock.isInReach = true;
  expect(await ada.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
});

test('whoever closes the dialogue, or has Bluetooth switched off, reads that, and the door stays shut', async () => {
  const ada = await somebody('ada');
  expect(await ada.open('cellar', { picks: false })).toEqual({
    code: 'cancelled',
    status: undefined,
    mayBeOpen: false,
    words: 'No lock was chosen.',
    moves: 0,
  });
  await air.setAdapter('absent');
  const seen = await ada.open('cellar');
  expect(seen).toMatchObject({ code: 'no_adapter', mayBeOpen: false, moves: 0 });
  expect(seen.words).toBe('Bluetooth is off, or this device has none.');
  await shoot(ada.page, 'phone-bluetooth-off');
  await air.setAdapter('powered-on');
  expect(await ada.open('cellar')).toMatchObject({ code: 'permitted', moves: 1 });
  // Picked before, so no dialogue says it: the radio does.
  await air.setAdapter('absent');
  const again = await ada.open('cellar', { isInVain: true });
  expect(again).toMatchObject({ code: 'not_found', mayBeOpen: false, moves: 0 });
  expect(again.words).toContain('The browser says: ');
  expect(again.words).toContain('Bluetooth adapter not available.');
});
