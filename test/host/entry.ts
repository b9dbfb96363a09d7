/** Run in a process of its own: what the engine answers about the example sites, as JSON. */
import { compilePolicy } from '../../src/index.js';
import { readExamples } from '../helpers/examples.js';

/** Explanations and `validUntil` look ahead over years, so each process asks for some of them only. */
const LONG_LOOK_EVERY = 8;

const answers = readExamples().map(({ policy, requests }) => {
  const engine = compilePolicy(policy);
  return requests.map((request, index) => ({
    decision: engine.decide(request),
    access: engine.access(request.resource, request.context),
    ...(index % LONG_LOOK_EVERY === 0 && {
      validUntil: engine.validUntil(request),
      explanation: engine.explain(request),
    }),
  }));
});

const host = {
  clock: new Date().toISOString(),
  offsetMinutes: new Date(0).getTimezoneOffset(),
};
process.stdout.write(JSON.stringify({ host, answers }));
