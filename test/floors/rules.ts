/** The rules of the house, each a function from the facts of all files to the sentences it is broken by. */
import type { Found, SourceFacts } from './source.js';

/** Lines of a file, lines of a function, exports of a file: where we stop. */
export const FILE_LINES_MAX = 300;
export const FUNCTION_LINES_MAX = 60;
export const EXPORTS_MAX = 8;

/** From the ground up. The front door sells what lies below floor 5, so it stands right under it. */
const FLOORS: readonly (readonly [folder: string, floor: number])[] = [
  ['src/values/', 0],
  ['src/policy/', 1],
  ['src/checks/roles/', 2],
  ['src/checks/time/', 2],
  ['src/checks/place/', 2],
  ['src/engine/', 3],
  ['src/admin/', 3],
  ['src/sync/', 3],
  ['src/lowering/', 3],
  ['src/analysis/', 3],
  ['src/interchange/', 3],
  ['protocol/', 4],
  ['src/distribution/', 4],
  ['src/adapters/', 5],
  ['src/cli/', 5],
  ['src/index.ts', 4],
];
const HOST_FLOOR = 5;

/** The one file, or folder, that may import an outside package; everybody else asks it. */
const HOMES: Readonly<Record<string, string>> = {
  luxon: 'src/checks/time/luxon-zones.ts',
  rrule: 'src/checks/time/recurrence-dates.ts',
  valibot: 'src/policy/',
  '@valibot/to-json-schema': 'src/policy/schema-json.ts',
  '@noble/ciphers/chacha.js': 'protocol/crypto/noble-ciphers.ts',
  '@noble/curves/abstract/weierstrass.js': 'protocol/crypto/noble-curves.ts',
  '@noble/curves/ed25519.js': 'protocol/crypto/noble-curves.ts',
  '@noble/hashes/hmac.js': 'protocol/crypto/noble-hashes.ts',
  '@noble/hashes/sha2.js': 'protocol/crypto/noble-hashes.ts',
  'sodium-native': 'src/adapters/sodium.ts',
  '@electric-sql/pglite': 'src/adapters/store/open-pglite.ts',
  pg: 'src/adapters/store/open-postgres.ts',
  'csv-parse': 'src/adapters/import/',
  chardet: 'src/adapters/import/',
  jose: 'src/adapters/jwt/',
  fastify: 'src/adapters/fastify/',
  'fastify-plugin': 'src/adapters/fastify/',
  express: 'src/adapters/express/',
  hono: 'src/adapters/hono/',
  'hono/factory': 'src/adapters/hono/',
  '@nestjs/common': 'src/adapters/nestjs/',
  '@nestjs/core': 'src/adapters/nestjs/',
  react: 'src/adapters/react/',
  '@opentelemetry/api': 'src/adapters/otel/',
  'prom-client': 'src/adapters/server/',
  sarif: 'src/cli/lint-sarif.ts',
  '@nats-io/nats-core': 'src/adapters/nats/',
  '@nats-io/jetstream': 'src/adapters/nats/',
  '@nats-io/transport-node': 'src/adapters/nats/',
  mqtt: 'src/adapters/mqtt/',
  yaml: 'src/adapters/testing/',
  '@capacitor-community/bluetooth-le': 'src/adapters/capacitor/',
};

/** The one use of the host that a file below the top floor may make, because it is that use's home. */
const HOST_HOMES: Readonly<Record<string, string>> = {
  Intl: 'src/checks/time/luxon-zones.ts',
};

/** Files that are one long list: splitting a list in two makes it harder to read, not easier. */
const LISTS: Readonly<Record<string, string>> = {
  'src/values/limits.ts': 'every cap in one place',
  'protocol/limits.ts': 'every cap of the protocol in one place',
  'src/admin/scim/limits.ts': 'every cap of SCIM in one place',
  'src/policy/document.ts': 'one definition from which types, parser and JSON Schema come',
  'src/index.ts': 'the front door',
  'src/sync/index.ts': 'the front door of the sync score',
  'src/admin/index.ts': 'the front door of running a site',
  'src/adapters/site/site.ts': 'the port of a site',
  'src/admin/events/event.ts': 'every shape of an event',
  'protocol/index.ts': 'the front door of the offline protocol',
  'protocol/issuer/index.ts': 'the front door of the issuer',
};

const VAGUE_NAMES = /^(?:utils?|helpers?|common|types|misc|shared|lib)\.ts$/u;

/** One rule: its name, and every sentence by which these files break it. */
export type Rule = (files: readonly SourceFacts[], entries: readonly string[]) => string[];

/** All rules by name. `entries` are the files that package.json exports point to. */
export const RULES: Readonly<Record<string, Rule>> = {
  'imports go downward': downward,
  'checks do not know each other': siblingsApart,
  'no import cycles': acyclic,
  'index.ts only at the front door': noInnerBarrels,
  'an outside package has one home': packagesAtHome,
  'no default exports': (files) =>
    each(
      files,
      ({ exports }) => exports.filter(({ what }) => what === 'default'),
      'default export',
    ),
  'files are short': filesShort,
  'functions are short': functionsShort,
  'files export little': exportsFew,
  'no host below the top floor': noHost,
  'files are named for what they hold': (files) =>
    files
      .filter(({ path }) => VAGUE_NAMES.test(baseName(path)))
      .map(({ path }) => `${path}: vague name`),
  'nothing is left unfinished': (files) =>
    each(files, ({ unfinished }) => unfinished, 'unfinished'),
};

/** The floor a file stands on; undefined when it stands on none. */
export function floorOf(path: string): number | undefined {
  return FLOORS.find(
    ([folder]) => path === folder || (folder.endsWith('/') && path.startsWith(folder)),
  )?.[1];
}

function downward(files: readonly SourceFacts[]): string[] {
  const known = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, imports }) => {
    const floor = floorOf(path);
    if (floor === undefined) return [`${path}: on no floor`];
    return imports.flatMap(({ what, line }) => {
      const target = targetOf(path, what);
      if (target === undefined) return [];
      if (!known.has(target)) return [`${path}:${line}: imports ${what}, which is no source file`];
      const targetFloor = floorOf(target);
      const upward = targetFloor === undefined || targetFloor > floor;
      // Only what stands above may come in by the front door: an inner file would import itself.
      const inward = target === 'src/index.ts' && floor < HOST_FLOOR;
      return upward || inward ? [`${path}:${line}: imports upward ${target}`] : [];
    });
  });
}

function siblingsApart(files: readonly SourceFacts[]): string[] {
  const room = (path: string) => /^src\/checks\/[^/]+\//u.exec(path)?.[0];
  return files.flatMap(({ path, imports }) =>
    imports.flatMap(({ what, line }) => {
      const own = room(path);
      const other = room(targetOf(path, what) ?? '');
      const apart = own === undefined || other === undefined || own === other;
      return apart ? [] : [`${path}:${line}: imports its sibling ${other}`];
    }),
  );
}

function acyclic(files: readonly SourceFacts[]): string[] {
  const targets = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.map(({ what }) => targetOf(path, what)).filter((target) => target !== undefined),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push([...trail.slice(start), path].join(' > '));
    if (start !== -1 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return cycles;
}

function noInnerBarrels(files: readonly SourceFacts[], entries: readonly string[]): string[] {
  const barrels = files.filter(
    ({ path }) => baseName(path) === 'index.ts' && !entries.includes(path),
  );
  // The front door may pass on all types of a file: test/exports.test.ts lists every one of them.
  const isBarrel = (path: string, typeOnly: boolean) => !(typeOnly && entries.includes(path));
  const stars = each(
    files,
    ({ path, exports }) =>
      exports.filter(({ what, typeOnly }) => what === '*' && isBarrel(path, typeOnly)),
    'export',
  );
  return [...barrels.map(({ path }) => `${path}: no entry of the package`), ...stars];
}

function packagesAtHome(files: readonly SourceFacts[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap(({ what, line }) => {
      if (what.startsWith('.')) return [];
      if (what.startsWith('node:')) {
        return floorOf(path) === HOST_FLOOR
          ? []
          : [`${path}:${line}: imports ${what} below floor 5`];
      }
      const home = HOMES[what];
      if (home === undefined) return [`${path}:${line}: imports ${what}, which has no home`];
      const atHome = path === home || (home.endsWith('/') && path.startsWith(home));
      return atHome ? [] : [`${path}:${line}: imports ${what}, whose home is ${home}`];
    }),
  );
}

function filesShort(files: readonly SourceFacts[]): string[] {
  return files
    .filter(({ path, lines }) => lines > FILE_LINES_MAX && !isList(path))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

function functionsShort(files: readonly SourceFacts[]): string[] {
  return files.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ what, line, lines }) => `${path}:${line}: ${what} has ${lines} lines`),
  );
}

/** Types are not counted: a union and its members belong in one file, however many they are. */
function exportsFew(files: readonly SourceFacts[]): string[] {
  return files
    .map(({ path, exports }) => ({
      path,
      count: exports.filter(({ typeOnly }) => !typeOnly).length,
    }))
    .filter(({ path, count }) => count > EXPORTS_MAX && !isList(path))
    .map(({ path, count }) => `${path}: ${count} exports`);
}

function noHost(files: readonly SourceFacts[]): string[] {
  const pure = files.filter(({ path }) => floorOf(path) !== HOST_FLOOR);
  const away = ({ path, hostUses }: SourceFacts) =>
    hostUses.filter(({ what }) => HOST_HOMES[what] !== path);
  return each(pure, away, 'uses');
}

function each(
  files: readonly SourceFacts[],
  pick: (file: SourceFacts) => readonly Found[],
  verb: string,
): string[] {
  return files.flatMap((file) =>
    pick(file).map(({ what, line }) => `${file.path}:${line}: ${verb} ${what}`),
  );
}

/** The source file a relative specifier means; undefined for an outside package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\.js$/u, '.ts');
}

/** Whether a file is one long list, as every front door of an adapter is. */
function isList(path: string): boolean {
  return LISTS[path] !== undefined || /^src\/adapters\/for-[a-z-]+\.ts$/u.test(path);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
