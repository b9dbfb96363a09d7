/** An access review as a file: CSV for spreadsheets, or one JSON object a line. */
import { csvLine } from '../../admin/import/cell.js';
import type { ReviewRow } from './review-row.js';

/** How a review is written. */
export type ReviewFormat = 'csv' | 'ndjson';

/** Names of the columns of a CSV file, which are the members of a JSON line. */
export const REVIEW_COLUMNS = [
  'resource_type',
  'resource',
  'resource_name',
  'place',
  'person_type',
  'person',
  'person_name',
  'active',
  'assignment',
  'role',
  'team',
  'scope_type',
  'scope',
  'status',
  'enabled',
  'from',
  'until',
  'schedule',
  'granted_by',
  'restrictions',
] as const;

/**
 * The lines of a review with their line ends, the header of a CSV file first. Read as they are needed: nothing is kept but
 * what neighbouring lines share. CSV is that of RFC 4180; what a spreadsheet would take for a formula (`=`, `+`,
 * `-`, `@`, a tab) gets an apostrophe in front, at the beginning of a cell and where another separator would begin one.
 */
export function* reviewLines(
  rows: Iterable<ReviewRow>,
  format: ReviewFormat,
): Generator<string, void, undefined> {
  if (format === 'csv') yield csvLine(REVIEW_COLUMNS);
  const write = format === 'csv' ? csvWriter() : jsonLine;
  for (const row of rows) yield write(row);
}

/** One row as a JSON line: absent members are left out. */
function jsonLine(row: ReviewRow): string {
  const { person, resource, assignment } = row;
  const { subject, scope, validity } = assignment;
  const members = {
    resource_type: resource.type,
    resource: resource.id,
    resource_name: resource.name,
    place: resource.place,
    person_type: person.type,
    person: person.id,
    person_name: person.name,
    active: person.active,
    assignment: assignment.id,
    role: assignment.role,
    team: subject.type === 'team' ? subject.id : undefined,
    scope_type: scope.type,
    scope: scope.id,
    status: row.status,
    enabled: row.enabled,
    from: validity?.from,
    until: validity?.until,
    schedule: validity?.schedule,
    granted_by: assignment.grantedBy,
    restrictions: row.restrictions,
  } satisfies Record<(typeof REVIEW_COLUMNS)[number], unknown>;
  return `${JSON.stringify(members)}\n`;
}

/** Writes rows as CSV. What a row shares with the one before it, and what is said of a person, is not written anew. */
function csvWriter(): (row: ReviewRow) => string {
  const resource = remembered((one: ReviewRow['resource']) =>
    cells([one.type, one.id, one.name ?? '', one.place]),
  );
  const people = new Map<ReviewRow['person'], string>();
  const person = (one: ReviewRow['person']): string => {
    let text = people.get(one);
    if (text === undefined) {
      text = cells([one.type, one.id, one.name ?? '', String(one.active)]);
      people.set(one, text);
    }
    return text;
  };
  const right = remembered(rightCells);
  const grant = remembered(grantCells);
  const restrictions = remembered((codes: readonly string[]) => cells([codes.join('; ')]));
  return (row) => {
    const { assignment } = row;
    const [before, after] = [right(assignment), grant(assignment)];
    const state = `${row.status},${row.enabled}`;
    return `${resource(row.resource)},${person(row.person)},${before},${state},${after},${restrictions(row.restrictions)}\r\n`;
  };
}

function rightCells({ id, role, subject, scope }: ReviewRow['assignment']): string {
  return cells([id, role, subject.type === 'team' ? subject.id : '', scope.type, scope.id]);
}

function grantCells({ validity, grantedBy }: ReviewRow['assignment']): string {
  if (validity === undefined && grantedBy === undefined) return ',,,';
  const schedule = validity?.schedule;
  const hours = typeof schedule === 'object' ? JSON.stringify(schedule) : (schedule ?? '');
  return cells([validity?.from ?? '', validity?.until ?? '', hours, grantedBy ?? '']);
}

/** Cells of a record that has others, without its line end. */
function cells(values: readonly string[]): string {
  // A lone empty cell would be quoted, to be seen at all: beside others it need not be.
  return values.length === 1 && values[0] === '' ? '' : csvLine(values).slice(0, -2);
}

/** A function of objects that answers at once where it is asked about the same one again. */
function remembered<T extends object>(write: (one: T) => string): (one: T) => string {
  let last: T | undefined;
  let text = '';
  return (one) => {
    if (one !== last) text = write(one);
    last = one;
    return text;
  };
}
