/** How soon a withdrawal counts in the process that makes it. */
import { openSite, type Store } from '../../src/adapters/for-site.js';
import type { SqlDriver } from '../../src/adapters/store/sql.js';
import { sqlStore } from '../../src/adapters/store/sql-store.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';
import { buildWorld, WORLD_TIME } from '../worlds.js';

/** Rights are given and taken away in world M. Closes the driver. */
export async function withdrawalRow(name: string, driver: SqlDriver, rounds: number): Promise<Row> {
  const inner = await sqlStore(driver);
  let committed = 0;
  const store: Store = {
    ...inner,
    open: async (id) => {
      const opened = await inner.open(id);
      const write: typeof opened.write = async (work) => {
        const value = await opened.write(work);
        committed = performance.now();
        return value;
      };
      return { ...opened, write };
    },
  };
  const { policy } = buildWorld('M', 1);
  await inner.create(policy);
  const site = await openSite({ store, organization: policy.organization.id });
  const group = policy.groups?.find(({ place, doors }) => place === undefined && doors?.length);
  const door = group?.doors?.[0] as string;
  const user = 'newcomer';
  const right = { role: 'door_access', scope: { type: 'group', id: group?.id as string } } as const;
  const late: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const id = `bench-right-${round}`;
    const given = { id, subject: { type: 'user', id: user }, ...right };
    const revision = (await site.store.revision()) + 1;
    await site.store.write((writer) =>
      writer.putChanges(
        { revision, put: { users: [{ id: user }], assignments: [given as never] } },
        'now',
      ),
    );
    await site.refresh();
    if (!site.engine.can(user, 'unlock', door, { time: WORLD_TIME })) throw new Error('not given');
    const begin = performance.now();
    const withdrawn = await site.write({
      actor: { type: 'system', id: 'bench' },
      operation: 'assignment.withdraw',
      plan: () => ({ ok: true, value: { value: id, changes: { remove: { assignments: [id] } } } }),
    });
    const isRefused = !site.engine.can(user, 'unlock', door, { time: WORLD_TIME });
    const end = performance.now();
    if (!withdrawn.ok || !isRefused) throw new Error('not withdrawn');
    late.push(end - committed);
    whole.push(end - begin);
  }
  await inner.close();
  const { median, max } = summarise(late);
  return { name, median, worst: max, write: summarise(whole).median };
}
