/** Who may open the busiest door, and which doors a person may open. */
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { siteOf } from '../site.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, WORLD_TIME, type World, type WorldName } from '../worlds.js';

/** Measures complete lists; the number of holders is compared with the tables' before the clock runs. */
export function searchTable(name: WorldName, times: number): Table {
  const world = buildWorld(name, 1);
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  const engine = compilePolicy(parsed.value);
  const context = { time: WORLD_TIME };
  const action = { name: 'unlock' };
  const whoQuery = {
    subject: { type: 'user' },
    action,
    resource: { type: 'door', id: world.lobby },
    context,
  };
  const user = world.policy.users?.[50]?.id ?? '';
  const doorsQuery = {
    subject: { type: 'user', id: user },
    action,
    resource: { type: 'door' },
    context,
  };
  const holders = holdersOfLobby(world);
  const page = { limit: 10_000 };
  const lists: readonly { name: string; run: () => number }[] = [
    {
      name: 'searchSubjects, first page of 10 000',
      run: () => engine.searchSubjects({ ...whoQuery, page }).page.total,
    },
    {
      name: 'searchSubjects, all pages of 1 000',
      run: () => {
        let found = 0;
        for (let token = ''; ; ) {
          const answer = engine.searchSubjects({
            ...whoQuery,
            page: token === '' ? {} : { token },
          });
          found += answer.results.length;
          token = answer.page.next_token;
          if (token === '') return found;
        }
      },
    },
    {
      name: 'searchResources of one user',
      run: () => engine.searchResources(doorsQuery).page.total,
    },
    {
      name: 'searchActions',
      run: () =>
        engine.searchActions({
          subject: doorsQuery.subject,
          action: undefined,
          resource: whoQuery.resource,
          context,
        }).page.total,
    },
  ];
  const rows = lists.map((list): Row => {
    const found = list.run();
    if (list.name.startsWith('searchSubjects') && found !== holders) {
      throw new Error(`${list.name} found ${found}, the tables say ${holders}`);
    }
    const samples: number[] = [];
    for (let time = 0; time < times; time++) {
      const begin = performance.now();
      if (list.run() !== found) throw new Error(`${list.name} changed its answer while timed`);
      samples.push(performance.now() - begin);
    }
    const { min, median, p99 } = summarise(samples);
    return { name: list.name, found, min, median, p99 };
  });
  return {
    id: `search-${name}`,
    title: `World ${name}: lists`,
    columns: [
      { key: 'name', title: 'list', unit: 'text' },
      { key: 'found', title: 'found', unit: 'count' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
    ],
    rows,
    notes: [`the door asked about is the lobby, which ${holders} people may open`],
  };
}

/** How many users may open the lobby, counted without the engine. */
function holdersOfLobby(world: World): number {
  const site = siteOf(world.policy);
  const lobby = site.doors.find((door) => door.id === world.lobby);
  if (lobby === undefined) throw new Error('a world without its lobby');
  const groups = new Set(lobby.groups);
  return site.users.filter(
    (user) =>
      user.everywhere ||
      user.places.includes(lobby.place) ||
      user.groups.some((group) => groups.has(group)),
  ).length;
}
