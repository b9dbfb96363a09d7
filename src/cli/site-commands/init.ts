/** `doorwright site init`: a site from a policy. */

import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { fileName, readText } from '../files.js';
import { compileText } from '../policies.js';
import { shown } from '../terminal.js';
import { withStore } from './opened.js';

/** Makes an organisation of the policy in a file. */
export const runInit: Command['run'] = async (args, terminal) => {
  const [, file] = args.files;
  if (file === undefined) throw new UsageError('a policy is missing');
  const read = compileText(await readText(file), args);
  if (!read.ok) throw new InputError(`${fileName(file)} is no valid policy`, read.issues);
  const { policy, revision } = read.engine;
  const { id } = policy.organization;
  const where = await withStore(args, async (store, place) => {
    await store.create(policy);
    return place.kind === 'server' ? 'on the server' : fileName(place.folder);
  });
  const text = args.has('json')
    ? JSON.stringify({ organization: id, revision })
    : `\`${shown(id)}\` is at revision ${revision}; its store is ${where}`;
  await terminal.write(`${text}\n`);
  return EXIT.yes;
};
