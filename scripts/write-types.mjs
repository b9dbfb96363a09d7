// @ts-check
/**
 * Writes the types of each entry to dist/. The types of the policy document are inferred from its schemas; left so, every
 * user's compiler would work through the schema library's types again (200 kB, seconds each time, and the
 * DOM's names). So the inferred types are printed in full here, by the compiler that inferred them, with
 * the texts of the JSON Schema at their members. `test/smoke/types.test.ts` holds that both are equal.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import ts from 'typescript';
import { ENTRIES } from './entries.mjs';
import { importSource } from './import-source.mjs';
import { printAliases } from './print-aliases.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const single = join(root, 'dist/.types');
const documentFile = join(root, 'src/policy/document.ts');

const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
if (error !== undefined) throw new Error(String(error.messageText));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const sources = Object.values(ENTRIES).map((entry) => join(root, entry));
const program = ts.createProgram(sources, {
  ...options,
  // The adapters stand on Node; what they export names none of its types.
  types: ['node'],
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
  rootDir: root,
  outDir: single,
});
const texts = await importSource('src/policy/schema-texts.ts');
const document = program.getSourceFile(documentFile);
if (document === undefined) throw new Error(`not part of the program: ${documentFile}`);
const printed = printAliases(program.getTypeChecker(), document, texts);

const emitted = program.emit(undefined, (path, text) => {
  const isDocument = relative(single, path) === join('src', 'policy', 'document.d.ts');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, isDocument ? printed : text);
});
if (emitted.diagnostics.length > 0) {
  console.error(ts.formatDiagnostics(emitted.diagnostics, ts.createCompilerHost(options)));
  process.exit(1);
}
// One after another: together they would share files, and each is to stand alone.
for (const [name, entry] of Object.entries(ENTRIES)) {
  await build({
    config: false,
    entry: { [name]: join(single, entry.replace(/\.ts$/u, '.d.ts')) },
    tsconfig: join(root, 'tsconfig.json'),
    outDir: join(root, 'dist'),
    format: 'esm',
    dts: { only: true },
    silent: true,
  });
}
rmSync(single, { recursive: true });
