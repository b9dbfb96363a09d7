/** Text of `refused.json`: keys, envelopes and payloads that must be refused. */
import { coseKey } from '../../objects/cose-key.js';
import { encodeCbor } from '../../wire/cbor.js';
import { fileText } from './notation.js';
import { refusedKeys } from './numbers.js';
import { refusedEnvelopes } from './refused-envelopes.js';
import { refusedPayloads } from './refused-payloads.js';

/** Text of `refused.json`. */
export function refusedFile(): string {
  const keys = refusedKeys().map(({ id, key }) => ({
    id,
    line: 'A11',
    cose: encodeCbor(coseKey.write(key)),
    code: 'key_refused',
  }));
  return fileText(
    'What must be refused. `line` is the line of attack in ../README.md; `code` is what this library says and binds nobody: a lock need only refuse.',
    { keys, envelopes: refusedEnvelopes(), payloads: refusedPayloads() },
  );
}
