/** `doorwright hash`: the same for policies that say the same, in whatever order. */
import { contentBytes, contentHash } from '../../adapters/content-hash.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';

/** The command `hash`. */
export const HASH: Command = {
  name: 'hash',
  summary: 'hash what a policy says, whatever the order it says it in',
  usage: '<policy.json|-> [--expect H | --canonical]',
  about: [
    'Prints `sha256:` and 64 digits: the same for two policies that differ only in the order of members, collections and sets, in repeats in sets, in how an instant is written, in empty lists, in $schema or in revision. Anything else that differs makes another hash.',
    'With --canonical it prints the text that is hashed, RFC 8785 JSON without a line end, so that `sha256sum` or another program can check it.',
    'Exit code: 0 printed, or the hash that was expected, 1 another one, 2 bad usage or input.',
  ],
  examples: [
    'doorwright hash policy.json',
    'doorwright hash policy.json --canonical | sha256sum',
    `doorwright hash policy.json --expect sha256:${'0'.repeat(64)}`,
  ],
  options: {
    ...POLICY_OPTIONS,
    expect: { value: 'H', about: 'the hash it should have' },
    canonical: { about: 'print the text that is hashed' },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const expected = args.get('expect');
    if (expected !== undefined && !/^sha256:[0-9a-f]{64}$/u.test(expected)) {
      throw new UsageError(
        `\`--expect\` must be sha256: and 64 lower-case digits: \`${expected}\``,
      );
    }
    if (args.has('canonical') && (expected !== undefined || args.has('json'))) {
      throw new UsageError('`--canonical` stands alone');
    }
    const { policy } = await readPolicy(file, args, terminal);
    if (args.has('canonical')) {
      await terminal.write(new TextDecoder().decode(contentBytes(policy)));
      return EXIT.yes;
    }
    const hash = contentHash(policy);
    const matches = expected === undefined || hash === expected;
    if (args.has('json')) {
      const data = { hash, ...(expected === undefined ? {} : { expected, matches }) };
      await terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    } else {
      const verdict = matches ? '' : ` ${terminal.paint('red', 'not the expected hash')}`;
      await terminal.write(`${hash}${verdict}\n`);
    }
    return matches ? EXIT.yes : EXIT.no;
  },
};
