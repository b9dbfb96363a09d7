/** `doorwright import`: a policy from what another system exports. */
import { fromCasbin } from '../interchange/casbin/from-casbin.js';
import { type CasbinOptions, checkCasbinOptions } from '../interchange/casbin/options.js';
import type { Imported, ImportNote } from '../interchange/imported.js';
import { fromKisi } from '../interchange/kisi/from-kisi.js';
import { checkKisiOptions, type KisiOptions } from '../interchange/kisi/source.js';
import type { Arguments } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { readJsonObject, readText } from './files.js';
import { shown, type Terminal } from './terminal.js';

/** `import kisi`: one JSON file of collections. */
export async function importKisi(args: Arguments, terminal: Terminal): Promise<number> {
  const file = args.files[1];
  if (file === undefined) throw new UsageError('a file of Kisi objects is missing');
  const mapping = await mappingOf<KisiOptions>(args.get('mapping'), checkKisiOptions);
  const input = await readJsonObject(file, 'Kisi objects');
  return report(fromKisi(input, mapping ?? {}), args, terminal);
}

/** `import casbin`: a policy, its model, and what its names mean. */
export async function importCasbin(args: Arguments, terminal: Terminal): Promise<number> {
  const file = args.files[1];
  if (file === undefined) throw new UsageError('a Casbin policy is missing');
  const model = args.get('model');
  if (model === undefined) throw new UsageError('say which model with --model');
  const mapping = await mappingOf<CasbinOptions>(args.get('mapping'), checkCasbinOptions);
  if (mapping === undefined) throw new UsageError('say what is a door with --mapping');
  const imported = fromCasbin(await readText(model), await readText(file), mapping);
  return report(imported, args, terminal);
}

/** The options in a file. @throws InputError naming the place of a mistake. */
async function mappingOf<Options>(
  argument: string | undefined,
  check: (options: unknown) => void,
): Promise<Options | undefined> {
  if (argument === undefined) return undefined;
  const options = await readJsonObject(argument, 'mapping');
  try {
    check(options);
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(`mapping: ${error.message}`);
    throw error;
  }
  return options as Options;
}

/** The policy to standard output, what became of the rest to standard error. */
async function report(imported: Imported, args: Arguments, terminal: Terminal): Promise<number> {
  if (args.has('json')) {
    await terminal.write(`${JSON.stringify(imported, undefined, 2)}\n`);
    return imported.ok ? EXIT.yes : EXIT.no;
  }
  const lines = imported.ok ? imported.notes : imported.issues;
  if (imported.ok) await terminal.write(`${JSON.stringify(imported.policy, undefined, 2)}\n`);
  for (const note of lines) terminal.warn(noteLine(note));
  if (!imported.ok) terminal.warn('nothing was imported');
  return imported.ok ? EXIT.yes : EXIT.no;
}

function noteLine({ pointer, code, message }: ImportNote): string {
  return `${shown(pointer === '' ? '/' : pointer)}: ${shown(message)} (${code})`;
}
