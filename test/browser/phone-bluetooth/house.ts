/**
 * A house with two locks: the phone example's own server in a process of its own, as somebody starts it, and its locks in the
 * air of a browser. The server can be switched off; the locks never hear of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SyncRow } from '../../../examples/phone/desk/setup.mjs';
import type { Air } from './air.js';
import { type AirLock, type AirLocks, openAirLocks } from './emulated-lock.js';

/** The house in a test's hand. */
export interface House {
  /** Of the page; ends in `/`, and stays the same. */
  readonly address: string;
  readonly locks: AirLocks;
  /** The lock at a door. */
  lockAt(door: Door): AirLock;
  /** A code with which somebody enrols a phone. */
  codeFor(person: string): Promise<string>;
  withdraw(person: string): Promise<void>;
  /** What the desk says of somebody's right at a door. */
  syncOf(person: string, door: Door): Promise<SyncRow | undefined>;
  switchOn(): Promise<void>;
  switchOff(): Promise<void>;
  close(): Promise<void>;
}

/** Both are for everybody who lives there. */
export type Door = 'cellar' | 'yard';

const SERVER = join(import.meta.dirname, '../../../examples/phone/server.mjs');
const INSTALLED = new URL('installed.mjs', import.meta.url).href;

/** How long the server may take to come or go. */
const SERVER_MS = 20_000;

/**
 * Opens it, with everybody's right at every door.
 * @param page - folder of the built page.
 */
export async function openHouse(air: Air, page: string, people: readonly string[]): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'phone-house-'));
  const policy = join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify(policyFor(people)));
  const state = join(folder, 'state');
  const words = ['--folder', state, '--policy', policy, '--page', page, '--demo'];
  // The server makes the locks and gives them their keys; then they go on without it.
  const maker = await startServer([...words, '--port', '0', '--locks']);
  const { address } = maker;
  await maker.end();
  const { locks: rows } = JSON.parse(readFileSync(join(state, 'desk.json'), 'utf8')) as DeskRecord;
  const lockIds = new Map(Object.entries(rows).map(([lockId, { door }]) => [door, lockId]));
  const locks = await openAirLocks(air, join(state, 'locks'));
  const again = [...words, '--port', new URL(address).port];
  let server: Server | undefined = await startServer(again);
  return {
    address,
    locks,
    lockAt: (door) => locks.at(lockIds.get(door) ?? ''),
    codeFor: async (person) => {
      const { people: all } = await call<{ people: { id: string; code: string }[] }>(
        address,
        'demo',
      );
      return all.find(({ id }) => id === person)?.code ?? '';
    },
    withdraw: async (person) => void (await call(address, 'demo/withdraw', { person })),
    syncOf: async (person, door) => {
      const { rows } = await call<{ rows: SyncRow[] }>(address, 'demo/sync');
      return rows.find((row) => row.door === door && row.permission === `${person}-house`);
    },
    switchOn: async () => {
      server ??= await startServer(again);
    },
    switchOff: async () => {
      await server?.end();
      server = undefined;
    },
    close: async () => {
      await server?.end();
      locks.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As far as it says which lock is at which door. */
interface DeskRecord {
  readonly locks: Readonly<Record<string, { readonly door: string }>>;
}

async function call<T>(address: string, name: string, content?: object): Promise<T> {
  const body = content === undefined ? null : JSON.stringify(content);
  const headers = { 'content-type': 'application/json' };
  const method = body === null ? 'GET' : 'POST';
  const signal = AbortSignal.timeout(SERVER_MS);
  const response = await fetch(`${address}api/${name}`, { method, headers, body, signal });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function policyFor(people: readonly string[]): unknown {
  return {
    version: 1,
    organization: { id: 'garden-house', timeZone: 'Europe/Berlin', roles: 'kisi' },
    places: [{ id: 'house', name: 'Garden house' }],
    doors: [
      { id: 'cellar', place: 'house', name: 'Cellar', lock: 'offline' },
      { id: 'yard', place: 'house', name: 'Yard', lock: 'offline' },
    ],
    groups: [{ id: 'all', doors: ['cellar', 'yard'] }],
    users: people.map((id) => ({ id, name: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}` })),
    assignments: people.map((id) => ({
      id: `${id}-house`,
      subject: { type: 'user', id },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    })),
  };
}

interface Server {
  readonly address: string;
  /** As Ctrl-C does. */
  end(): Promise<void>;
}

async function startServer(words: readonly string[]): Promise<Server> {
  const run = ['--import', INSTALLED, SERVER, ...words];
  const child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const said: string[] = [];
  child.stderr.on('data', (text) => said.push(String(text)));
  const address = await within(
    new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        said.push(line);
        const found = /^The phone's page: (http\S+)$/u.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      ended.then(() => reject(new Error(`the server ended: ${said.join('\n')}`)), reject);
    }),
    child,
  );
  return {
    address,
    end: async () => {
      child.kill('SIGTERM');
      await within(ended, child);
    },
  };
}

/** What comes in time; a server that is too slow is killed. */
async function within<T>(wanted: Promise<T>, child: ChildProcess): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did nothing for ${SERVER_MS} ms`));
    }, SERVER_MS);
  });
  return await Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}
