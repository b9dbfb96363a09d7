/** The end of an update for users, links and teams: what each holds and which teams each belongs to. */
import type { Link, Team, User } from '../policy/document.js';
import type { Drafts, StillUsed } from './drafts.js';
import type { ListEdits } from './list-edits.js';
import { HOLDING_WIDTH, type HolderRecord, type Holdings } from './records.js';
import type { Table } from './table.js';
import { TableDraft } from './table-draft.js';

type Kind = HolderRecord['kind'];

const NONE: readonly number[] = [];

/** The tables of holders after the edits. */
export function finishHolders(
  drafts: Drafts,
  used: StillUsed[],
): Record<'users' | 'links' | 'teams', Table<HolderRecord>> {
  return {
    users: finishKind(drafts, 'user', used),
    links: finishKind(drafts, 'link', used),
    teams: finishKind(drafts, 'team', used),
  };
}

function finishKind(drafts: Drafts, kind: Kind, used: StillUsed[]): Table<HolderRecord> {
  const table = new TableDraft(drafts.base.tables[`${kind}s`]);
  const staged: Map<number, User | Link | Team | undefined> = drafts[`${kind}s`];
  const held = drafts.subjectHoldings[kind] as ListEdits;
  const memberships =
    kind === 'user' ? drafts.userTeams : kind === 'team' ? drafts.teamTeams : undefined;
  const cards = kind === 'user' ? drafts.userCredentials : undefined;
  const numbers = new Set(staged.keys());
  for (const edits of [held, memberships, cards]) {
    for (const number of edits?.keys() ?? []) numbers.add(number);
  }
  for (const number of numbers) {
    const before = table.get(number);
    const document = staged.has(number) ? staged.get(number) : before?.document;
    const lists = {
      holdings: packHoldings(held, number, before?.holdings ?? NONE),
      teams: memberships?.apply(number, before?.teams ?? NONE) ?? NONE,
      credentials: cards?.apply(number, before?.credentials ?? NONE) ?? NONE,
    };
    if (document === undefined) {
      const left = lists.holdings.length + lists.teams.length + lists.credentials.length;
      if (before !== undefined && left > 0) used.push({ collection: `${kind}s`, id: before.id });
      table.set(number, undefined);
      continue;
    }
    table.set(number, makeHolder(kind, number, document, lists));
  }
  return table.done();
}

function makeHolder(
  kind: Kind,
  number: number,
  document: User | Link | Team,
  lists: Pick<HolderRecord, 'holdings' | 'teams' | 'credentials'>,
): HolderRecord {
  return {
    kind,
    number,
    id: document.id,
    document,
    active: 'active' in document ? document.active !== false : true,
    primaryDevice: 'primaryDevice' in document ? document.primaryDevice : undefined,
    holdings: lists.holdings,
    teams: lists.teams,
    credentials: lists.credentials,
  };
}

/** One assignment held: scope, role and flags, assignment number, as {@link Holdings} has them. */
type Entry = readonly [scope: number, role: number, assignment: number];

/** A holder's assignments after the edits, packed and sorted by scope. */
function packHoldings(edits: ListEdits, number: number, before: Holdings): Holdings {
  const edit = edits.of(number);
  if (edit === undefined) return before;
  const drop = edit.drop.length === 0 ? undefined : new Set(edit.drop);
  const entries: Entry[] = [];
  for (const held of [before, edit.add]) {
    for (let at = 0; at < held.length; at += HOLDING_WIDTH) {
      const assignment = held[at + 2] as number;
      if (held === before && drop?.has(assignment)) continue;
      entries.push([held[at] as number, held[at + 1] as number, assignment]);
    }
  }
  entries.sort((a, b) => a[0] - b[0] || a[2] - b[2]);
  const packed = new Array<number>(entries.length * HOLDING_WIDTH);
  for (const [index, entry] of entries.entries()) {
    packed[index * HOLDING_WIDTH] = entry[0];
    packed[index * HOLDING_WIDTH + 1] = entry[1];
    packed[index * HOLDING_WIDTH + 2] = entry[2];
  }
  return packed;
}
