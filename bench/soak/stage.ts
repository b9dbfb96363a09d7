/** What a soak runs on: processes of the built program, and a way to change the policy under them. */
import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN } from '../serve/questions.js';
import type { Program } from './program.js';

/** A stage; it is closed by whoever opened it. */
export interface Stage {
  /** By name. The first is asked. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly port: number;
  /** The file of clients of the one that is asked. */
  readonly clients: string;
  /** Changes the policy. @throws Error when the change before is still not in force. */
  change(): Promise<void>;
  /** How often the policy was changed. */
  changed(): number;
  close(): Promise<void>;
}

/** The two tokens of a second client, of which one counts at a time. */
export const SECONDS = ['11'.repeat(16), '22'.repeat(16)] as const;

/** Writes the file of clients, whole. */
export async function writeClients(file: string, second: string): Promise<void> {
  const client = (id: string, token: string) => ({
    id,
    sha256: createHash('sha256').update(token).digest('hex'),
    asserts: 'facts',
  });
  const clients = [client('gate', TOKEN), client('second', second)];
  await putFile(file, JSON.stringify({ clients }));
}

/** Renames a file into place: nobody reads half of it. */
export async function putFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** The file of clients in a folder. */
export function clientsIn(folder: string): string {
  return join(folder, 'clients.json');
}

/** Waits until a server decides by a revision, or a newer one. @throws Error when it does not within ten seconds. */
export async function untilRevision(port: number, revision: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    const { revision: has } = (await response.json()) as { revision: number | null };
    if ((has ?? -1) >= revision) return;
    if (performance.now() > until) throw new Error(`at revision ${has}, not yet at ${revision}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const PATIENCE_MS = 10_000;
