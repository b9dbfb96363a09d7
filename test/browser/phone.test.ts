/** The phone's page as somebody with a phone in the hand meets it: enrolled, with keys, in two tabs, withdrawn, forgotten. */
import { describe, expect, test } from 'vitest';
import { text } from './page-text.js';
import { BOUND, doors, phoneSuite } from './phone-suite.js';
import { shoot, violations } from './portal-page.js';

const suite = phoneSuite();

describe('enrolling', () => {
  test('a code from the address is in the form and not in the address any more, and takes a press', async () => {
    const calls: string[] = [];
    const phone = await suite.newPhone();
    suite.site.desk = (request) => {
      calls.push(request.url);
      return suite.house.answer(request);
    };
    const code = await suite.house.desk.makeCode('johanna');
    const page = await suite.site.open(phone, `#code=${code}`);
    await page.waitForSelector('form');
    expect(await page.inputValue('input')).toBe(code);
    expect(page.url()).toBe(suite.site.address);
    expect(calls).toEqual([]);
    await shoot(page, 'phone-enrol');
    await page.click('button[type=submit]');
    await page.waitForSelector('.key', BOUND);
    expect(await text(page, '.brand')).toContain('Johanna Weiß');
    // A link with another code changes nothing for a phone that is somebody's.
    await page.evaluate(() => {
      location.hash = '#code=AAAA-BBBB';
    });
    await page.waitForFunction(() => location.hash === '');
    expect(await text(page, '.brand')).toContain('Johanna Weiß');
  });

  test('the private key can be read by no script', async () => {
    const { page } = await suite.enrolled('johanna');
    const key = await page.evaluate(async () => {
      const { name = '' } = (await indexedDB.databases())[0] ?? {};
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
      });
      const pair = await new Promise<CryptoKeyPair>((done) => {
        const reading = database.transaction('papers').objectStore('papers').get('key');
        reading.onsuccess = () => done(reading.result);
      });
      database.close();
      const exported = await crypto.subtle.exportKey('pkcs8', pair.privateKey).catch(String);
      return { name: pair.privateKey.algorithm.name, exported: String(exported) };
    });
    expect(key.name).toBe('Ed25519');
    expect(key.exported).toContain('InvalidAccessError');
  });

  test.each([
    [true, 'The browser has promised to keep the keys.'],
    [false, 'may throw the keys away'],
  ])(
    'the browser is asked to keep the memory, and what it says (%s) is told',
    async (given, told) => {
      const phone = await suite.newPhone();
      await phone.addInitScript((answer) => {
        StorageManager.prototype.persisted = async () => false;
        StorageManager.prototype.persist = async () => answer;
      }, given);
      const page = await suite.site.open(
        phone,
        `#code=${await suite.house.desk.makeCode('katja')}`,
      );
      await page.click('button[type=submit]');
      await page.waitForSelector('.persistence', BOUND);
      expect(await text(page, '.persistence')).toContain(told);
    },
  );

  test('a browser without Ed25519 enrols with P-256', async () => {
    const phone = await suite.newPhone();
    await phone.addInitScript(() => {
      const { generateKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.generateKey = function (this: SubtleCrypto, ...parts: never[]) {
        const [{ name }] = parts as unknown as [{ name: string }];
        if (name === 'Ed25519') {
          return Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'));
        }
        return generateKey.apply(this, parts as never);
      } as never;
    });
    const page = await suite.site.open(phone, `#code=${await suite.house.desk.makeCode('lukas')}`);
    await page.click('button[type=submit]');
    await page.waitForSelector('.problem[data-code=ok]', BOUND);
    expect(await doors(page)).toContain('Cellar, Lindenallee 4');
  });

  test('an answer that was lost is asked for again with the same code', async () => {
    const phone = await suite.newPhone();
    const code = await suite.house.desk.makeCode('samuel');
    suite.site.desk = async (request) => {
      await suite.house.answer(request);
      return undefined;
    };
    const page = await suite.site.open(phone, `#code=${code}`);
    await page.click('button[type=submit]');
    await page.waitForSelector('.problem[data-code=unreachable]', BOUND);
    suite.site.desk = suite.house.answer;
    // Also after the page was closed: the key was kept before anybody heard of it.
    await page.close();
    const again = await suite.site.open(phone, `#code=${code}`);
    await again.click('button[type=submit]');
    await again.waitForSelector('.key', BOUND);
  });

  test.each([
    ['a code that nobody gave', 'AAAA-BBBB-CCCC-DDDD', 'code_unknown'],
    ['none', ' ', 'code_missing'],
  ])('%s enrols nobody, and it says so', async (_, code, told) => {
    const page = await suite.site.open(await suite.newPhone());
    await page.fill('input', code);
    await page.click('button[type=submit]');
    await page.waitForSelector(`.problem[data-code=${told}]`, BOUND);
    expect((await text(page, '.problem')).length).toBeGreaterThan(10);
    expect(await page.locator('.key').count()).toBe(0);
  });
});

describe('keys', () => {
  test('every key is there with its status in words, those that open nothing greyed and not hidden', async () => {
    const { page } = await suite.enrolled('valentina');
    const keys = await page.locator('.key').evaluateAll((items) =>
      items.map((item) => ({
        door: item.getAttribute('data-door'),
        status: item.querySelector('.status')?.textContent,
        isGrey: item.classList.contains('inactive'),
        canOpen: item.querySelector('button') !== null,
      })),
    );
    // She moves in on 4 January 2027.
    expect(keys.length).toBeGreaterThan(1);
    for (const { status, isGrey, canOpen } of keys) {
      expect({ status, isGrey, canOpen }).toEqual({
        status: '… not yet',
        isGrey: true,
        canOpen: false,
      });
    }
    await shoot(page, 'phone-pending');
  });

  test('times are those of the clock at the door, wherever the phone is', async () => {
    const { page } = await suite.enrolled('finn');
    const when = await text(page, '[data-door=l4-f07] .when');
    // In New York, where this browser is, it begins on 19 November at 18:00.
    expect(when).toContain('from 20 Nov 2026, 00:00 until 1 Dec 2026, 00:00');
    expect(when).toContain('Europe/Berlin');
  });

  test('a key that ends while the page lies open is said to have ended', async () => {
    const { phone, page } = await suite.enrolled('finn');
    expect(await page.getAttribute('[data-door=l4-f07]', 'data-status')).toBe('active');
    await phone.clock.fastForward(7 * 86_400_000);
    await page.waitForSelector('[data-door=l4-f07][data-status=expired]', BOUND);
    expect(await text(page, '[data-door=l4-f07] .status')).toBe('✗ expired');
  });

  test('a browser without Bluetooth says so and offers the rest', async () => {
    const { page } = await suite.enrolled('johanna');
    expect(await page.evaluate(() => 'bluetooth' in navigator)).toBe(false);
    expect(await text(page, 'main')).toContain('lets no page use Bluetooth');
    expect(await page.locator('.open').count()).toBe(0);
    expect(await doors(page)).toContain('Laundry');
    await shoot(page, 'phone-keys');
  });

  test('a phone that was withdrawn says so, greys everything, and remembers it', async () => {
    const { phone, page } = await suite.enrolled('lukas');
    const { devices } = await suite.house.desk.overview();
    const device = devices.filter(({ person }) => person === 'lukas').at(-1)?.device ?? '';
    await suite.house.desk.withdrawDevice(device);
    await page.click('button:text("Update the keys")');
    await page.waitForSelector('[data-code=withdrawn]', BOUND);
    const keys = page.locator('.key');
    expect(await keys.count()).toBeGreaterThan(0);
    expect(await page.locator('.key:not(.inactive)').count()).toBe(0);
    expect(new Set(await page.locator('.key .status').allTextContents())).toEqual(
      new Set(['✗ switched off']),
    );
    expect(await page.locator('.key .open').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'phone-withdrawn');
    await page.close();
    suite.site.isDown = true;
    const again = await suite.site.open(phone);
    await again.waitForSelector('[data-code=withdrawn]', BOUND);
    expect(await again.locator('.key:not(.inactive)').count()).toBe(0);
  });
});

describe('tabs and the end', () => {
  test('one tab holds the phone, another says so and takes over when that is closed', async () => {
    const { phone, page } = await suite.enrolled('johanna');
    const second = await suite.site.open(phone);
    await second.waitForSelector('[data-code=elsewhere]', BOUND);
    expect(await second.locator('.key').count()).toBe(0);
    expect(await violations(second)).toEqual([]);
    await page.close();
    await second.waitForSelector('.key', BOUND);
  });

  test('forgetting asks first, and then nothing of the phone is left', async () => {
    const { page } = await suite.enrolled('johanna');
    await page.click('button:text("Forget this phone")');
    expect(await violations(page)).toEqual([]);
    await page.click('button:text("No, keep it")');
    expect(await doors(page)).toContain('Laundry');
    await page.click('button:text("Forget this phone")');
    await page.click('button:text("Yes, erase everything")');
    await page.waitForSelector('form', BOUND);
    expect(await text(page, 'body')).not.toContain('Johanna');
    const left = await page.evaluate(async () => {
      const counts: number[] = [];
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((done) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => done(opening.result);
        });
        for (const shelf of database.objectStoreNames) {
          counts.push(
            await new Promise<number>((done) => {
              const counting = database.transaction(shelf).objectStore(shelf).count();
              counting.onsuccess = () => done(counting.result);
            }),
          );
        }
        database.close();
      }
      return { counts, local: localStorage.length, session: sessionStorage.length };
    });
    expect(left).toEqual({ counts: [0, 0], local: 0, session: 0 });
    await page.reload();
    await page.waitForSelector('form', BOUND);
  });

  test('site data that is cleared while the page is open ends the phone, and it says so', async () => {
    const { page } = await suite.enrolled('johanna');
    await page.evaluate(async () => {
      const { name = '' } = (await indexedDB.databases())[0] ?? {};
      indexedDB.deleteDatabase(name);
    });
    await page.waitForSelector('[role=alert][data-code=memory_failed]', BOUND);
  });
});

describe('what the page does not do', () => {
  test('it starts nothing inside another page, where its buttons could be pressed unseen', async () => {
    const { phone, page } = await suite.enrolled('johanna');
    await page.close();
    const outer = await phone.newPage();
    await outer.setContent(`<iframe src="${suite.site.address}"></iframe>`);
    const framed = outer.frameLocator('iframe');
    await framed.locator('[role=alert][data-code=framed]').waitFor(BOUND);
    expect(await framed.locator('.key').count()).toBe(0);
  });

  test('it does not go on with pins that are damaged, and offers to begin anew', async () => {
    const { phone, page } = await suite.enrolled('johanna');
    await page.evaluate(async () => {
      const { name = '' } = (await indexedDB.databases())[0] ?? {};
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
      });
      const writing = database.transaction('records', 'readwrite');
      writing.objectStore('records').put(new Uint8Array([1, 2, 3]), 'pins');
      await new Promise((done) => {
        writing.oncomplete = done;
      });
      database.close();
    });
    await page.close();
    const again = await suite.site.open(phone);
    await again.waitForSelector('[role=alert][data-code=pins_damaged]', BOUND);
    expect(await again.locator('.key').count()).toBe(0);
    expect(await violations(again)).toEqual([]);
    await again.click('button:text("Forget this phone")');
    await again.click('button:text("Yes, erase everything")');
    await again.waitForSelector('form', BOUND);
    expect(await again.inputValue('input')).toBe('');
  });
});

test.each([
  ['en', 'light', 1100],
  ['de', 'dark', 360],
] as const)('%s, %s, %i wide: nobody is kept out', async (language, scheme, width) => {
  const phone = await suite.newPhone({ language, scheme, width });
  const page = await suite.site.open(phone, `#code=${await suite.house.desk.makeCode('johanna')}`);
  await page.waitForSelector('form');
  expect(await page.getAttribute('html', 'lang')).toBe(language);
  expect(await violations(page)).toEqual([]);
  // By the keyboard alone: the field, then the button.
  await page.focus('input');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.problem[data-code=ok]', BOUND);
  // What had the focus is gone; it is where the new part begins.
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  expect(await violations(page)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(width);
  await shoot(page, `phone-${language}-${scheme}-${width}`);
});
