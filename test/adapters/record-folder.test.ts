import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CORRUPT_RECORD } from '../../protocol/lock/record-copies.js';
import { openRecordFolder } from '../../src/adapters/record-folder.js';
import { startChild } from './child.js';

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'doorwright-records-'));
  folder = join(base, 'lock');
});
afterEach(() => rmSync(base, { recursive: true }));

const ONE = Uint8Array.of(1, 1, 1);
const TWO = Uint8Array.of(2, 2);
const reopened = () => Object.fromEntries(openRecordFolder(folder).records);

describe('a folder of records', () => {
  test('gives back what was written last, after every write', () => {
    const store = openRecordFolder(folder);
    for (let value = 1; value < 20; value++) {
      store.write('policy', Uint8Array.of(value));
      store.write('log.7', Uint8Array.of(0, value));
      expect(reopened()).toEqual({
        policy: Uint8Array.of(value),
        'log.7': Uint8Array.of(0, value),
      });
    }
  });

  test('keeps the generation before the newest, and no third', () => {
    const store = openRecordFolder(folder);
    for (const value of [ONE, TWO, ONE]) store.write('policy', value);
    expect(readdirSync(folder).sort()).toEqual(['policy.a', 'policy.b']);
    writeFileSync(join(folder, 'policy.a'), 'torn');
    expect(reopened()).toEqual({ policy: TWO });
  });

  test.each(['empty', 'shortened', 'one bit'])(
    'falls back on the older copy of a torn write: %s',
    (how) => {
      const store = openRecordFolder(folder);
      store.write('policy', ONE);
      store.write('policy', TWO);
      const file = join(folder, 'policy.b');
      const image = readFileSync(file);
      image[9] = (image[9] as number) ^ 1;
      writeFileSync(
        file,
        how === 'empty' ? '' : how === 'shortened' ? image.subarray(0, 10) : image,
      );
      expect(reopened()).toEqual({ policy: ONE });
      openRecordFolder(folder).write('policy', TWO);
      expect(reopened()).toEqual({ policy: TWO });
    },
  );

  test('says of a record with two broken copies that it is corrupt, and never that it is missing', () => {
    const store = openRecordFolder(folder);
    store.write('policy', ONE);
    store.write('policy', TWO);
    for (const copy of ['a', 'b'])
      writeFileSync(join(folder, `policy.${copy}`), 'rubbish, long enough');
    expect(reopened()).toEqual({ policy: CORRUPT_RECORD });
  });

  test('an erased record stays away, and one half erased is still there', () => {
    const store = openRecordFolder(folder);
    store.write('policy', ONE);
    store.write('policy', TWO);
    rmSync(join(folder, 'policy.a'));
    expect(reopened()).toEqual({ policy: TWO });
    openRecordFolder(folder).erase('policy');
    expect(reopened()).toEqual({});
    openRecordFolder(folder).erase('policy');
  });

  test('erases the older copy first, so that a cut in between brings nothing old back', () => {
    const store = openRecordFolder(folder);
    for (const value of [ONE, TWO, ONE]) store.write('policy', value);
    // A folder in the place of the newest copy cannot be removed as a file: the cut, as it were.
    rmSync(join(folder, 'policy.a'));
    mkdirSync(join(folder, 'policy.a'));
    expect(() => store.erase('policy')).toThrow();
    expect(readdirSync(folder)).toEqual(['policy.a']);
  });

  test('takes away what a cut write left, and is readable by its owner alone', () => {
    openRecordFolder(folder).write('policy', ONE);
    writeFileSync(join(folder, 'policy.b.new'), 'half');
    expect(reopened()).toEqual({ policy: ONE });
    expect(readdirSync(folder)).toEqual(['policy.a']);
    expect(statSync(join(folder, 'policy.a')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test.each(['', '../policy', 'Policy', 'a/b', '.', 'x'.repeat(65)])(
    'refuses the name `%s`',
    (name) => {
      expect(() => openRecordFolder(folder).write(name, ONE)).toThrow(RangeError);
    },
  );

  test('nothing acknowledged is lost and nothing half written is read when the process is killed', async () => {
    for (const patience of [3, 17, 60]) {
      const child = await startChild(
        base,
        `import { openRecordFolder } from './src/adapters/record-folder.js';
        const store = openRecordFolder(${JSON.stringify(folder)});
        const first = new DataView((store.records.get('count') ?? new Uint8Array(4096)).slice().buffer).getUint32(0);
        for (let value = first + 1; ; value++) {
          const bytes = new Uint8Array(4096).fill(value & 255);
          new DataView(bytes.buffer).setUint32(0, value);
          store.write('count', bytes);
          console.log(value);
        }`,
      );
      const output = child.stdout as NonNullable<typeof child.stdout>;
      let printed = '';
      for await (const piece of output) {
        printed += String(piece);
        if (printed.split('\n').length > patience) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const acknowledged = Number(printed.trimEnd().split('\n').at(-1));
      const bytes = openRecordFolder(folder).records.get('count') as Uint8Array;
      const stored = new DataView(bytes.slice().buffer).getUint32(0);
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      expect(stored).toBeLessThanOrEqual(acknowledged + 1);
      expect(bytes.subarray(4)).toEqual(new Uint8Array(4092).fill(stored & 255));
    }
  });
});
