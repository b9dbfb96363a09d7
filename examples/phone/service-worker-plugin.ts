/**
 * Writes `service-worker.js`: the worker's source under the list of what was built, so that it keeps exactly the files of
 * its version, and differs by a byte whenever any of them does. Not workbox, the usual choice: it would bring a build tool
 * and some 20 kB of strategies for what are here three event listeners and one list.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, transformWithOxc } from 'vite';

/** @param source - the worker's file. @param publicFolder - files that are copied as they are. */
export function serviceWorker(source: string, publicFolder: string): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      // After the page itself was written into the bundle.
      order: 'post',
      async handler(_options, bundle) {
        const contents = new Map<string, string | Uint8Array>();
        for (const file of Object.values(bundle)) {
          contents.set(file.fileName, file.type === 'chunk' ? file.code : file.source);
        }
        for (const name of readdirSync(publicFolder)) {
          contents.set(name, readFileSync(join(publicFolder, name)));
        }
        const files = [...contents.keys()].sort();
        const hash = createHash('sha256');
        for (const name of files) hash.update(name).update(contents.get(name) ?? '');
        const version = hash.digest('hex').slice(0, 16);
        const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
        const kept = files.filter((name) => name !== 'index.html');
        const built = `const BUILT = ${JSON.stringify({ version, files: kept })};\n`;
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: built + code });
      },
    },
  };
}
