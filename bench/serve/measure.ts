/** Evaluation over HTTP against a bare handler of the same framework, in turns, each server in a process of its own. */
import { compilePolicy } from '../../src/index.js';
import { summarise } from '../statistics.js';
import type { Column, Row, Table } from '../table.js';
import { buildWorld } from '../worlds.js';
import { answersOf, type Child, type Load, load, startChild } from './child.js';
import { BATCH_ITEMS, questions, SERVE_WORLD } from './questions.js';
import { EVALUATION, EVALUATIONS, STACKS, type Stack } from './stacks.js';

/** How much to measure: counted in requests and not in time, so that a busy machine warms the servers as a quiet one does. */
export interface ServeEffort {
  readonly laps: number;
  /** Requests of a lap. */
  readonly singles: number;
  /** Batches of a lap. */
  readonly batches: number;
}

/** The usual effort, and the one of `--quick`. */
export const FULL_SERVE: ServeEffort = { laps: 7, singles: 30_000, batches: 300 };
export const QUICK_SERVE: ServeEffort = { laps: 3, singles: 8000, batches: 100 };

/** Requests to each server before anything counts: by then its code is compiled. */
const WARM = 20_000;

/** Connections at once, one table for each. */
export const CONNECTIONS = [50, 200] as const;

const CHECKED = 200;

/** The tables `serve-50`, `serve-200` and `serve-batch`. */
export async function serveTables(root: string, effort: ServeEffort): Promise<Table[]> {
  const bodies = questions();
  const rows = new Map(CONNECTIONS.map((connections) => [connections, [] as Row[]]));
  const batchRows: Row[] = [];
  for (const stack of STACKS) {
    const bare = await startChild(root, stack, 'bare');
    const point = await startChild(root, stack, 'authzen');
    try {
      await agree(point, bodies);
      const lap = (child: Child, connections: number, amount = effort.singles) =>
        load(child, EVALUATION, bodies.singles, connections, amount);
      for (const child of [bare, point]) await lap(child, CONNECTIONS[0], WARM);
      for (const connections of CONNECTIONS) {
        const pairs = await inTurns(effort, bare, point, (child) => lap(child, connections));
        rows.get(connections)?.push(pairRow(stack, pairs));
      }
      batchRows.push(await batchRow(stack, point, bodies, effort));
    } finally {
      for (const child of [bare, point]) child.process.kill();
    }
  }
  return [
    ...CONNECTIONS.map((connections) => pairTable(connections, rows.get(connections) ?? [])),
    batchTable(batchRows),
  ];
}

/** @throws Error when the endpoints answer otherwise than the engine does, singly or in a batch. */
async function agree(
  point: Child,
  { singles, batches }: ReturnType<typeof questions>,
): Promise<void> {
  const engine = compilePolicy(buildWorld(SERVE_WORLD, 0).policy);
  const checked = singles.slice(0, CHECKED);
  const [batch = ''] = await answersOf(point, EVALUATIONS, batches.slice(0, 1));
  const { evaluations } = JSON.parse(batch) as { evaluations: { decision: boolean }[] };
  for (const [index, text] of (await answersOf(point, EVALUATION, checked)).entries()) {
    const request = JSON.parse(checked[index] ?? '') as Parameters<typeof engine.check>[0];
    const context = { ...request.context, time: Date.now() };
    const expected = engine.check({ ...request, context });
    const { decision } = JSON.parse(text) as { decision: boolean };
    if (decision !== expected || evaluations[index]?.decision !== expected) {
      throw new Error(`the endpoints do not answer ${expected} to ${checked[index]}`);
    }
  }
}

interface Pair {
  readonly bare: Load;
  readonly point: Load;
}

/** Laps of both in turns, the order changing each time. */
async function inTurns(
  { laps }: ServeEffort,
  bare: Child,
  point: Child,
  lap: (child: Child) => Promise<Load>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let turn = 0; turn < laps; turn++) {
    const first = await lap(turn % 2 === 0 ? bare : point);
    const second = await lap(turn % 2 === 0 ? point : bare);
    pairs.push(turn % 2 === 0 ? { bare: first, point: second } : { bare: second, point: first });
  }
  return pairs;
}

function pairRow(name: Stack, pairs: readonly Pair[]): Row {
  const median = (pick: (pair: Pair) => number) => summarise(pairs.map(pick)).median;
  return {
    name,
    bare: Math.round(median(({ bare }) => bare.perSecond)),
    point: Math.round(median(({ point }) => point.perSecond)),
    share: median(({ bare, point }) => point.perSecond / bare.perSecond),
    bareCpu: median(({ bare }) => bare.cpu),
    pointCpu: median(({ point }) => point.cpu),
    cpuShare: median(({ bare, point }) => bare.cpu / point.cpu),
    bareP50: median(({ bare }) => bare.p50),
    pointP50: median(({ point }) => point.p50),
    bareP99: median(({ bare }) => bare.p99),
    pointP99: median(({ point }) => point.p99),
    p99Ratio: median(({ bare, point }) => point.p99 / bare.p99),
  };
}

function pairTable(connections: number, rows: readonly Row[]): Table {
  const column = (key: string, title: string, unit: Column['unit']): Column => ({
    key,
    title,
    unit,
  });
  return {
    id: `serve-${connections}`,
    title: `Evaluation over HTTP, ${connections} connections: a bare handler, and the AuthZEN endpoints`,
    columns: [
      column('name', 'server', 'text'),
      column('bare', 'bare, requests/s', 'count'),
      column('point', 'evaluation, requests/s', 'count'),
      column('share', 'share', 'ratio'),
      column('bareCpu', 'bare, processor', 'nanoseconds'),
      column('pointCpu', 'evaluation, processor', 'nanoseconds'),
      column('cpuShare', 'share', 'ratio'),
      column('bareP50', 'bare, p50', 'milliseconds'),
      column('pointP50', 'evaluation, p50', 'milliseconds'),
      column('bareP99', 'bare, p99', 'milliseconds'),
      column('pointP99', 'evaluation, p99', 'milliseconds'),
      column('p99Ratio', 'p99 ÷ bare', 'ratio'),
    ],
    rows,
    notes: [
      'Bare: the framework parses the body as JSON and answers a constant. Medians of laps that take turns; server and load share the machine.',
      'Processor: what the server’s process spent on one request, which other work on the machine changes less than the rate.',
    ],
  };
}

async function batchRow(
  name: Stack,
  point: Child,
  { singles, batches }: ReturnType<typeof questions>,
  effort: ServeEffort,
): Promise<Row> {
  const [connections] = CONNECTIONS;
  const rates: { one: number; batch: number; oneCpu: number; batchCpu: number }[] = [];
  await load(point, EVALUATIONS, batches, connections, effort.batches);
  for (let turn = 0; turn < effort.laps; turn++) {
    const one = await load(point, EVALUATION, singles, connections, effort.singles);
    const batch = await load(point, EVALUATIONS, batches, connections, effort.batches);
    rates.push({
      one: one.perSecond,
      batch: batch.perSecond * BATCH_ITEMS,
      oneCpu: one.cpu,
      batchCpu: batch.cpu / BATCH_ITEMS,
    });
  }
  const median = (pick: (rate: (typeof rates)[number]) => number) =>
    summarise(rates.map(pick)).median;
  return {
    name,
    one: Math.round(median(({ one }) => one)),
    batch: Math.round(median(({ batch }) => batch)),
    gain: median(({ one, batch }) => batch / one),
    oneCpu: median(({ oneCpu }) => oneCpu),
    batchCpu: median(({ batchCpu }) => batchCpu),
  };
}

function batchTable(rows: readonly Row[]): Table {
  return {
    id: 'serve-batch',
    title: `Batches of ${BATCH_ITEMS} questions against single ones, ${CONNECTIONS[0]} connections`,
    columns: [
      { key: 'name', title: 'server', unit: 'text' },
      { key: 'one', title: 'singly, decisions/s', unit: 'count' },
      { key: 'batch', title: 'in batches, decisions/s', unit: 'count' },
      { key: 'gain', title: 'gain', unit: 'ratio' },
      { key: 'oneCpu', title: 'singly, processor', unit: 'nanoseconds' },
      { key: 'batchCpu', title: 'in batches, processor', unit: 'nanoseconds' },
    ],
    rows,
    notes: ['A batch names action and context once, and subject and resource of every question.'],
  };
}
