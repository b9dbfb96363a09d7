/** `doorwright site inventory`: devices and how they fare, and what is to be done on site. */
import {
  inventoryOf,
  putDevice,
  removeDevice,
  reportDevice,
  tasksOf,
} from '../../adapters/site/inventory.js';
import { DEVICE_KINDS } from '../../admin/inventory/device.js';
import type { VisitTask } from '../../admin/inventory/tasks.js';
import { type Arguments, readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { type Action, type ActionTable, runAction } from './action.js';
import { choice, required, single, written } from './reading.js';

/** `inventory`, `inventory put ID`, `inventory remove ID`, `inventory report ID`, `inventory tasks`. */
export const runInventory: Command['run'] = (args, terminal) => runAction(DEVICES, args, terminal);

const LIST: Action = {
  options: [],
  named: false,
  prepare:
    (args) =>
    async ({ site }, terminal) => {
      const entries = await inventoryOf(site);
      const rows = entries.map(({ id, kind, door, place, status, last }) => [
        shown(id),
        kind,
        shown(door ?? place),
        [
          status,
          last?.battery === undefined ? '' : `${last.battery} %`,
          shown(last?.firmware ?? ''),
          shown(last?.fault ?? ''),
        ]
          .filter((part) => part !== '')
          .join(', '),
      ]);
      const text = args.has('json')
        ? JSON.stringify(entries, undefined, 2)
        : tableLines(rows, terminal.width).join('\n');
      await terminal.write(text === '' ? 'no devices\n' : `${text}\n`);
      return entries.some(({ status }) => status !== 'ok') ? EXIT.no : EXIT.yes;
    },
};

const TASKS: Action = {
  options: [],
  named: false,
  prepare:
    (args) =>
    async ({ site }, terminal) => {
      const tasks = await tasksOf(site);
      const text = args.has('json')
        ? JSON.stringify(tasks, undefined, 2)
        : tableLines(tasks.map(taskRow), terminal.width).join('\n');
      await terminal.write(text === '' ? 'nothing to do on site\n' : `${text}\n`);
      return tasks.length > 0 ? EXIT.no : EXIT.yes;
    },
};

const PUT: Action = {
  options: ['kind', 'place', 'door', 'name', 'every', 'firmware'],
  named: true,
  prepare(args, id) {
    const [door, name, every] = [single(args, 'door'), args.get('name'), args.get('every')];
    const firmwareWanted = args.get('firmware');
    required(args, 'kind');
    const order = {
      kind: choice(args, 'kind', DEVICE_KINDS) ?? 'reader',
      place: required(args, 'place'),
      ...(door === undefined ? {} : { door }),
      ...(name === undefined ? {} : { name }),
      ...(firmwareWanted === undefined ? {} : { firmwareWanted }),
      ...(every === undefined ? {} : { heardEverySeconds: readCount('every', every, 31_536_000) }),
    };
    return async ({ site, actor }, terminal) => {
      const done = written(await putDevice(site, actor, id, order), terminal);
      if (done === undefined) return EXIT.no;
      return told(
        { device: { id, ...done.value } },
        `${named(id)} is in the inventory`,
        args,
        terminal,
      );
    };
  },
};

const REMOVE: Action = {
  options: [],
  named: true,
  prepare:
    (args, id) =>
    async ({ site, actor }, terminal) => {
      const done = written(await removeDevice(site, actor, id), terminal);
      if (done === undefined) return EXIT.no;
      return told({ removed: id }, `${named(id)} is out of the inventory`, args, terminal);
    },
};

const REPORT: Action = {
  options: ['battery', 'firmware', 'fault'],
  named: true,
  prepare(args, id) {
    const [battery, firmware, fault] = [batteryOf(args), args.get('firmware'), args.get('fault')];
    const said = {
      ...(battery === undefined ? {} : { battery }),
      ...(firmware === undefined ? {} : { firmware }),
      ...(fault === undefined ? {} : { fault }),
    };
    return async ({ site }, terminal) => {
      const report = { at: site.host.now(), ...said };
      const noted = await reportDevice(site, id, report);
      if (!noted.ok) throw new InputError(`nothing was written: ${noted.detail} (${noted.code})`);
      return told({ id, report }, `noted of ${named(id)}`, args, terminal);
    };
  },
};

const DEVICES: ActionTable = {
  of: 'inventory',
  noun: 'device',
  usual: 'list',
  actions: { list: LIST, tasks: TASKS, put: PUT, remove: REMOVE, report: REPORT },
};

function taskRow({ door, place, kind, items, mends }: VisitTask): string[] {
  const what = items.map(
    (item) => `${item.kind} ${shown([item.device, item.detail].filter(Boolean).join(': '))}`,
  );
  const rights = mends > 0 ? [`mends ${mends} rights`] : [];
  return [shown(door ?? place ?? ''), kind, [...what, ...rights].join('; ')];
}

async function told(
  value: object,
  text: string,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  await terminal.write(`${args.has('json') ? JSON.stringify(value, undefined, 2) : text}\n`);
  return EXIT.yes;
}

function named(id: string): string {
  return `\`${shown(id)}\``;
}

function batteryOf(args: Arguments): number | undefined {
  const text = args.get('battery');
  if (text === undefined) return undefined;
  if (/^\d{1,3}$/u.test(text) && Number(text) <= 100) return Number(text);
  throw new UsageError(`\`--battery\` is per cent, a whole number from 0 to 100: \`${text}\``);
}
