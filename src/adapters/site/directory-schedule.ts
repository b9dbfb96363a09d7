/** A directory that runs by itself. */

import { type Schedule, type ScheduleOptions, startSchedule } from '../directory/schedule.js';
import type { DirectorySource } from '../directory/source.js';
import { quietly } from '../quietly.js';
import { readRules } from './directory-rules.js';
import type { DirectoryRun } from './directory-run.js';
import { syncDirectory } from './directory-sync.js';
import type { Actor, Site } from './site.js';

/** How a directory runs by itself: as often as its rules say. */
export interface DirectoryScheduleOptions
  extends Pick<ScheduleOptions, 'backOffMinutesMax' | 'jitter' | 'host' | 'onError' | 'signal'> {
  /** What became of each run. What it throws is dropped. */
  readonly onRun?: (run: DirectoryRun) => void;
}

/**
 * Runs a directory at once and then every `everyMinutes` of its rules. What stops a run, the brake too, stops the
 * next ones until somebody looks: they are tried more and more rarely, and take nothing away.
 * @throws RangeError where there are no rules of this id.
 */
export async function startDirectory(
  site: Site,
  actor: Actor,
  directory: string,
  source: DirectorySource,
  { onRun, ...options }: DirectoryScheduleOptions = {},
): Promise<Schedule> {
  const read = await readRules(site.store, directory);
  if (!read.ok) throw new RangeError(read.detail);
  const { everyMinutes } = read.rules;
  return startSchedule({
    ...options,
    ...(everyMinutes === undefined ? {} : { everyMinutes }),
    async run(signal) {
      const run = await syncDirectory(site, actor, directory, source, { signal });
      quietly(onRun)(run);
      return run.ok;
    },
  });
}
