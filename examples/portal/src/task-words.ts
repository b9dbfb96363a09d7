/** One thing to do on site, in words. What the list says of itself is English; here it is said anew from what is known. */
import type { TaskItem } from 'doorwright/admin';
import type { InventoryEntry } from 'doorwright/site';
import type { SiteWords } from './words-site.js';

/** @param when - an instant in epoch milliseconds, for people. */
export function taskWords(
  item: TaskItem,
  device: InventoryEntry | undefined,
  said: SiteWords,
  when: (at: number) => string,
): string {
  const detail = detailWords(item, device, said, when);
  const what = said.tasks[item.kind];
  const who = item.device === undefined ? what : `${what} (${item.device})`;
  return detail === '' ? who : `${who}: ${detail}`;
}

function detailWords(
  { kind, detail }: TaskItem,
  device: InventoryEntry | undefined,
  { labels }: SiteWords,
  when: (at: number) => string,
): string {
  const last = device?.last;
  switch (kind) {
    case 'change_battery':
      return `${last?.battery ?? '–'} %`;
    case 'update_firmware':
      return `${last?.firmware ?? labels.unknown} → ${device?.firmwareWanted ?? labels.unknown}`;
    case 'find_silent':
      return last === undefined ? labels.never : `${labels.seen} ${when(last.at)}`;
    case 'install':
      return '';
    case 'repair':
      return last?.fault ?? detail;
    default:
      return exposureWords(detail, labels, when);
  }
}

/** What the sync score says of a lock stands only in the text. */
function exposureWords(
  detail: string,
  labels: SiteWords['labels'],
  when: (at: number) => string,
): string {
  if (detail === 'nothing is exposed') return labels.notExposed;
  if (detail === 'exposed until somebody comes') return labels.exposedForEver;
  const until = Date.parse(/^exposed until (\S+)$/u.exec(detail)?.[1] ?? '');
  return Number.isNaN(until) ? detail : labels.exposedUntil.replace('@', () => when(until));
}
