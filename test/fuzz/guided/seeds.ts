/** Where guided fuzzing starts: valid documents, rules and requests of the project's own tests and examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { fullDocument } from '../../helpers/policies.js';

/** Documents of some kilobytes that use everything between them; the large examples would only be slower. */
export function seedPolicies(): object[] {
  const vectors = read('test/cases/content-hash/vectors.json') as { vectors: { policy: object }[] };
  return [fullDocument(), ...vectors.vectors.map(({ policy }) => policy), ...casePolicies()];
}

/** A document and a request about it, for each case of `test/cases`. */
export function seedRequests(): { policy: object; requests: object[] }[] {
  return caseFiles().map((file) => ({
    policy: file.policy,
    requests: file.cases.map(({ request }) => request),
  }));
}

/** The examples, with their requests. */
export function exampleRequests(): { policy: object; requests: object[] }[] {
  return ['club', 'coworking', 'housing'].map((name) => ({
    policy: read(`examples/${name}/policy.json`) as object,
    requests: readFileSync(`examples/${name}/requests.ndjson`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  }));
}

/** Every text, member name and number that some documents hold: what their language is made of. */
export function wordsOf(values: readonly unknown[]): string[] {
  const words = new Set<string>();
  const rest = [...values];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string' && value.length < 200) words.add(value);
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) for (const name of Object.keys(value)) words.add(name);
    rest.push(...Object.values(value));
  }
  return [...words].filter((word) => word !== '').sort();
}

interface CaseFile {
  readonly policy: object;
  readonly cases: readonly { readonly request: object }[];
}

function casePolicies(): object[] {
  return caseFiles().map(({ policy }) => policy);
}

function caseFiles(): CaseFile[] {
  return readdirSync('test/cases')
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => read(`test/cases/${name}`) as CaseFile);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
