/** `doorwright export`: a policy in the language of another engine. */
import { RequestError } from '../engine/request.js';
import { type CedarExport, toCedar } from '../interchange/cedar/export.js';
import { formatInstant } from '../values/instant.js';
import { type Arguments, readInstant } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { readJsonObject } from './files.js';
import { readPolicy } from './policies.js';
import { parseRequest, requestMessage } from './requests.js';
import { shown, type Terminal } from './terminal.js';

/** The parts that can be printed alone, each as its own file. */
const PARTS = ['policies', 'schema', 'entities', 'clock'] as const;

/** `export cedar`: one part, one request, or with `--json` everything. */
export async function exportCedar(args: Arguments, terminal: Terminal): Promise<number> {
  const file = args.files[1];
  if (file === undefined) throw new UsageError('a policy file is missing');
  const part = PARTS.find((name) => name === (args.get('part') ?? 'policies'));
  if (part === undefined) {
    throw new UsageError(`\`--part\` is one of ${PARTS.join(', ')}: \`${args.get('part')}\``);
  }
  if (args.has('part') && (args.has('json') || args.has('request'))) {
    throw new UsageError('`--part` goes with neither `--json` nor `--request`');
  }
  if (args.has('at') && args.has('request')) {
    throw new UsageError('`--at` does not go with `--request`, which says its own time');
  }
  const at = args.get('at');
  // As everywhere, the clock is read where no time is given.
  const ms = at === undefined ? Math.floor(Date.now() / 1000) * 1000 : readInstant('at', at);
  const site = await readPolicy(file, args, terminal, args.get('request'));
  const exported = toCedar(site.engine, ms);
  const asked = args.get('request');
  if (asked !== undefined) {
    const request = await requestOf(exported, asked);
    await terminal.write(`${JSON.stringify(request, undefined, 2)}\n`);
    return EXIT.yes;
  }
  const { policies, schema, entities, clock, limits } = exported;
  if (args.has('json')) {
    const all = { policies, schema, entities, clock, limits };
    await terminal.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return EXIT.yes;
  }
  const text = part === 'policies' ? policies : `${JSON.stringify(exported[part], undefined, 2)}\n`;
  await terminal.write(text);
  if (part === 'clock' && at === undefined) {
    terminal.warn(`${formatInstant(ms)} (now, by the clock of this machine)`);
  }
  if (part === 'policies') for (const limit of limits) terminal.warn(`limit: ${shown(limit)}`);
  return EXIT.yes;
}

/** The question to Cedar, at the time of the request. */
async function requestOf(exported: CedarExport, argument: string): Promise<object> {
  const parsed = parseRequest(JSON.stringify(await readJsonObject(argument, 'request')));
  if (!parsed.ok) throw new InputError(`request: ${parsed.message}`);
  try {
    return exported.requestOf(parsed.request);
  } catch (error) {
    if (error instanceof RequestError) throw new InputError(`request: ${requestMessage(error)}`);
    if (error instanceof RangeError) throw new InputError(`request: ${error.message}`);
    throw error;
  }
}
