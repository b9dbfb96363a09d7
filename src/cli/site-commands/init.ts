/** `doorwright site init`: a site from a policy. */

import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { fileName, readText } from '../files.js';
import { compileText } from '../policies.js';
import { FOLDER_DEFAULT, withStore } from './opened.js';

/** Makes an organisation of the policy in a file. */
export const runInit: Command['run'] = async (args, terminal) => {
  const [, file] = args.files;
  if (file === undefined) throw new UsageError('a policy is missing');
  const read = compileText(await readText(file), args);
  if (!read.ok) throw new InputError(`${fileName(file)} is no valid policy`, read.issues);
  const { policy, revision } = read.engine;
  const { id } = policy.organization;
  await withStore(args, (store) => store.create(policy));
  const where = args.get('site') ?? FOLDER_DEFAULT;
  const text = args.has('json')
    ? JSON.stringify({ organization: id, revision })
    : `\`${id}\` is at revision ${revision}; its store is ${(args.get('database') ?? process.env['DATABASE_URL']) ? 'on the server' : `\`${where}\``}`;
  await terminal.write(`${text}\n`);
  return EXIT.yes;
};
