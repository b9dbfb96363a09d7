import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderHeldError, holdByName, holdFolder } from '../../src/adapters/lock-file.js';
import { startChild } from './child.js';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorwright-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe.each([
  ['the kernel’s lock', holdFolder],
  ['a file with a name', holdByName],
])('%s', (_, hold) => {
  test('lets one in at a time, and the next after its release', () => {
    const held = hold(folder);
    expect(() => hold(folder)).toThrow(FolderHeldError);
    held.release();
    held.release();
    hold(folder).release();
  });

  test('names the process that holds the folder', () => {
    const held = hold(folder);
    expect(() => hold(folder)).toThrow(new RegExp(`process ${process.pid} .*uses`, 'u'));
    held.release();
  });

  test('a folder that does not exist is an error of the file system', () => {
    expect(() => hold(join(folder, 'missing'))).toThrow(/ENOENT/u);
  });
});

test('a killed process frees the folder, and only its end does', async () => {
  const child = await holder();
  expect(() => holdFolder(folder)).toThrow(
    new FolderHeldError(`process ${child.pid} already uses \`${folder}\``),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  holdFolder(folder).release();
});

test('a release that comes late does not free what another process took since', async () => {
  const early = holdFolder(folder);
  early.release();
  await holder();
  early.release();
  expect(() => holdFolder(folder)).toThrow(FolderHeldError);
});

/** Another process that holds the folder until it is killed. */
async function holder(): Promise<ChildProcess> {
  const child = await startChild(
    folder,
    `import { holdFolder } from './src/adapters/lock-file.js';
    holdFolder(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`,
  );
  children.push(child);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}
