/** `doorwright site presence`: how full a place is, and who is inside. */
import { readMuster, readOccupancy } from '../../adapters/site/muster.js';
import { type MusterLine, musterCsv } from '../../admin/presence/muster.js';
import { findElement } from '../../engine/elements.js';
import type { Command } from '../command.js';
import { EXIT, InputError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { withSite } from './opened.js';
import { required } from './reading.js';

/** The occupancy and the muster list of one place. */
export const runPresence: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const place = required(args, 'place');
    if (findElement(site.engine, 'places', place) === undefined) {
      throw new InputError(`unknown place \`${place}\``);
    }
    const occupancy = await readOccupancy(site, actor, place);
    const muster = await readMuster(site, actor, place);
    if (!occupancy.ok || !muster.ok) {
      const { detail } = occupancy.ok ? (muster as { detail: string }) : occupancy;
      terminal.warn(`doorwright: ${shown(detail)}`);
      return EXIT.no;
    }
    const { count, capacity } = occupancy.value;
    const { inside, unknown } = muster.value;
    if (args.get('format') === 'csv') {
      await terminal.write(musterCsv(muster.value).join(''));
      return EXIT.yes;
    }
    const text = args.has('json')
      ? JSON.stringify({ ...occupancy.value, inside, unknown }, undefined, 2)
      : [
          `${count} inside${capacity === undefined ? '' : ` of ${capacity}`}`,
          ...tableLines(inside.map(lineRow), terminal.width),
          ...(unknown.length === 0 ? [] : ['not known to have left']),
          ...tableLines(unknown.map(lineRow), terminal.width),
        ].join('\n');
    await terminal.write(`${text}\n`);
    return EXIT.yes;
  });

function lineRow({ name, subject, since, door, safe }: MusterLine): string[] {
  const isSafe = safe === undefined ? '' : ', safe';
  return [
    shown(name),
    `${subject.type} ${shown(subject.id)}`,
    `since ${since} by ${shown(door)}${isSafe}`,
  ];
}
