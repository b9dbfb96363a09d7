/** `doorwright explain`: one request, and the whole way to its answer. */
import { RequestError } from '../../engine/request.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { explanationLines } from '../explanation-text.js';
import { EXIT, InputError } from '../failure.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import { readRequest, requestMessage } from '../requests.js';

/** The command `explain`. */
export const EXPLAIN: Command = {
  name: 'explain',
  summary: 'show how one request is decided, and what would have to be different',
  usage: '<policy.json> [request.json|-]',
  about: [
    'Reads one AuthZEN request from the file, or from standard input, and prints every clause that was checked, every access right that was tried, and for a refusal the nearest miss: the smallest change of facts that would permit. With --json, the explanation as the engine gives it.',
    'Exit code: 0 permitted, 1 refused, 2 bad usage or input.',
  ],
  examples: [
    'doorwright explain policy.json request.json',
    'doorwright explain policy.json requests.ndjson --line 7',
    'pbpaste | doorwright explain policy.json --json',
  ],
  options: {
    ...POLICY_OPTIONS,
    line: { value: 'N', about: 'take the request in line N of a file with one request a line' },
  },
  filesMax: 2,
  async run(args, terminal) {
    const policyFile = requiredFile(args, 'a policy file');
    const requestFile = args.files[1] ?? '-';
    const site = await readPolicy(policyFile, args, terminal, requestFile);
    const request = await readRequest(requestFile, args);
    try {
      const explanation = site.engine.explain(request);
      const text = args.has('json')
        ? `${JSON.stringify(explanation, undefined, 2)}\n`
        : `${explanationLines(site, request, explanation, terminal).join('\n')}\n`;
      await terminal.write(text);
      return explanation.decision.decision ? EXIT.yes : EXIT.no;
    } catch (error) {
      if (error instanceof RequestError) throw new InputError(`request: ${requestMessage(error)}`);
      throw error;
    }
  },
};
