/** One event as one line of a file. */
import { csvLine } from '../import/cell.js';
import type { JsonObject } from '../record.js';
import { toCloudEvent } from './cloud-event.js';
import type { StoredEvent } from './event.js';
import { readEvent } from './read-event.js';

/**
 * `cloudevents`: NDJSON, for other systems. `stored`: NDJSON of all that is stored, for checking the chain
 * elsewhere. `csv`: RFC 4180 for spreadsheets.
 */
export const EXPORT_FORMATS = ['cloudevents', 'stored', 'csv'] as const;

/** How events are exported. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  'log',
  'seq',
  'id',
  'time',
  'type',
  'outcome',
  'object_type',
  'object_id',
  'place',
  'reason',
  'actor_type',
  'actor_id',
  'subject_type',
  'subject_id',
  'data',
  'personal_data',
  'erased',
] as const;

/** What stands before the first event of an export. */
export function exportHeader(format: ExportFormat): string {
  return format === 'csv' ? csvLine(COLUMNS) : '';
}

/** One event as a line with its line end. */
export function eventLine(event: StoredEvent, organization: string, format: ExportFormat): string {
  switch (format) {
    case 'cloudevents':
      return `${JSON.stringify(toCloudEvent(event, organization))}\n`;
    case 'stored':
      return `${JSON.stringify(event)}\n`;
    case 'csv':
      return csvLine(cellsOf(event));
    default: {
      const never: never = format;
      return never;
    }
  }
}

function cellsOf(stored: StoredEvent): string[] {
  const event = readEvent(stored);
  const { object, actor, subject, place = '', reason = '' } = event;
  return [
    event.log,
    String(event.seq),
    event.id,
    event.time,
    event.type,
    event.outcome,
    ...[object?.type ?? '', object?.id ?? '', place, reason],
    ...[actor?.type ?? '', actor?.id ?? '', subject?.type ?? '', subject?.id ?? ''],
    ...[json(event.data), json(event.personalData), event.erased.join(' ')],
  ];
}

function json(value: JsonObject | undefined): string {
  return value === undefined ? '' : JSON.stringify(value);
}
