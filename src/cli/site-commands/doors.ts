/** `doorwright site doors`: how the doors stand, why, and until when. */
import { readDoorState } from '../../adapters/site/doors.js';
import type { DoorCause } from '../../admin/door-state/door-state.js';
import { elementsOf } from '../../engine/elements.js';
import type { Command } from '../command.js';
import { EXIT } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { requireElement } from './known.js';
import { withSite } from './opened.js';

/** Every door, those of `--place`, or those named by `--door`. */
export const runDoorStates: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site }) => {
    const { engine } = site;
    const [place, named] = [args.get('place'), args.all('door')];
    if (place !== undefined) requireElement(engine, 'places', 'place', place);
    for (const id of named) requireElement(engine, 'doors', 'door', id);
    const ids = [...elementsOf(engine, 'doors')]
      .filter((door) => place === undefined || door.place === place)
      .map(({ id }) => id)
      .filter((id) => named.length === 0 || named.includes(id))
      .sort();
    const time = site.host.now();
    const doors = [];
    for (const door of ids) {
      const state = await readDoorState(site, { type: 'door', id: door }, time);
      if (state !== undefined) doors.push({ door, ...state });
    }
    const rows = doors.map(({ door, state, because, until }) => [
      shown(door),
      state,
      [because.map(causeText).join(', '), until === null ? '' : `until ${until}`]
        .filter((part) => part !== '')
        .join(', '),
    ]);
    const text = args.has('json')
      ? JSON.stringify(doors, undefined, 2)
      : tableLines(rows, terminal.width).join('\n');
    await terminal.write(text === '' ? 'no doors\n' : `${text}\n`);
    return EXIT.yes;
  });

function causeText({ kind, id }: DoorCause): string {
  return `${kind.replaceAll('_', ' ')} \`${shown(id)}\``;
}
