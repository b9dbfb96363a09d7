/** The last engines of a site, for looking back. They share what they have in common. */
import type { Engine } from '../../engine/engine.js';
import type { Site } from '../site/site.js';

/** Engines by revision. */
export interface RetainedEngines {
  /** The newest the site has. */
  newest(): Engine;
  /** The engine of a revision; undefined when it is too old. Between two that are kept, the store's outbox leads there. */
  at(revision: number): Promise<Engine | undefined>;
}

/** Keeps at most `count` engines of a site. @throws RangeError unless that is 1 to 1 000. */
export function retainEngines(site: Site, count: number): RetainedEngines {
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new RangeError('1 to 1 000 revisions are retained');
  }
  const kept: Engine[] = [site.engine];
  const newest = (): Engine => {
    const { engine } = site;
    if (engine !== kept.at(-1)) {
      kept.push(engine);
      if (kept.length > count) kept.shift();
    }
    return engine;
  };
  return {
    newest,
    async at(revision) {
      newest();
      const base = kept.filter((engine) => engine.revision <= revision).at(-1);
      if (base === undefined || base.revision === revision) return base;
      return await ledTo(site, base, revision);
    },
  };
}

/** Rows of the outbox read at once: revisions further apart are not led to. */
const ROWS_MAX = 1000;

/** Applies what the store wrote after `base`, up to `revision`. Where a row is missing, there is no such engine. */
async function ledTo(site: Site, base: Engine, revision: number): Promise<Engine | undefined> {
  const distance = Math.min(revision - base.revision, ROWS_MAX);
  const rows = await site.store.outbox(base.revision, distance);
  let engine = base;
  for (const row of rows) {
    if (row.revision !== engine.revision + 1) return undefined;
    engine = engine.apply(row.changes);
    if (engine.revision === revision) return engine;
  }
  return undefined;
}
