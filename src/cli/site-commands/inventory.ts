/** `doorwright site inventory`: devices and how they fare, and what is to be done on site. */
import {
  inventoryOf,
  putDevice,
  removeDevice,
  reportDevice,
  tasksOf,
} from '../../adapters/site/inventory.js';
import { DEVICE_KINDS } from '../../admin/inventory/device.js';
import type { Arguments } from '../arguments.js';
import { readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { type OpenedSite, withSite } from './opened.js';
import { required, written } from './reading.js';

type Action = (opened: OpenedSite, args: Arguments, terminal: Terminal) => Promise<number>;

/** `inventory`, `inventory put ID`, `inventory remove ID`, `inventory report ID`, `inventory tasks`. */
export const runInventory: Command['run'] = (args, terminal) => {
  const [, name = 'list'] = args.files;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const names = Object.keys(ACTIONS);
    throw new UsageError(
      `\`site inventory\` is followed by ${names.join(', ')}${hint(name, names)}`,
    );
  }
  return withSite(args, (opened) => action(opened, args, terminal));
};

const ACTIONS: Readonly<Record<string, Action>> = {
  list: async ({ site }, args, terminal) => {
    const entries = await inventoryOf(site);
    const rows = entries.map(({ id, kind, door, place, status, last }) => [
      shown(id),
      kind,
      shown(door ?? place),
      [status, last?.battery === undefined ? '' : `${last.battery} %`, last?.firmware ?? '']
        .filter((part) => part !== '')
        .join(', '),
    ]);
    const text = args.has('json')
      ? JSON.stringify(entries, undefined, 2)
      : tableLines(rows, terminal.width).join('\n');
    await terminal.write(text === '' ? 'no devices\n' : `${text}\n`);
    return entries.some(({ status }) => status !== 'ok') ? EXIT.no : EXIT.yes;
  },
  tasks: async ({ site }, args, terminal) => {
    const tasks = await tasksOf(site);
    const rows = tasks.map(({ door, place, kind, items, mends }) => [
      shown(door ?? place ?? ''),
      kind,
      items
        .map(
          (item) => `${item.kind} ${shown([item.device, item.detail].filter(Boolean).join(': '))}`,
        )
        .concat(mends > 0 ? [`mends ${mends} rights`] : [])
        .join('; '),
    ]);
    const text = args.has('json')
      ? JSON.stringify(tasks, undefined, 2)
      : tableLines(rows, terminal.width).join('\n');
    await terminal.write(text === '' ? 'nothing to do on site\n' : `${text}\n`);
    return tasks.length > 0 ? EXIT.no : EXIT.yes;
  },
  put: async ({ site, actor }, args, terminal) => {
    const id = deviceOf(args);
    const [door, name, every] = [args.get('door'), args.get('name'), args.get('every')];
    const firmwareWanted = args.get('firmware');
    const order = {
      kind: kindOf(args),
      place: required(args, 'place'),
      ...(door === undefined ? {} : { door }),
      ...(name === undefined ? {} : { name }),
      ...(firmwareWanted === undefined ? {} : { firmwareWanted }),
      ...(every === undefined ? {} : { heardEverySeconds: readCount('every', every, 31_536_000) }),
    };
    const done = written(await putDevice(site, actor, id, order), terminal);
    if (done !== undefined) await terminal.write(`\`${shown(id)}\` is in the inventory\n`);
    return done === undefined ? EXIT.no : EXIT.yes;
  },
  remove: async ({ site, actor }, args, terminal) => {
    const id = deviceOf(args);
    const done = written(await removeDevice(site, actor, id), terminal);
    if (done !== undefined) await terminal.write(`\`${shown(id)}\` is out of the inventory\n`);
    return done === undefined ? EXIT.no : EXIT.yes;
  },
  report: async ({ site }, args, terminal) => {
    const id = deviceOf(args);
    const [battery, firmware, fault] = [
      args.get('battery'),
      args.get('firmware'),
      args.get('fault'),
    ];
    const noted = await reportDevice(site, id, {
      at: site.host.now(),
      ...(battery === undefined ? {} : { battery: Number(battery) }),
      ...(firmware === undefined ? {} : { firmware }),
      ...(fault === undefined ? {} : { fault }),
    });
    if (!noted.ok) throw new InputError(`${noted.detail} (${noted.code})`);
    await terminal.write(`noted of \`${shown(id)}\`\n`);
    return EXIT.yes;
  },
};

function deviceOf(args: Arguments): string {
  const [, , id] = args.files;
  if (id === undefined) throw new UsageError('the id of the device is missing');
  return id;
}

function kindOf(args: Arguments): (typeof DEVICE_KINDS)[number] {
  const text = required(args, 'kind');
  const kind = DEVICE_KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  const kinds = DEVICE_KINDS.join(', ');
  throw new UsageError(`\`--kind\` is ${kinds}: \`${text}\`${hint(text, DEVICE_KINDS)}`);
}
