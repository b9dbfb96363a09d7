/** `doorwright decide`: a stream of requests in, a stream of answers out. */

import type { Engine } from '../../engine/engine.js';
import { RequestError } from '../../engine/request.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT } from '../failure.js';
import { openBytes } from '../files.js';
import type { Line } from '../lines.js';
import { linesOf } from '../lines.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import { parseRequest, requestMessage } from '../requests.js';

/** The command `decide`. */
export const DECIDE: Command = {
  name: 'decide',
  summary: 'answer a stream of AuthZEN requests, one JSON object a line',
  usage: '<policy.json> [requests.ndjson|-]',
  about: [
    'Reads one request a line (NDJSON) from the file, or from standard input, and writes one answer a line in the same order: the decision with its reasons, grants and validUntil. Memory stays the same however long the stream is.',
    'A line that is no request is answered in its place with {"error":{"line":n,"code":c,"message":m}}; no line is skipped. Codes: json (not JSON), request (subject, action, resource or time missing or ill-typed), encoding (not UTF-8), too_large (over 1 MiB), empty_line. LF and CRLF end a line; the last one may lack its end.',
    'Exit code: 0 every line was a request, whatever the answers; 2 otherwise, or when the policy is not valid.',
  ],
  examples: [
    'doorwright decide policy.json requests.ndjson',
    'tail -f requests.ndjson | doorwright decide policy.json - | jq -c .decision',
  ],
  options: {
    ...POLICY_OPTIONS,
    'no-valid-until': { about: 'leave out validUntil, which takes most of the time' },
  },
  filesMax: 2,
  async run(args, terminal) {
    const policyFile = requiredFile(args, 'a policy file');
    const requestsFile = args.files[1] ?? '-';
    const { engine } = await readPolicy(policyFile, args, terminal, requestsFile);
    const validUntil = !args.has('no-valid-until');
    let count = 0;
    let exitCode: number = EXIT.yes;
    for await (const lines of linesOf(openBytes(requestsFile))) {
      let text = '';
      for (const line of lines) {
        const answered = answer(engine, line, validUntil);
        if (!answered.isRequest) exitCode = EXIT.bad;
        text += `${answered.text}\n`;
      }
      count += lines.length;
      await terminal.write(text);
      terminal.progress(`${count} requests`);
    }
    terminal.progress(undefined);
    return exitCode;
  },
};

interface Answer {
  readonly isRequest: boolean;
  readonly text: string;
}

function answer(engine: Engine, line: Line, validUntil: boolean): Answer {
  if (line.kind === 'bad') return refusal(line.number, line.code, line.message);
  const parsed = parseRequest(line.text);
  if (!parsed.ok) return refusal(line.number, parsed.code, parsed.message);
  try {
    // The engine itself checks the shape and names what is missing.
    const decision = engine.decide(parsed.request, { validUntil });
    return { isRequest: true, text: JSON.stringify(decision) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return refusal(line.number, 'request', requestMessage(error));
  }
}

function refusal(line: number, code: string, message: string): Answer {
  return { isRequest: false, text: JSON.stringify({ error: { line, code, message } }) };
}
