/** `doorwright site events` and `doorwright events`: what happened, as a list, as lines for other programs, and checked. */
import { exportEvents, listEvents } from '../../adapters/site/event-list.js';
import { verifyEvents } from '../../adapters/site/verify-events.js';
import type { ChainHead } from '../../admin/events/chain.js';
import { EVENT_LOGS, type EventFilter, type EventLog } from '../../admin/events/event.js';
import { EXPORT_FORMATS } from '../../admin/events/event-line.js';
import { type ReadEvent, readEvent } from '../../admin/events/read-event.js';
import { type Arguments, readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { withSite } from './opened.js';
import { readInstantText } from './reading.js';

/** The newest events that match, or all of them as lines with `--format`. */
export const runEvents: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const log = logOf(args);
    const filter = filterOf(args);
    const format = args.get('format');
    if (format === undefined) {
      const limit = readCount('limit', args.get('limit') ?? '50', 10_000);
      const list = await listEvents(site, actor, { log, filter, limit });
      if (!list.ok) return refused(list.detail, terminal);
      const events = list.value.events.map(readEvent);
      const text = args.has('json')
        ? JSON.stringify(events, undefined, 2)
        : tableLines(events.map(eventRow), terminal.width).join('\n');
      await terminal.write(text === '' ? 'nothing\n' : `${text}\n`);
      return EXIT.yes;
    }
    const known = EXPORT_FORMATS.find((one) => one === format);
    if (known === undefined) {
      const formats = EXPORT_FORMATS.join(', ');
      throw new UsageError(
        `\`--format\` is ${formats}: \`${format}\`${hint(format, EXPORT_FORMATS)}`,
      );
    }
    const progress = (count: number) => terminal.progress(`${count} events`);
    const lines = await exportEvents(site, actor, { log, filter, format: known, progress });
    if (!lines.ok) return refused(lines.detail, terminal);
    for await (const line of lines.value) await terminal.write(line);
    terminal.progress(undefined);
    return EXIT.yes;
  });

/** Whether the chain of a log, or of all of them, is whole. */
export const runVerify: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site }) => {
    const logs = args.has('log') ? [logOf(args)] : EVENT_LOGS;
    const kept = args.all('head').map(headOf);
    const checks = [];
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
      : checks
          .map(({ head, checked, erased, broken }) =>
            broken === undefined
              ? `${head.log}: whole, ${checked} events (${erased.contents} contents and ${erased.personal} personal parts erased); head ${head.log}:${head.seq}:${head.hash}`
              : `${head.log}: BROKEN at event ${broken.seq}: ${broken.fault}, ${broken.detail}`,
          )
          .join('\n');
    await terminal.write(`${text}\n`);
    return checks.some(({ broken }) => broken !== undefined) ? EXIT.no : EXIT.yes;
  });

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
  const text = args.get('log') ?? 'access';
  const log = EVENT_LOGS.find((one) => one === text);
  if (log !== undefined) return log;
  throw new UsageError(
    `\`--log\` is ${EVENT_LOGS.join(', ')}: \`${text}\`${hint(text, EVENT_LOGS)}`,
  );
}

const OUTCOMES = ['permitted', 'refused', 'done', 'failed'] as const;

function filterOf(args: Arguments): EventFilter {
  const [user, door, by] = [args.get('user'), args.get('door'), args.get('by')];
  const [place, reason, text] = [args.get('place'), args.get('reason'), args.get('outcome')];
  const [from, until] = [readInstantText(args, 'from'), readInstantText(args, 'until')];
  const types = args.all('type');
  const outcome = OUTCOMES.find((one) => one === text);
  if (text !== undefined && outcome === undefined) {
    throw new UsageError(
      `\`--outcome\` is ${OUTCOMES.join(', ')}: \`${text}\`${hint(text, OUTCOMES)}`,
    );
  }
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

function refused(detail: string, terminal: Parameters<Command['run']>[1]): number {
  terminal.warn(`doorwright: ${shown(detail)}`);
  return EXIT.no;
}

/** `doorwright events verify`, the one subcommand that has a short name. */
export const runEventsAlone: Command['run'] = (args, terminal) => {
  const [name = ''] = args.files;
  if (name === 'verify') return runVerify(args, terminal);
  if (name === 'list') return runEvents(args, terminal);
  throw new UsageError(`say list or verify${hint(name, ['list', 'verify'])}`);
};
