/**
 * A consumer's memory as a folder: a generation is a snapshot and the messages after it, `current` names the one that counts.
 * Generations change by one rename, so whatever instant the power fails at, one of the two is whole.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SEALED_BYTES_MAX } from '../../distribution/sealed.js';
import { holdFolder } from '../lock-file.js';
import { replaceFile, syncFolder } from '../record-folder.js';
import type { FeedMemory, RememberedFeed } from './feed-memory.js';

const CURRENT = 'current';
const PROOF = 'proof';
const GENERATION = /^g(\d{1,15})$/u;
/** Before each record: its length and its CRC-32, big-endian. */
const HEAD_BYTES = 8;

/**
 * Opens the folder for this process; makes it when it is not there.
 * @throws FolderHeldError when another process uses it, or the file system's error.
 */
export function feedFolder(folder: string): FeedMemory {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = holdFolder(folder);
  let log: FileHandle | undefined;
  let generation = 0;
  return {
    async load() {
      generation = await currentOf(folder);
      sweep(folder, generation);
      if (generation === 0) return undefined;
      const place = join(folder, `g${generation}`);
      const messages = await readLog(join(place, 'log'));
      log = await open(join(place, 'log'), 'a', 0o600);
      const proof = await readFile(join(folder, PROOF)).catch(missing);
      return remembered(join(place, 'snapshot'), messages, proof);
    },
    async begin(head) {
      const next = Math.max(generation, ...generationsIn(folder)) + 1;
      const draft = await beginGeneration(folder, next, head);
      return {
        write: draft.write,
        abandon: draft.abandon,
        async commit(messages) {
          const newLog = await draft.finish(messages).catch(async (error: unknown) => {
            // A full disk must not get fuller with every try.
            await draft.abandon();
            throw error;
          });
          replaceFile(folder, CURRENT, new TextEncoder().encode(`${next}\n`));
          await log?.close();
          log = newLog;
          generation = next;
          sweep(folder, next);
        },
      };
    },
    async append(messages) {
      // Before the first snapshot there is nothing that messages could follow.
      if (log === undefined) return;
      await log.appendFile(Buffer.concat(messages.map(recordOf)));
      await log.sync();
    },
    prove(proof) {
      replaceFile(folder, PROOF, proof);
      return Promise.resolve();
    },
    async close() {
      await log?.close();
      log = undefined;
      held.release();
    },
  };
}

/** A generation in the making. `finish` makes it durable and answers its log, open for more. */
async function beginGeneration(folder: string, number: number, head: Uint8Array) {
  const place = join(folder, `g${number}`);
  mkdirSync(place, { mode: 0o700 });
  const file = await open(join(place, 'snapshot'), 'wx', 0o600);
  const abandon = async (): Promise<void> => {
    await file.close();
    await rm(place, { recursive: true, force: true });
  };
  // All of it: one write may take less, when the disk is nearly full.
  const write = (bytes: Uint8Array): Promise<void> => file.appendFile(recordOf(bytes));
  await write(head).catch(async (error: unknown) => {
    await abandon();
    throw error;
  });
  return {
    write,
    abandon,
    async finish(messages: readonly Uint8Array[]): Promise<FileHandle> {
      await file.sync();
      await file.close();
      const log = await open(join(place, 'log'), 'ax', 0o600);
      try {
        await log.appendFile(Buffer.concat(messages.map(recordOf)));
        await log.sync();
        syncFolder(place);
        syncFolder(folder);
      } catch (error) {
        await log.close();
        throw error;
      }
      return log;
    },
  };
}

async function currentOf(folder: string): Promise<number> {
  const text = (await readFile(join(folder, CURRENT)).catch(missing))?.toString('utf8').trim();
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : 0;
}

function generationsIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number] = GENERATION.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
}

/** Removes generations that do not count: begun and never finished, or followed by another. */
function sweep(folder: string, current: number): void {
  for (const one of generationsIn(folder)) {
    if (one !== current) rmSync(join(folder, `g${one}`), { recursive: true, force: true });
  }
}

/** The snapshot's file as a feed. */
async function remembered(
  path: string,
  messages: readonly Uint8Array[],
  proof: Uint8Array | undefined,
): Promise<RememberedFeed | undefined> {
  const records = readRecords(path);
  const first = await records.next();
  if (first.done === true) return undefined;
  const feed = { head: first.value, parts: records, messages };
  return proof === undefined ? feed : { ...feed, proof };
}

/** The records of a file, up to where it ends or makes no sense. */
async function* readRecords(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { buffer: head, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES);
      if (bytesRead < HEAD_BYTES) return;
      const length = head.readUInt32BE(0);
      if (length === 0 || length > SEALED_BYTES_MAX) return;
      const body = await file.read(Buffer.alloc(length), 0, length);
      if (body.bytesRead < length || crc32(body.buffer) !== head.readUInt32BE(4)) return;
      yield new Uint8Array(body.buffer.buffer, body.buffer.byteOffset, length);
    }
  } finally {
    await file.close();
  }
}

/** The messages of a log. What a cut write left at its end is removed, so that later ones do not follow nonsense. */
async function readLog(path: string): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  let whole = 0;
  for await (const message of readRecords(path)) {
    messages.push(message);
    whole += HEAD_BYTES + message.length;
  }
  const file = await open(path, 'r+');
  await file.truncate(whole);
  await file.sync();
  await file.close();
  return messages;
}

function recordOf(bytes: Uint8Array): Buffer {
  const record = Buffer.alloc(HEAD_BYTES + bytes.length);
  record.writeUInt32BE(bytes.length, 0);
  record.writeUInt32BE(crc32(bytes), 4);
  record.set(bytes, HEAD_BYTES);
  return record;
}

function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
