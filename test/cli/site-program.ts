/** Runs `doorwright site` and `doorwright events` in this process, as the program runs them, on stores in memory. */
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import { EVENTS, SITE } from '../../src/cli/commands/site.js';
import { InputError, UsageError } from '../../src/cli/failure.js';
import { issueLine } from '../../src/cli/policies.js';
import type { Run } from './program.js';

/** A small office: Olga owns it, Max gives access in it, Ada and Ben work there, Cora cleans. */
export const OFFICE = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq', name: 'Head office', capacity: 2 }, { id: 'lab' }],
  floors: [{ id: 'ground', place: 'hq' }],
  doors: [
    {
      id: 'front',
      place: 'hq',
      readers: [
        { id: 'in', direction: 'entry' },
        { id: 'out', direction: 'exit' },
      ],
    },
    { id: 'back', place: 'hq' },
    { id: 'cold', place: 'lab' },
  ],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'lift-1', floor: 'ground' }] }],
  groups: [
    { id: 'staff', name: 'All staff', place: 'hq', doors: ['front', 'back'], stops: ['lift-1'] },
    { id: 'cold-room', place: 'lab', doors: ['cold'] },
  ],
  users: [
    { id: 'olga', email: 'olga@acme.example' },
    { id: 'max' },
    { id: 'ada', name: 'Ada Lovelace', email: 'ada@acme.example' },
    { id: 'ben', email: 'ben@acme.example' },
    { id: 'cora' },
  ],
  teams: [{ id: 'crew', users: ['ben'] }],
  assignments: [
    right('owner', 'olga', 'organization_owner', { type: 'organization', id: 'acme' }),
    right('desk', 'max', 'place_access_manager', { type: 'place', id: 'hq' }),
    right('ada-staff', 'ada', 'door_access', { type: 'group', id: 'staff' }),
  ],
} as const;

/**
 * The program on these words. Exit codes and streams are those of main.ts; what would be an internal error there
 * fails the test.
 */
export async function program(...words: readonly string[]): Promise<Run> {
  const command = words[0] === 'events' ? EVENTS : SITE;
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const terminal = {
    width: 200,
    write: async (text: string) => void stdout.push(text),
    warn: (text: string) => void stderr.push(`${text}\n`),
    paint: (_style: unknown, text: string) => text,
    progress: () => undefined,
    busy: () => undefined,
  };
  const code = await answered(async () => {
    const options = { ...command.options, ...COMMON_OPTIONS };
    return command.run(readArguments(words.slice(1), options, command.filesMax), terminal);
  }, stderr);
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** What the program says in JSON. */
export async function json<T = never>(...words: readonly string[]): Promise<T> {
  const { stdout, stderr } = await program(...words, '--json');
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

async function answered(work: () => Promise<number>, stderr: string[]): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error;
    const issues = error instanceof InputError ? error.issues.map(issueLine) : [];
    stderr.push([error.message, ...issues].join('\n'));
    return 2;
  }
}

function right(id: string, user: string, role: string, scope: { type: string; id: string }) {
  return { id, subject: { type: 'user', id: user }, role, scope };
}
