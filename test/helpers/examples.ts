/** The example sites as the tests read them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { AccessRequest } from '../../src/index.js';

/** One example site: its policy as outside data, and the requests about it. */
export interface Example {
  readonly name: string;
  readonly policy: unknown;
  readonly requests: readonly AccessRequest[];
}

/** All example sites, by name. */
export function readExamples(): Example[] {
  const folders = readdirSync('examples', { withFileTypes: true }).filter(
    (each) => each.isDirectory() && existsSync(`examples/${each.name}/policy.json`),
  );
  return folders.map(({ name }) => ({
    name,
    policy: JSON.parse(readFileSync(`examples/${name}/policy.json`, 'utf8')),
    requests: readFileSync(`examples/${name}/requests.ndjson`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  }));
}
