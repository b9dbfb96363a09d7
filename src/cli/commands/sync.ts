/** `doorwright sync`: what offline locks do not know yet, how dangerous that is, and where to go. */
import { parseText } from '../../policy/parse.js';
import { overviewOf, type SyncView } from '../../sync/overview.js';
import { parseSyncState } from '../../sync/parse-state.js';
import type { SyncState } from '../../sync/state.js';
import { DAY_MS, INSTANT_END } from '../../values/instant.js';
import type { Arguments } from '../arguments.js';
import { readInstant, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { fileName, readText } from '../files.js';
import { LIST_OPTIONS, readLinesMax } from '../list-text.js';
import { overviewData, overviewLines } from '../sync-text.js';

/** The command `sync`. */
export const SYNC: Command = {
  name: 'sync',
  summary: 'say what offline locks do not know yet, how dangerous that is, and where to go',
  usage: '<state.json> [--at T] [--view permission|door]',
  about: [
    'Reads the state that a server keeps of its offline locks and scores every permission at every door from 0 (grey: look at the lock) over 1 (red: send someone), 2 (orange: a carrier will come) and 3 (yellow: not with its holder yet) to 4 and 5 (green). A score may lag behind the truth; it never runs ahead of it.',
    'The list of what to do begins with the door where a visit mends most. Doors are followed by their permissions that are not dark green. With --view door every permission shows the worst of its door. Without --at the clock of this machine is asked.',
    'Exit code: 0 everything is green, 1 something needs action, 2 bad usage or input.',
  ],
  examples: [
    'doorwright sync examples/housing/sync.json --at 2026-11-24T10:00:00+01:00',
    'doorwright sync state.json --view door --json',
  ],
  options: {
    at: { value: 'T', about: 'the instant asked about, RFC 3339 with an offset; default now' },
    view: { value: 'V', choices: ['permission', 'door'], about: 'permission (default) or door' },
    ...LIST_OPTIONS,
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a state file');
    const view = readView(args);
    const linesMax = readLinesMax(args);
    const seconds = readSeconds(args);
    const overview = overviewOf(await readState(file), seconds, view);
    const text = args.has('json')
      ? JSON.stringify(overviewData(overview), undefined, 2)
      : overviewLines(overview, linesMax, terminal).join('\n');
    await terminal.write(`${text}\n`);
    return overview.organization.score >= 4 ? EXIT.yes : EXIT.no;
  },
};

/** A forecast may lie so far ahead, and must still be a time that can be written. */
const FORECAST_DAYS_MAX = 201 * 366;

const VIEWS: readonly SyncView[] = ['permission', 'door'];

function readView(args: Arguments): SyncView {
  const text = args.get('view') ?? 'permission';
  const view = VIEWS.find((one) => one === text);
  if (view !== undefined) return view;
  throw new UsageError(`\`--view\` is permission or door: \`${text}\`${hint(text, VIEWS)}`);
}

/** Whole seconds, rounded down: a lock is not said to refuse before it does. */
function readSeconds(args: Arguments): number {
  const text = args.get('at');
  const ms = text === undefined ? Date.now() : readInstant('at', text);
  if (ms < 0 || ms > INSTANT_END - FORECAST_DAYS_MAX * DAY_MS) {
    throw new UsageError('`--at` must lie between the years 1970 and 9797');
  }
  return Math.floor(ms / 1000);
}

async function readState(file: string): Promise<SyncState> {
  const text = parseText(await readText(file));
  const parsed = text.ok ? parseSyncState(text.value) : text;
  if (parsed.ok) return parsed.value;
  throw new InputError(`${fileName(file)} is no valid state of locks`, parsed.issues);
}
