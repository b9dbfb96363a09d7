/** Every command of the program, in the order of a list of them. */
import type { Command } from './command.js';
import { BRIDGE } from './commands/bridge.js';
import { CHECK } from './commands/check.js';
import { completionOf } from './commands/completion.js';
import { DECIDE } from './commands/decide.js';
import { DEMO } from './commands/demo.js';
import { DIFF } from './commands/diff.js';
import { DOORS } from './commands/doors.js';
import { EXPLAIN } from './commands/explain.js';
import { EXPORT } from './commands/export.js';
import { FEED } from './commands/feed.js';
import { FMT } from './commands/fmt.js';
import { HASH } from './commands/hash.js';
import { IMPORT } from './commands/import.js';
import { KEY } from './commands/key.js';
import { LINT } from './commands/lint.js';
import { MATRIX } from './commands/matrix.js';
import { MIGRATE } from './commands/migrate.js';
import { REVIEW } from './commands/review.js';
import { ROLES } from './commands/roles.js';
import { SCHEDULE } from './commands/schedule.js';
import { SERVE } from './commands/serve.js';
import { SIMULATE } from './commands/simulate.js';
import { EVENTS, SITE } from './commands/site.js';
import { SYNC } from './commands/sync.js';
import { TEST } from './commands/test.js';
import { WHO } from './commands/who.js';
import { WHY_NOT } from './commands/why-not.js';

/** Commands that serve one purpose. */
export interface CommandGroup {
  readonly purpose: string;
  readonly commands: readonly Command[];
}

/** All of them, by what they are for. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { purpose: 'to begin with', commands: [DEMO, completionOf(() => COMMANDS)] },
  {
    purpose: 'ask a policy',
    commands: [DECIDE, EXPLAIN, WHY_NOT, WHO, DOORS, REVIEW, MATRIX, SCHEDULE, ROLES],
  },
  {
    purpose: 'look after a policy',
    commands: [CHECK, LINT, TEST, DIFF, FMT, HASH, MIGRATE, EXPORT, IMPORT],
  },
  { purpose: 'locks without a network', commands: [KEY, BRIDGE, SYNC, SIMULATE] },
  { purpose: 'run a site, and serve', commands: [SITE, EVENTS, SERVE, FEED] },
];

/** All of them. */
export const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);
