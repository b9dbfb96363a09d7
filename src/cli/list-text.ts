/** The two lists of `who` and `doors`: may open now, and has access but not now. */
import type { Reason } from '../engine/decision.js';
import type { Entity } from '../engine/request.js';
import type { Arguments, Options } from './arguments.js';
import { readCount } from './arguments.js';
import type { Access, AccessLists } from './holders.js';
import { LIST_LINES_DEFAULT } from './limits.js';
import type { Site } from './site.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { called, sentence, statusWords } from './words.js';

/** Options of the commands that print lists of access. */
export const LIST_OPTIONS: Options = {
  limit: { value: 'N', about: `lines printed of each list; default ${LIST_LINES_DEFAULT}` },
};

/** How many lines of each list are asked for. @throws UsageError for what is no count. */
export function readLinesMax(args: Arguments): number {
  return readCount('limit', args.get('limit') ?? String(LIST_LINES_DEFAULT), 999_999_999);
}

/** How a list is printed. */
export interface ListStyle {
  /** What a line is about: the person at a door, or the door of a person. */
  readonly about: 'subject' | 'resource';
  readonly linesMax: number;
}

const NAME_LENGTH_SHOWN = 28;

/** Both lists as text. */
export function listLines(
  site: Site,
  lists: AccessLists,
  style: ListStyle,
  terminal: Terminal,
): string[] {
  const now = lists.now.map((access) => [
    ...nameCells(site, access[style.about]),
    access.decision.context.reason === 'door_unlocked'
      ? 'the door stands unlocked'
      : `by ${access.decision.context.grants.map((id) => `\`${shown(id)}\``).join(', ')}`,
  ]);
  const notNow = lists.notNow.map((access) => [
    ...nameCells(site, access[style.about]),
    whyNot(access),
  ]);
  return [
    terminal.paint(['bold', 'green'], `may open now (${now.length})`),
    ...capped(now, style, terminal),
    terminal.paint(['bold', 'yellow'], `has access, but not now (${notNow.length})`),
    ...capped(notNow, style, terminal),
  ];
}

/** Both lists as data for `--json`, complete. */
export function listData(
  lists: AccessLists,
  about: 'subject' | 'resource',
): {
  readonly now: readonly unknown[];
  readonly notNow: readonly unknown[];
} {
  const plain = (access: Access): Record<string, unknown> => ({
    [about]: access[about],
    reasons: access.decision.context.reasons,
    grants: access.decision.context.grants,
    assignments: access.entries.map((entry) => ({
      id: entry.assignment,
      subject: entry.subject,
      role: entry.role,
      status: entry.status,
      enabled: entry.enabled,
    })),
  });
  return { now: lists.now.map(plain), notNow: lists.notNow.map(plain) };
}

/** The status of what is held where that is why, else what the door asks for. */
function whyNot(access: Access): string {
  const held = access.entries
    .map((entry) => `\`${shown(entry.assignment)}\` ${statusWords(entry)}`)
    .join('; ');
  const reasons = access.decision.context.reasons.filter((reason) => !isStatus(reason));
  const isActive = access.entries.some((entry) => entry.enabled && entry.status === 'active');
  const besides = reasons.map(sentence).join('; ');
  return [held, besides].filter((part) => part !== '').join(isActive ? ', but ' : '; ');
}

/** Names are there to recognise people and doors by; what is beside them says more. */
function cut(name: string): string {
  return name.length > NAME_LENGTH_SHOWN ? `${name.slice(0, NAME_LENGTH_SHOWN - 1)}…` : name;
}

function isStatus(reason: Reason): boolean {
  const isOfAssignment = reason.at.type === 'access_right';
  switch (reason.code) {
    case 'pending':
    case 'expired':
    case 'inactive_hours':
    case 'disabled':
      return isOfAssignment;
    default:
      return false;
  }
}

function nameCells(site: Site, entity: Entity): string[] {
  const kind =
    entity.type === 'user' || entity.type === 'door' ? '' : `${called(entity).split(' `')[0]} `;
  return [`${kind}${shown(entity.id)}`, cut(site.nameOf(entity.type, entity.id) ?? '')];
}

function capped(
  rows: readonly (readonly string[])[],
  style: ListStyle,
  terminal: Terminal,
): string[] {
  if (rows.length === 0) return [style.about === 'subject' ? '  nobody' : '  none'];
  const more = rows.length - style.linesMax;
  return [
    ...tableLines(rows.slice(0, style.linesMax), terminal.width),
    ...(more > 0 ? [`  and ${more} more; --limit prints more, --json all`] : []),
  ];
}
