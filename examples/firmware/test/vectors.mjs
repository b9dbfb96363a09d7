// Turns protocol/vectors/*.json into lines that the C program test/run.c reads: `file.list id name=value …`, values in
// hex, in decimal, or `-` for null; a name may stand several times. Every vector of every file is either written or
// counted as out of scope with the reason; a file or a list that fields.mjs does not name is an error, so that vectors
// added later cannot go unrun in silence. The last line is the number of vectors written, which the program checks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, keys, tables } from './fields.mjs';

main();

function main() {
  const lines = [];
  const skipped = new Map();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort((a, b) => (a === 'objects.json' ? -1 : b === 'objects.json' ? 1 : a < b ? -1 : 1))) {
    const content = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const key of content.keys?.filter((each) => each.name !== undefined) ?? [])
      keys.set(key.name, key);
    for (const [list, vectors] of Object.entries(content)) {
      if (list === 'protocol' || list === 'about') continue;
      const convert = tables[file]?.[list];
      if (convert === undefined)
        throw new Error(`${file}, list ${list}: neither run nor named as out of scope`);
      const name = `${file.slice(0, -'.json'.length)}.${list}`;
      for (const [index, vector] of vectors.entries()) {
        const fields = convert(vector);
        if (fields.skip === undefined)
          lines.push(line(name, vector.id ?? vector.name ?? String(index), fields));
        else count(skipped, `${name}: ${fields.skip}`);
      }
    }
  }
  if (process.argv[2] === '--out-of-scope') {
    for (const [what, times] of skipped) process.stdout.write(`${times} ${what}\n`);
    return;
  }
  process.stdout.write(`${lines.join('\n')}\nend ${lines.length}\n`);
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function line(list, id, fields) {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) =>
      [value].flat().map((each) => `${name}=${each === null ? '-' : each}`),
    );
  return [list, String(id).replaceAll(' ', '-'), ...pairs].join(' ');
}
