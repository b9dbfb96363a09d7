import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { watchFile } from '../../src/adapters/server/watched-file.js';

/** A file system whose clock ticks every two seconds, as there are some. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const coarse = (ns: bigint) => ns - (ns % 2_000_000_000n);
  const stat = async (path: string) => {
    const found = await real.stat(path, { bigint: true });
    const { ino, dev, size, mtimeNs, ctimeNs } = found;
    return { ino, dev, size, mtimeNs: coarse(mtimeNs), ctimeNs: coarse(ctimeNs) };
  };
  return { ...real, stat };
});

const folder = mkdtempSync(join(tmpdir(), 'doorwright-coarse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is written under the same marks is found all the same, and then the file is left alone', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'a0');
  const taken: string[] = [];
  const file = watchFile({
    path,
    bytesMax: 100,
    everyMs: 20,
    settleMs: 1,
    take: ({ bytes }) => taken.push(Buffer.from(bytes).toString()),
  });
  expect(await file.looking.look()).toBe(true);
  // Ten writes in a second: most of them leave the marks as they were.
  for (let version = 1; version < 10; version++) {
    const handle = openSync(path, 'r+');
    writeSync(handle, `a${version}`, 0);
    closeSync(handle);
    while (taken.at(-1) !== `a${version}`) await pause(2);
    await pause(100);
  }
  expect(taken).toEqual(Array.from({ length: 10 }, (_, version) => `a${version}`));
  file.close();
}, 15_000);
