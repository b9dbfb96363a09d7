/** `npm run soak`: a server, or a feed with both its ends, at 80 % of what it can do for minutes, while everything changes. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { feedStage } from './feed-stage.js';
import { fileStage } from './file-stage.js';
import { runSoak, type Soak } from './measure.js';
import { soakText, verdictOf } from './verdict.js';

const USAGE = `npm run soak -- [options]
  --minutes N    how long the steady load lasts; default 10. Under 5, memory is not judged
  --feed         a publisher and a consumer of a feed, instead of a server over a policy file

Exit code: 0 memory is flat and nothing failed; 1 not so; 2 bad usage; 130 interrupted.`;

const INTERRUPTED = 130;
/** So many windows where minutes are too long for that. */
const WINDOWS_MIN = 6;

/** Runs it. @returns the exit code. */
export async function soak(root: string, argv: readonly string[]): Promise<number> {
  const given = settingsOf(argv);
  if (typeof given === 'string') {
    console.error(given);
    return given === USAGE ? 0 : 2;
  }
  const { minutes, isFeed } = given;
  const windows = Math.max(WINDOWS_MIN, Math.round(minutes));
  const effort = { windows, windowSeconds: (minutes * 60) / windows, progress };
  const found: Soak = { maximum: 0, windows: [], complaints: [], heaps: new Map() };
  const stop = once(process, 'SIGINT').then(() => 'interrupted' as const);
  progress('starting');
  const stage = await (isFeed ? feedStage : fileStage)(root);
  let ended: 'interrupted' | undefined;
  try {
    const running = runSoak(stage, effort, found);
    // Whoever interrupts hears no more of it.
    running.catch(() => undefined);
    ended = (await Promise.race([running, stop])) ?? undefined;
    if (ended === undefined) {
      for (const program of stage.programs.values()) {
        await program.end().catch((error: unknown) => found.complaints.push(String(error)));
      }
    }
  } finally {
    progress('');
    await stage.close();
  }
  const changed = stage.changed();
  console.log(soakText(found, { isFeed, changed }));
  if (ended !== undefined) return INTERRUPTED;
  const { isGood, text } = verdictOf(found);
  console.log(`\n${text}`);
  return isGood ? 0 : 1;
}

function settingsOf(argv: readonly string[]) {
  let values: { minutes?: string; feed?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string' },
        feed: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
  if (values.help === true) return USAGE;
  const isFeed = values.feed === true;
  const minutes = Number(values.minutes ?? 10);
  if (!(minutes > 0)) return `\`--minutes\` is a number above 0\n${USAGE}`;
  return { minutes, isFeed };
}

/** One line that is written over, where somebody looks. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
