// Writes what the vectors hold as the first inputs of the fuzzer, once for each way in: node corpus.mjs <folder> < vectors.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WAYS_IN = {
  cbor: [0],
  objects: [1, 3],
  refused: [1, 2, 3],
  messages: [4],
  frames: [5],
  verdicts: [1, 2, 3],
};
const FIELDS = new Set([
  'bytes',
  'object',
  'payload',
  'grant',
  'proof',
  'certificate',
  'message',
  'frame',
]);
const LONGEST = 4096;

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const line of readFileSync(0, 'utf8').split('\n')) {
  const [list, , ...fields] = line.split(' ');
  for (const way of WAYS_IN[list.split('.')[0]] ?? []) {
    for (const field of fields) {
      const [name, hex] = field.split('=');
      if (!FIELDS.has(name) || hex.length > LONGEST || hex === '-') continue;
      const content = Buffer.from(hex, 'hex');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(content.length);
      const input = Buffer.concat([
        Buffer.from([way]),
        ...(way === 2 ? [length] : way === 5 ? [Buffer.from([Math.ceil(content.length / 3)])] : []),
        content,
      ]);
      writeFileSync(
        join(folder, createHash('sha256').update(input).digest('hex').slice(0, 16)),
        input,
      );
    }
  }
}
