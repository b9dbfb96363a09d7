/** People and cards as rows of a CSV file that an import takes back. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { permittedResources } from '../../engine/lists.js';
import { HOLDING_WIDTH } from '../../engine/records.js';
import { at, find } from '../../engine/table.js';
import type { User } from '../../policy/document.js';
import { DIRECTORY_ROLES } from '../directory/rules.js';
import { csvLine } from './cell.js';
import type { ImportKind } from './import-job.js';

/** Who exports and when; only what he may view is written. */
export interface ExportHand {
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** The lines of a file of people or cards, its headings first, sorted by id. Made as they are asked for. */
export function* exportLines(
  engine: Engine,
  kind: ImportKind,
  hand: ExportHand,
): Generator<string> {
  if (kind === 'users') {
    yield csvLine(['id', 'email', 'name', 'segment', 'active', 'groups']);
    for (const id of viewable(engine, 'user', hand)) yield csvLine(userCells(engine, id));
  } else {
    yield csvLine(['number', 'kind', 'state', 'user']);
    for (const id of viewable(engine, 'card', hand)) {
      const card = find(snapshotOf(engine).tables.credentials, id);
      // A phone is its key and a PIN is a secret: neither is enrolled by a file.
      if (card?.kind !== 'card' && card?.kind !== 'pass') continue;
      yield csvLine([card.id, card.kind, card.state, card.user]);
    }
  }
}

function viewable(engine: Engine, type: 'user' | 'card', hand: ExportHand): readonly string[] {
  return permittedResources(snapshotOf(engine), {
    subject: { type: 'user', id: hand.actor },
    action: { name: 'view' },
    resource: { type },
    context: { time: hand.time },
  });
}

function userCells(engine: Engine, id: string): string[] {
  const user = find(snapshotOf(engine).tables.users, id)?.document as User | undefined;
  const { email, name, segment, active } = user ?? {};
  const groups = groupsOf(engine, id).join('|');
  return [id, email ?? '', name ?? '', segment ?? '', String(active ?? true), groups];
}

/** Groups where a person holds the role for opening doors, for good: what a file can say of rights. */
function groupsOf(engine: Engine, user: string): string[] {
  const { tables, model } = snapshotOf(engine);
  const role = DIRECTORY_ROLES.get(model.id);
  const holdings = find(tables.users, user)?.holdings ?? [];
  const groups = new Set<string>();
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const assignment = at(tables.assignments, holdings[index + 2] as number);
    if (assignment?.scope.type !== 'group' || assignment.role !== role) continue;
    if (assignment.validity === undefined && assignment.enabled !== false) {
      groups.add(assignment.scope.id);
    }
  }
  return [...groups].sort();
}
