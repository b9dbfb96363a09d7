/** `doorwright matrix`: everybody and every door at one instant. */
import type { Facts } from '../../engine/request.js';
import type { Arguments } from '../arguments.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { FACTS_OPTIONS, factsLines, readFacts } from '../facts.js';
import { EXIT, InputError } from '../failure.js';
import { holdersOf, keyOf, openingRequest } from '../holders.js';
import { MATRIX_CELLS_MAX } from '../limits.js';
import type { AccessCell, AccessTable } from '../matrix-text.js';
import { accessGrid } from '../matrix-text.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import type { Openable, Site } from '../site.js';
import { mustExist, openablesOf } from '../site.js';

/** The command `matrix`. */
export const MATRIX: Command = {
  name: 'matrix',
  summary: 'print a table of people and doors at one instant',
  usage: '<policy.json> [--at T] [--facts F] [--place P] [--door D] [--user U]',
  about: [
    'Each cell says whether this person may open this door now, holds a right there that does not count now, or holds none. Users and links are rows, doors and elevator stops columns; --user, --link, --team, --door, --stop, --group and --place choose some of them.',
    `More than ${MATRIX_CELLS_MAX} cells are refused: choose fewer people or doors, or ask who or doors for one at a time.`,
    'Exit code: 0, or 2 for bad usage or input.',
  ],
  examples: [
    'doorwright matrix policy.json --at 2026-11-23T09:00:00+01:00',
    'doorwright matrix policy.json --place hq --team staff --json',
  ],
  options: {
    ...POLICY_OPTIONS,
    ...FACTS_OPTIONS,
    user: { value: 'U', about: 'only this user', many: true },
    link: { value: 'L', about: 'only this link', many: true },
    team: { value: 'M', about: 'only direct members of this team', many: true },
    door: { value: 'D', about: 'only this door', many: true },
    stop: { value: 'S', about: 'only this elevator stop', many: true },
    group: { value: 'G', about: 'only doors and stops of this group', many: true },
    place: { value: 'P', about: 'only doors and stops of this place', many: true },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const asked = await readFacts(args);
    const site = await readPolicy(file, args, terminal);
    const subjects = chosenSubjects(site, args);
    const openables = chosenOpenables(site, args);
    if (subjects.length * openables.length > MATRIX_CELLS_MAX) {
      throw new InputError(
        `${subjects.length} people and ${openables.length} doors make more than ${MATRIX_CELLS_MAX} cells; choose some with --place, --group, --door, --team or --user`,
      );
    }
    const table = accessTable(site, subjects, openables, asked.facts, (done) =>
      terminal.progress(`${done} of ${openables.length} doors`),
    );
    terminal.progress(undefined);
    if (args.has('json')) {
      await terminal.write(`${JSON.stringify({ time: asked.facts.time, ...table })}\n`);
    } else {
      const place = openables[0];
      const wall = site.wallOf(place?.type ?? '', place?.id ?? '');
      const lines = [...factsLines(asked, wall), '', ...accessGrid(site, table, terminal)];
      await terminal.write(`${lines.join('\n')}\n`);
    }
    return EXIT.yes;
  },
};

interface Subject {
  readonly type: 'user' | 'link';
  readonly id: string;
}

/** Decides every pair. */
export function accessTable(
  site: Site,
  subjects: readonly Subject[],
  openables: readonly Openable[],
  facts: Facts,
  progress: (doors: number) => void = () => undefined,
): AccessTable {
  const cells: AccessCell[][] = subjects.map(() => []);
  openables.forEach((openable, column) => {
    const holders = holdersOf(site, openable, facts);
    subjects.forEach((subject, row) => {
      const request = openingRequest(subject, openable, openable.action, facts);
      const has = holders.has(keyOf(subject));
      const cell = site.engine.check(request) ? 'now' : has ? 'not_now' : 'none';
      cells[row]?.push(cell);
    });
    progress(column + 1);
  });
  const resources = openables.map(({ type, id }) => ({ type, id }));
  return { subjects, resources, cells };
}

function chosenSubjects(site: Site, args: Arguments): Subject[] {
  const { users = [], links = [], teams = [] } = site.policy;
  const chosen = new Set<string>();
  for (const id of args.all('user')) {
    mustExist('user', id, users);
    chosen.add(`user ${id}`);
  }
  for (const id of args.all('link')) {
    mustExist('link', id, links);
    chosen.add(`link ${id}`);
  }
  for (const id of args.all('team')) {
    mustExist('team', id, teams);
    for (const user of teams.find((team) => team.id === id)?.users ?? [])
      chosen.add(`user ${user}`);
  }
  const all: Subject[] = [
    ...users.map(({ id }): Subject => ({ type: 'user', id })),
    ...links.map(({ id }): Subject => ({ type: 'link', id })),
  ];
  const isChoosing = args.has('user') || args.has('link') || args.has('team');
  return isChoosing ? all.filter((subject) => chosen.has(keyOf(subject))) : all;
}

function chosenOpenables(site: Site, args: Arguments): Openable[] {
  const { places = [], groups = [] } = site.policy;
  const all = openablesOf(site.policy);
  const chosen = new Set<string>();
  for (const [option, type] of [
    ['door', 'door'],
    ['stop', 'elevator_stop'],
  ] as const) {
    for (const id of args.all(option)) {
      mustExist(
        option,
        id,
        all.filter((openable) => openable.type === type),
      );
      chosen.add(`${type} ${id}`);
    }
  }
  for (const id of args.all('group')) {
    mustExist('group', id, groups);
    const group = groups.find((one) => one.id === id);
    for (const door of group?.doors ?? []) chosen.add(`door ${door}`);
    for (const stop of group?.stops ?? []) chosen.add(`elevator_stop ${stop}`);
  }
  for (const id of args.all('place')) {
    mustExist('place', id, places);
    for (const openable of all) if (openable.place === id) chosen.add(keyOf(openable));
  }
  const isChoosing = ['door', 'stop', 'group', 'place'].some((option) => args.has(option));
  return isChoosing ? all.filter((openable) => chosen.has(keyOf(openable))) : all;
}
