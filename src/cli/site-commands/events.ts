/** `doorwright site events` and `doorwright events`: what happened, as a list, as lines for other programs, and checked. */
import { type ExportOptions, exportEvents, listEvents } from '../../adapters/site/event-list.js';
import { verifyEvents } from '../../adapters/site/verify-events.js';
import type { ChainHead } from '../../admin/events/chain.js';
import { EVENT_LOGS, type EventFilter, type EventLog } from '../../admin/events/event.js';
import { EXPORT_FORMATS } from '../../admin/events/event-line.js';
import { type ReadEvent, readEvent } from '../../admin/events/read-event.js';
import type { ChainCheck } from '../../admin/events/verify-chain.js';
import { type Arguments, readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { type OpenedSite, withSite } from './opened.js';
import { choice, counted, readInstantText, single } from './reading.js';

/** The newest events that match, or all of them as lines with `--format`. */
export const runEvents: Command['run'] = (args, terminal) => {
  const query = { log: logOf(args), filter: filterOf(args) };
  const format = choice(args, 'format', EXPORT_FORMATS);
  if (format !== undefined) {
    const other = ['limit', 'json'].find((option) => args.has(option));
    if (other !== undefined) {
      throw new UsageError(`\`--format\` writes every event as lines; not with \`--${other}\``);
    }
    return withSite(args, (opened) => exportLines(opened, { ...query, format }, terminal));
  }
  const limit = readCount('limit', args.get('limit') ?? '50', 10_000);
  return withSite(args, async ({ site, actor }) => {
    const list = await listEvents(site, actor, { ...query, limit });
    if (!list.ok) return refused(list.detail, terminal);
    const events = list.value.events.map(readEvent);
    const text = args.has('json')
      ? JSON.stringify(events, undefined, 2)
      : tableLines(events.map(eventRow), terminal.width).join('\n');
    await terminal.write(text === '' ? 'nothing\n' : `${text}\n`);
    return EXIT.yes;
  });
};

/** Whether the chain of a log, or of all of them, is whole. */
export const runVerify: Command['run'] = (args, terminal) => {
  const logs = args.has('log') ? [logOf(args)] : EVENT_LOGS;
  const kept = args.all('head').map(headOf);
  const other = kept.find(({ log }) => !logs.includes(log));
  if (other !== undefined) {
    throw new UsageError(`\`--head\` is of the log \`${other.log}\`, which \`--log\` leaves out`);
  }
  return withSite(args, async ({ site }) => {
    const checks: ChainCheck[] = [];
    for (const log of logs) {
      const check = await verifyEvents(site, log, {
        kept: kept.filter((head) => head.log === log),
        progress: (count) => terminal.progress(`${log}: ${count} events`),
      });
      checks.push(check);
    }
    terminal.progress(undefined);
    const text = args.has('json')
      ? JSON.stringify(checks, undefined, 2)
      : checks.map(checkLine).join('\n');
    await terminal.write(`${text}\n`);
    return checks.some(({ broken }) => broken !== undefined) ? EXIT.no : EXIT.yes;
  });
};

async function exportLines(
  { site, actor }: OpenedSite,
  query: Omit<ExportOptions, 'progress'>,
  terminal: Terminal,
): Promise<number> {
  const progress = (count: number) => terminal.progress(`${count} events`);
  const lines = await exportEvents(site, actor, { ...query, progress });
  if (!lines.ok) return refused(lines.detail, terminal);
  for await (const line of lines.value) await terminal.write(line);
  terminal.progress(undefined);
  return EXIT.yes;
}

function checkLine({ head, checked, erased, broken }: ChainCheck): string {
  const { log, seq, hash } = head;
  if (broken !== undefined) {
    return `${log}: BROKEN at event ${broken.seq}: ${broken.fault}, ${shown(broken.detail)}`;
  }
  const gone = [
    erased.contents > 0 ? `${erased.contents} erased` : '',
    erased.personal > 0 ? `${erased.personal} without their personal part` : '',
  ].filter((part) => part !== '');
  const less = gone.length === 0 ? '' : ` (${gone.join(', ')})`;
  return `${log}: whole, ${counted(checked, 'event')}${less}; head ${log}:${seq}:${hash}`;
}

/** A head as the command prints it: `audit:12:` and the hash. */
function headOf(text: string): ChainHead {
  const [, log, seq, hash] = /^([a-z]+):(\d{1,15}):([0-9a-f]{64})$/u.exec(text) ?? [];
  const known = EVENT_LOGS.find((one) => one === log);
  if (known === undefined || seq === undefined || hash === undefined) {
    throw new UsageError(`\`--head\` is a head as printed, log:number:hash: \`${text}\``);
  }
  return { log: known, seq: Number(seq), hash };
}

function logOf(args: Arguments): EventLog {
  return choice(args, 'log', EVENT_LOGS) ?? 'access';
}

const OUTCOMES = ['permitted', 'refused', 'done', 'failed'] as const;

function filterOf(args: Arguments): EventFilter {
  const [user, door, by] = [single(args, 'user'), single(args, 'door'), args.get('by')];
  const [place, reason] = [args.get('place'), args.get('reason')];
  const [from, until] = [readInstantText(args, 'from'), readInstantText(args, 'until')];
  if (from !== undefined && until !== undefined && from >= until) {
    throw new UsageError(`\`--until\` is not after \`--from\`: \`${until}\``);
  }
  const types = args.all('type');
  const outcome = choice(args, 'outcome', OUTCOMES);
  return {
    ...(types.length === 0 ? {} : { types }),
    ...(user === undefined ? {} : { subject: { type: 'user', id: user } }),
    ...(by === undefined ? {} : { actor: { type: 'user', id: by } }),
    ...(door === undefined ? {} : { object: { type: 'door', id: door } }),
    ...(place === undefined ? {} : { place }),
    ...(reason === undefined ? {} : { reason }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function eventRow({
  seq,
  time,
  type,
  outcome,
  object,
  reason,
  actor,
  subject,
}: ReadEvent): string[] {
  const who = subject ?? actor;
  return [
    String(seq),
    time,
    shown(type),
    outcome,
    object === undefined ? '' : shown(`${object.type} ${object.id}`),
    [who === undefined ? '' : shown(`${who.type} ${who.id}`), reason ?? '']
      .filter((part) => part !== '')
      .join(', '),
  ];
}

function refused(detail: string, terminal: Terminal): number {
  terminal.warn(`doorwright: refused: ${shown(detail)}`);
  return EXIT.no;
}
