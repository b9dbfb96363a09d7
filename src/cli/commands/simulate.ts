/** `doorwright simulate`: days in a building with offline locks, from real locks, phones and an issuer. */
import { setImmediate } from 'node:timers/promises';
import { nodeCrypto } from '../../adapters/node-crypto.js';
import {
  type Simulation,
  type SimulationPlan,
  simulationOf,
} from '../../adapters/simulation/simulation.js';
import { overviewOf } from '../../sync/overview.js';
import type { Arguments, Options } from '../arguments.js';
import { readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { LIST_OPTIONS, readLinesMax } from '../list-text.js';
import { timelineData, timelineLines, totalLines } from '../simulation-text.js';
import { overviewData, overviewLines } from '../sync-text.js';
import type { Terminal } from '../terminal.js';

const OPTIONS: Options = {
  seed: { value: 'N', about: 'decides everything that is chance; default 1' },
  days: { value: 'N', about: 'how long, 1 to 365; default 7' },
  locks: { value: 'N', about: 'offline doors, 1 to 100; default 3' },
  people: { value: 'N', about: 'people with a phone, 1 to 500; default 8' },
  visits: { value: 'N', about: 'visits of each a day; default 3' },
  withdrawals: { value: 'N', about: 'people who lose all rights; default 2, 0 for none' },
  loss: { value: 'P', about: 'share of frames the radio loses, 0 to 1; default 0' },
  breaks: { value: 'P', about: 'share of frames that break their link; default 0' },
  'power-cuts': { value: 'X', about: 'power cuts of each lock a day; default 0.1' },
  online: { value: 'P', about: 'chance that a phone at a door is online; default 0.9' },
  refresh: { value: 'N', about: 'hours between two looks of a phone at the server; default 8' },
  life: { value: 'N', about: 'hours a grant lives, 1 to 720; default 48' },
  ...LIST_OPTIONS,
};

/** The command `simulate`. */
export const SIMULATE: Command = {
  name: 'simulate',
  summary: 'play days in a building with offline locks, and say when each learned what',
  usage: '[--seed N] [--days N] [--locks N] [--people N] [--loss P] …',
  about: [
    'Locks, phones and the issuer are the ones of the library, with real keys; only radio, power, memory and people are made up. People visit doors, some lose their rights, and their phones go on trying; the news reaches a lock in the pocket of whoever comes by. Shown is when each lock learned it, who brought it, what the server said meanwhile, and the scores at the end.',
    'The same seed and options give the same run, byte for byte. No clock and no network is used.',
    'Exit code: 0 no door opened for somebody while the score said it could not, 1 one did (a fault of this library), 2 bad usage.',
  ],
  examples: ['doorwright simulate', 'doorwright simulate --seed 7 --days 14 --loss 0.01 --json'],
  options: OPTIONS,
  filesMax: 0,
  async run(args, terminal) {
    const plan = readPlan(args);
    const linesMax = readLinesMax(args);
    const simulation = simulationOf(plan, nodeCrypto());
    await play(simulation, plan, terminal);
    const text = args.has('json')
      ? JSON.stringify(dataOf(simulation, plan), undefined, 2)
      : linesOf(simulation, plan, linesMax, terminal).join('\n');
    await terminal.write(`${text}\n`);
    return simulation.totals.early === 0 ? EXIT.yes : EXIT.no;
  },
};

const HOUR_MS = 3_600_000;

/** An hour at a time, so that Ctrl-C is heard in between. */
async function play(
  simulation: Simulation,
  { days }: SimulationPlan,
  terminal: Terminal,
): Promise<void> {
  const { endMs, building } = simulation;
  const startMs = building.agenda.nowMs;
  for (let ms = startMs + HOUR_MS; building.agenda.nowMs < endMs; ms += HOUR_MS) {
    simulation.runUntil(ms);
    const done = ((building.agenda.nowMs - startMs) * days) / (endMs - startMs);
    terminal.progress(`day ${Math.floor(done) + 1} of ${days}, ${simulation.totals.visits} visits`);
    await setImmediate();
  }
  terminal.progress(undefined);
}

function linesOf(
  simulation: Simulation,
  plan: SimulationPlan,
  linesMax: number,
  terminal: Terminal,
): string[] {
  const { timeline, totals, building } = simulation;
  const overview = overviewOf(building.server.sync, building.now(), 'permission');
  return [
    ...timelineLines(timeline, terminal),
    '',
    ...totalLines(plan, totals, terminal),
    '',
    ...overviewLines(overview, linesMax, terminal),
  ];
}

function dataOf(simulation: Simulation, plan: SimulationPlan): unknown {
  const { timeline, totals, building } = simulation;
  const overview = overviewOf(building.server.sync, building.now(), 'permission');
  return { plan, totals, timeline: timeline.map(timelineData), scores: overviewData(overview) };
}

function readPlan(args: Arguments): SimulationPlan {
  const count = (name: string, otherwise: number, max: number): number => {
    const text = args.get(name);
    return text === undefined ? otherwise : readCount(name, text, max);
  };
  const people = count('people', 8, 500);
  return {
    seed: count('seed', 1, 999_999_999),
    days: count('days', 7, 365),
    locks: count('locks', 3, 100),
    people,
    doorsEach: 2,
    visitsPerDay: count('visits', 3, 100),
    withdrawals: args.get('withdrawals') === '0' ? 0 : count('withdrawals', 2, 500),
    powerCutsPerDay: readNumber(args, 'power-cuts', 0.1, 24),
    online: readNumber(args, 'online', 0.9, 1),
    refreshHours: count('refresh', 8, 720),
    grantLife: count('life', 48, 720) * 3600,
    withheld: 0.5,
    faults: {
      loss: readNumber(args, 'loss', 0, 1),
      breaks: readNumber(args, 'breaks', 0, 1),
      delayMs: [5, 40],
    },
  };
}

/** A number from 0 to `max`, with or without a fraction. */
function readNumber(args: Arguments, name: string, otherwise: number, max: number): number {
  const text = args.get(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,3}(?:\.\d{1,6})?$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= max) return value;
  throw new UsageError(`\`--${name}\` must be a number from 0 to ${max}: \`${text}\``);
}
