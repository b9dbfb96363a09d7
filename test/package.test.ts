import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENTRIES, FRONT } from '../scripts/entries.mjs';

interface LockEntry {
  readonly version?: string;
  readonly link?: boolean;
}
interface Manifest {
  readonly type: string;
  readonly license: string;
  readonly sideEffects: boolean;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly version: string;
}

const read = (path: string) => readFileSync(path, 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const bench: Manifest = JSON.parse(read('bench/package.json'));
const lock: { packages: Record<string, LockEntry> } = JSON.parse(read('package-lock.json'));

describe('the manifest', () => {
  test('promises ESM for Node 20.19 and up, without side effects, under MIT', () => {
    expect(manifest).toMatchObject({
      type: 'module',
      license: 'MIT',
      sideEffects: false,
      engines: { node: '>=20.19' },
    });
  });

  test('needs six packages at run time and nothing else, and offers to use others that its adapters are for', () => {
    expect(Object.keys(manifest.dependencies)).toEqual([
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      'chardet',
      'csv-parse',
      'yaml',
    ]);
    expect(Object.keys(manifest.peerDependencies)).toEqual([
      '@electric-sql/pglite',
      '@nats-io/jetstream',
      '@nats-io/nats-core',
      '@nestjs/common',
      '@nestjs/core',
      '@opentelemetry/api',
      'express',
      'fastify',
      'fastify-plugin',
      'hono',
      'jose',
      'mqtt',
      'pg',
      'prom-client',
      'react',
      'sodium-native',
    ]);
    for (const name of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true });
      expect(manifest.devDependencies, name).toHaveProperty([name]);
    }
  });

  test('names types before code in every subpath, and only files that the build makes', () => {
    const targets = Object.entries(manifest.exports).flatMap(([subpath, target]) => {
      if (typeof target === 'string') return [target];
      expect(Object.keys(target), subpath).toEqual(['types', 'default']);
      return Object.values(target);
    });
    for (const target of [...targets, ...Object.values(manifest.bin)]) {
      expect(existsSync(target), target).toBe(true);
    }
  });

  test('has the subpaths that scripts/entries.mjs lists, and documents each', () => {
    const listed = Object.keys(ENTRIES).map((name) => (name === FRONT ? '.' : `./${name}`));
    expect(Object.keys(manifest.exports)).toEqual([
      ...listed,
      './policy.schema.json',
      './policy-tests.schema.json',
      './package.json',
    ]);
    const { entryPoints } = JSON.parse(read('typedoc.json'));
    expect(entryPoints).toEqual(Object.keys(ENTRIES).map((name) => `dist/${name}.d.ts`));
  });

  test('runs nothing on the machine of whoever installs it', () => {
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(manifest.scripts).not.toHaveProperty(hook);
    }
  });

  test('offers the commands that the documents name', () => {
    const named = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].flatMap((file) =>
      [...read(file).matchAll(/npm (?:run )?([a-z][a-z:]*)/gu)].map(([, script]) => script ?? ''),
    );
    const ours = new Set(named.filter((name) => !['ci', 'install', 'view'].includes(name)));
    expect([...ours].filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
    for (const script of ['start', 'test', 'check', 'build', 'bench', 'docs']) {
      expect(manifest.scripts).toHaveProperty(script);
    }
  });
});

/** Programs in two languages and what they read: whoever installs the package has no use for them. */
const IN_THE_REPOSITORY_ALONE = ['protocol/vectors/verify'];

test('each link of a document in the package leads to what is in the package', {
  timeout: 60_000,
}, () => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const packed = (JSON.parse(told) as [{ files: { path: string }[] }])[0].files.map(
    ({ path }) => path,
  );
  const documents = packed.filter((path) => path.endsWith('.md'));
  expect(documents.length).toBeGreaterThan(60);
  const lost = documents.flatMap((document) => {
    const text = read(document).replace(/^```.*?^```/gmsu, '');
    return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/gu)].flatMap(([, link = '']) => {
      if (/^[a-z][a-z+.-]*:/iu.test(link)) return [];
      const target = posix.join(posix.dirname(document), link).replace(/\/$/u, '');
      const isThere = packed.some((path) => path === target || path.startsWith(`${target}/`));
      return isThere || IN_THE_REPOSITORY_ALONE.includes(target) ? [] : [`${document}: ${link}`];
    });
  });
  expect(lost).toEqual([]);
});

describe('versions', () => {
  test.each([
    ['package.json', manifest],
    ['bench/package.json', bench],
  ])(
    '%s pins every dependency to one version, the locked one',
    (_, { dependencies, devDependencies }) => {
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        // An older version of a framework stands beside the newer under a name of its own.
        const [, number] = /^(?:npm:\w+@)?(\d+\.\d+\.\d+)$/u.exec(version) ?? [];
        expect(number, name).toBeDefined();
        expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(number);
      }
    },
  );

  test('every entry of the lock has a version, so npm ci accepts it', () => {
    const loose = Object.entries(lock.packages).filter(
      ([, { version, link }]) => version === undefined && link !== true,
    );
    expect(loose).toEqual([]);
  });

  test('the changelog tells of the version in the manifest', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## ${manifest.version}\n`);
  });
});

test('the notices hold the whole licence of each package bundled into dist', () => {
  const plain = (text: string) => text.split(/\s+/u).join(' ').trim();
  const notices = plain(read('THIRD-PARTY-NOTICES.md'));
  for (const file of [
    'rrule/LICENCE',
    'tslib/LICENSE.txt',
    'preact/LICENSE',
    'luxon/LICENSE.md',
    '@noble/hashes/LICENSE',
    '@noble/ciphers/LICENSE',
    '@noble/curves/LICENSE',
    'chardet/LICENSE',
    'csv-parse/LICENSE',
    'idb/LICENSE',
    'jose/LICENSE.md',
    'valibot/LICENSE.md',
  ]) {
    expect(notices.includes(plain(read(`node_modules/${file}`))), file).toBe(true);
  }
  expect(notices).toContain(`rrule ${manifest.devDependencies.rrule}`);
  expect(notices).toContain(`luxon ${manifest.devDependencies.luxon}`);
});

test('every test that SECURITY.md cites for a promise is there', () => {
  const rows = [...read('SECURITY.md').matchAll(/^\| .*`test\/.*$/gmu)].map(([row]) => row);
  expect(rows.length).toBeGreaterThan(10);
  for (const [, file] of rows.join('\n').matchAll(/`(test\/[^`]+)`/gu)) {
    expect(existsSync(file ?? ''), file).toBe(true);
  }
});
