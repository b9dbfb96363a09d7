/**
 * The phone example from end to end: its built page in a real Chromium, its own server in a process of its own, and real locks
 * behind the browser's own Web Bluetooth.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildPhoneAnew } from '../phone-build.js';
import { shoot, violations } from '../portal-page.js';
import { type Air, openAir } from './air.js';
import { type House, openHouse } from './house.js';
import { enrol, type Person } from './person.js';

let folder: string;
let air: Air;
let house: House;
let people: Person[] = [];
beforeAll(async () => {
  folder = await buildPhoneAnew();
  air = await openAir();
  house = await openHouse(air, folder, ['ada', 'ben', 'cleo', 'dan', 'eve']);
});
afterAll(async () => {
  await house?.close();
  await air?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const { phone } of people) {
    expect(phone.complaints).toEqual([]);
    await phone.close();
  }
  people = [];
  expect(house.locks.faults).toEqual([]);
});

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
