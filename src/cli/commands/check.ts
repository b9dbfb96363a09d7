/** `doorwright check`: is this policy valid, and what is in it? */

import type { Policy } from '../../policy/document.js';
import { COLLECTIONS } from '../../policy/document.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT } from '../failure.js';
import { issueLine, POLICY_OPTIONS, tryPolicy } from '../policies.js';
import { wrap } from '../table.js';
import { shown } from '../terminal.js';

/** The command `check`. */
export const CHECK: Command = {
  name: 'check',
  summary: 'validate a policy and say everything that is wrong with it',
  usage: '<policy.json|->',
  about: [
    'Prints one line for each problem: where it is (a JSON Pointer), what it is, and its code. With --json, an array of { pointer, code, message }, empty for a valid policy.',
    'Exit code: 0 valid, 1 not valid, 2 the file cannot be read.',
  ],
  examples: [
    'doorwright check policy.json',
    'doorwright check policy.json --json | jq -r .[].pointer',
  ],
  options: POLICY_OPTIONS,
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const read = await tryPolicy(file, args, terminal);
    const issues = read.ok ? [] : read.issues;
    if (args.has('json')) await terminal.write(`${JSON.stringify(issues, undefined, 2)}\n`);
    else if (read.ok)
      await terminal.write(
        `${terminal.paint('green', 'ok')} ${contents(file, read.engine.policy, terminal.width)}\n`,
      );
    else await terminal.write(issues.map((issue) => `${issueLine(issue)}\n`).join(''));
    return read.ok ? EXIT.yes : EXIT.no;
  },
};

function contents(file: string, policy: Policy, width: number): string {
  const model = policy.organization.roles ?? 'kisi';
  const counts = COLLECTIONS.flatMap((name) => {
    const count = policy[name]?.length ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? name.replace(/s$/u, '') : name}`];
  });
  const id = typeof model === 'string' ? model : model.id;
  const about = `organisation \`${shown(policy.organization.id)}\`, revision ${policy.revision ?? 0}, role model \`${shown(id)}\``;
  const list = counts.length === 0 ? 'nothing in it' : counts.join(', ');
  return [shown(file), ...[about, list].flatMap((text) => wrap(text, width - 3))].join('\n   ');
}
