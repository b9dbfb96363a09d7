/** All vector files by name (protocol/vectors/README.md). */
import { cborFile } from './cbor-cases.js';
import { derivedFile } from './derived.js';
import { framesFile } from './frames.js';
import { messagesFile } from './messages.js';
import { noiseFile } from './noise-cases.js';
import { objectsFile } from './objects.js';
import { refusedFile } from './refused.js';
import { sessionsFile } from './sessions.js';
import { verdictsFile } from './verdicts.js';

/** The text of each file; the same on every run. */
export function vectorFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['cbor.json', cborFile()],
    ['objects.json', objectsFile()],
    ['refused.json', refusedFile()],
    ['derived.json', derivedFile()],
    ['frames.json', framesFile()],
    ['messages.json', messagesFile()],
    ['noise.json', noiseFile()],
    ['sessions.json', sessionsFile()],
    ['verdicts.json', verdictsFile()],
  ]);
}
