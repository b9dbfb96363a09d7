/** `doorwright fmt`: a policy in canonical order, with as little else changed as can be. */
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { zoneTest } from '../../engine/compile.js';
import { canonicalPolicy } from '../../policy/canonical.js';
import { canonicalJson } from '../../policy/canonical-json.js';
import type { Policy } from '../../policy/document.js';
import { parseDocumentText } from '../../policy/parse.js';
import { type Arguments, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { fileName, readText, STDIN } from '../files.js';
import { formattedPolicy } from '../fmt-text.js';
import { replaceText } from '../fmt-write.js';
import { POLICY_OPTIONS } from '../policies.js';
import { shown } from '../terminal.js';

/** The command `fmt`. */
export const FMT: Command = {
  name: 'fmt',
  summary: 'put the members of a policy in canonical order, and little else',
  usage: '<policy.json|-> [--sort] [--check | --write]',
  about: [
    'Prints the policy with its members in the order of the documentation and two spaces for each level. Line breaks, numbers and texts stay as they are written, and so does the order of elements; with --sort they are put in order too. What the policy says never changes, and formatting twice is formatting once.',
    'With --write the file is replaced in one step; with --check nothing is written. A policy that is not valid is refused.',
    'Exit code: 0 printed, written or formatted already, 1 with --check: it is not formatted, 2 bad usage or input.',
  ],
  examples: [
    'doorwright fmt policy.json',
    'doorwright fmt policy.json --check',
    'doorwright fmt policy.json --sort --write',
  ],
  options: {
    ...POLICY_OPTIONS,
    sort: { about: 'put elements in canonical order too: collections by id, sets sorted' },
    check: { about: 'only say whether the file would change' },
    write: { about: 'replace the file' },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const write = args.has('write');
    if (write && args.has('check')) throw new UsageError('say --check or --write, not both');
    if (write && file === STDIN) throw new UsageError('standard input cannot be written to');
    if (file !== STDIN) terminal.busy(`reading ${fileName(file)}`);
    const text = await readText(file);
    const formatted = format(text, file, args);
    const changed = formatted !== text;
    if (write && changed) await replaceText(file, formatted);
    if (args.has('json')) {
      const data = write || args.has('check') ? { changed } : { changed, text: formatted };
      await terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    } else if (!write && !args.has('check')) {
      await terminal.write(formatted);
    } else {
      const done = write ? 'formatted' : 'not formatted';
      const [style, said] = changed ? (['yellow', done] as const) : (['green', 'ok'] as const);
      await terminal.write(`${terminal.paint(style, said)} ${shown(file)}\n`);
    }
    return changed && args.has('check') ? EXIT.no : EXIT.yes;
  },
};

/** The formatted text. @throws InputError with all issues of a policy that is not valid. */
function format(text: string, file: string, args: Arguments): string {
  const allowDeprecatedRoles = args.has('allow-deprecated-roles');
  const options = { isTimeZone: zoneTest(luxonTimeZones), allowDeprecatedRoles };
  const before = parseDocumentText(text, options);
  if (!before.ok) throw new InputError(`${fileName(file)} is no valid policy`, before.issues);
  const formatted = formattedPolicy(text, args.has('sort'));
  const after = parseDocumentText(formatted, options);
  // A fault of ours must not reach the file: what is written says what was read.
  if (!after.ok || saidBy(after.value) !== saidBy(before.value)) {
    throw new Error('formatting would change what the policy says; nothing was written');
  }
  return formatted;
}

function saidBy(policy: Policy): string {
  return canonicalJson(canonicalPolicy(policy));
}
