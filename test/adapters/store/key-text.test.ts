import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexText, keyText, textOfKey } from '../../../src/adapters/store/key-text.js';
import { runs } from '../../helpers/runs.js';

const SEED = 20261122;
const any = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('\0', '\x01', '\x02', '0', '1', '~', '\x7f', '\x80', '\ud800', '\uffff'))
    .map((parts) => parts.join('')),
);

describe('the key of a text', () => {
  test.each([
    ['', ''],
    ['plain id-1', 'plain id-1'],
    ['\0', '\x010'],
    ['\x01', '\x011'],
    ['\x7f', '\x7f007f'],
    ['é', '\x7f00e9'],
    ['😀', '\x7fd83d\x7fde00'],
    ['\ud800', '\x7fd800'],
  ])('%j is %j', (text, key) => expect(keyText(text)).toBe(key));

  test('leads back to the text, and holds only what any database takes', () => {
    fc.assert(
      fc.property(any, (text) => {
        const key = keyText(text);
        expect(textOfKey(key)).toBe(text);
        for (const unit of key) {
          expect(unit > '\0' && unit <= '\x7f').toBe(true);
        }
      }),
      { seed: SEED, numRuns: runs(2000) },
    );
  });

  test('sorts by bytes as the text does by code units', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const bytes = (text: string) => Buffer.from(keyText(text), 'latin1');
        expect(Math.sign(Buffer.compare(bytes(a), bytes(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      { seed: SEED, numRuns: runs(5000) },
    );
  });
});

describe('the text an index finds a name by', () => {
  test('is no other name’s', () => {
    const name = fc.oneof(any, fc.record({ type: any, id: any }));
    fc.assert(
      fc.property(name, name, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(indexText(a) === indexText(b)).toBe(isSame);
      }),
      { seed: SEED, numRuns: runs(2000) },
    );
  });

  test('fits into an index, however long the name', () => {
    for (const length of [598, 599, 600, 100_000]) {
      const long = '\uffff'.repeat(length);
      expect(Buffer.byteLength(indexText(long))).toBeLessThan(2000);
      expect(indexText(`${long}a`)).not.toBe(indexText(`${long}b`));
    }
    expect(indexText(`#${'0'.repeat(64)}`)).not.toMatch(/^#/u);
  });
});
