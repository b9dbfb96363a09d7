import { readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES } from '../../scripts/entries.mjs';
import { type Installed, installTarball, run } from './tarball.js';

const STORY = 'granted inactive_hours no_access_right /organization/id true';

let installed: Installed;
beforeAll(() => {
  installed = installTarball();
}, 180_000);
afterAll(() => {
  if (installed !== undefined) rmSync(installed.folder, { recursive: true, force: true });
});
const at = (...path: string[]) => join(installed.folder, ...path);
const node = (script: string) =>
  run('node', ['--input-type=module', '-e', script], installed.folder);

describe('the packed tarball', () => {
  test('holds the built files, the papers and nothing else', () => {
    const code = /^dist\/(?:chunk-)?[\w-]+\.js$/u;
    const example =
      /^examples\/[a-z-]+\/(?:(?:policy|sync)\.json|(?:requests|expected|changes)\.ndjson|(?:[a-z]+\/)?README\.md|tests\/[\w-]+\.policy-test\.yaml)$/u;
    const page =
      /^dist\/(?:portal|phone)\/(?:index\.html|(?:door|key)\.svg|manifest\.webmanifest|service-worker\.js|assets\/[\w.-]+\.(?:js|css))$/u;
    const document = /^docs\/(?:(?:decisions\/)?[\w-]+\.md|pictures\/\w+\.svg)$/u;
    const types = Object.keys(ENTRIES).map((name) => `dist/${name}.d.ts`);
    const odd = installed.files.filter(
      (path) => ![code, example, page, document].some((known) => known.test(path)),
    );
    expect(odd).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'THIRD-PARTY-NOTICES.md',
      ...[...types, 'dist/policy-tests.schema.json', 'dist/policy.schema.json'].sort(),
      'package.json',
      'protocol/README.md',
      'protocol/dkp.cddl',
      'protocol/formal/README.md',
      'protocol/vectors/README.md',
    ]);
    expect(installed.files).toContain('dist/index.js');
    expect(installed.files).toContain('dist/cli.js');
    expect(installed.files).toContain('dist/portal/index.html');
    expect(installed.files).toContain('dist/phone/service-worker.js');
    expect(installed.files).toContain('docs/getting-started.md');
    expect(installed.files).toContain('examples/club/policy.json');
  });

  test('brings rrule and luxon along and leaves the other packages to npm', () => {
    const code = installed.files.filter((path) => path.endsWith('.js'));
    const outside = code.flatMap((path) => {
      const text = readFileSync(at('node_modules/doorwright', path), 'utf8');
      return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
    });
    const packages = outside.filter((name) => !/^(?:\.|node:)/u.test(name));
    expect([...new Set(packages)].sort()).toEqual([
      '@electric-sql/pglite',
      '@nats-io/jetstream',
      '@nats-io/nats-core',
      '@nestjs/common',
      '@nestjs/core',
      '@noble/ciphers/chacha.js',
      '@noble/curves/abstract/weierstrass.js',
      '@noble/curves/ed25519.js',
      '@noble/hashes/hmac.js',
      '@noble/hashes/sha2.js',
      '@opentelemetry/api',
      'chardet',
      'csv-parse',
      'fastify-plugin',
      'hono',
      'hono/factory',
      'jose',
      'mqtt',
      'pg',
      'prom-client',
      'react',
      'sodium-native',
      'yaml',
    ]);
  });

  test.each([
    [
      'protocol',
      ['@noble/curves', '@noble/hashes'],
      ['protocol/phone', 'protocol/issuer', 'src/engine'],
    ],
    ['phone', [], ['protocol/verify', 'src/engine']],
    ['issuer', [], ['protocol/phone', 'protocol/lock']],
    ['noble', ['@noble/ciphers', '@noble/curves', '@noble/hashes'], ['protocol/session']],
    ['inspect', [], ['protocol/crypto/strict.ts', 'protocol/lock', 'protocol/session']],
  ])('loads of %s what it is for, also where nothing is bundled', (name, packages, foreign) => {
    const { sources, outside } = loadedWith(`dist/${name}.js`);
    const names = outside.map((path) => /^(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? path);
    expect([...new Set(names)].sort()).toEqual(packages);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => foreign.some((part) => path.startsWith(part)))).toEqual([]);
  });

  test('has every class once, so that what one subpath makes the others know', () => {
    const code = installed.files.filter((path) => /^dist\/[\w-]+\.js$/u.test(path));
    const classes = code.flatMap((path) => {
      let source = path;
      return textOf(path)
        .split('\n')
        .flatMap((line) => {
          source = /^\/\/ ((?:src|protocol)\/\S+)$/u.exec(line)?.[1] ?? source;
          const named = /^(?:var (\w+) = )?class (\w*)/u.exec(line);
          return named === null ? [] : [`${source} ${named[1] ?? named[2]}`];
        });
    });
    expect(classes).toContain('protocol/lock/secret.ts Secret');
    expect(classes.filter((one, at) => classes.indexOf(one) !== at)).toEqual([]);
  });
});

/** A file of the package as it is installed. */
function textOf(path: string): string {
  return readFileSync(at('node_modules/doorwright', path), 'utf8');
}

/** What is loaded with a built file: the sources that it and its chunks were made of, and modules of other packages. */
function loadedWith(entry: string): { sources: string[]; outside: string[] } {
  const files = new Set([entry]);
  const outside: string[] = [];
  const sources: string[] = [];
  for (const path of files) {
    const text = textOf(path);
    sources.push(
      ...[...text.matchAll(/^\/\/ ((?:src|protocol)\/\S+)$/gmu)].map(([, name]) => name!),
    );
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.')) files.add(posix.join('dist', fileName));
      else outside.push(fileName);
    }
  }
  return { sources, outside };
}

describe('loaded in Node', () => {
  test('by import, it tells the story', () => {
    expect(node("await import('./story.mjs'); console.log(told)").trim()).toBe(STORY);
  });

  test('by require, it offers the same names', () => {
    const names = "console.log(Object.keys(require('doorwright')).sort().join())";
    const required = run('node', ['--no-warnings', '-e', names], installed.folder);
    const imported = node("console.log(Object.keys(await import('doorwright')).sort().join())");
    expect(required).toBe(imported);
    expect(required).toContain('compilePolicy');
  });

  test('its JSON Schema and its manifest are found by their subpaths', () => {
    const script = `import schema from 'doorwright/policy.schema.json' with { type: 'json' };
      import manifest from 'doorwright/package.json' with { type: 'json' };
      console.log(schema.$schema, manifest.name)`;
    expect(
      run('node', ['--no-warnings', '--input-type=module', '-e', script], installed.folder).trim(),
    ).toBe('https://json-schema.org/draft/2020-12/schema doorwright');
  });

  test('nothing else of it can be imported', () => {
    expect(() => node("await import('doorwright/dist/index.js')")).toThrow(
      /ERR_PACKAGE_PATH_NOT_EXPORTED/u,
    );
  });
});

describe('bundled by esbuild', () => {
  test('for Node, it tells the story from one file', async () => {
    await build({
      absWorkingDir: installed.folder,
      entryPoints: ['story.mjs'],
      outfile: at('alone', 'story.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    expect(node("await import('./alone/story.mjs'); console.log(told)").trim()).toBe(STORY);
  });

  test('for a browser, it tells the story where there is no Node', async () => {
    const { outputFiles } = await build({
      absWorkingDir: installed.folder,
      entryPoints: ['story.mjs'],
      bundle: true,
      minify: true,
      platform: 'browser',
      format: 'iife',
      write: false,
    });
    const context: { told?: string } = {};
    runInNewContext(outputFiles[0]!.text, context);
    expect(context.told).toBe(STORY);
  });
});

describe('its command', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

  test('npx doorwright --version says the version of the package', () => {
    const said = run(
      'npx',
      ['--offline', '--no-install', 'doorwright', '--version'],
      installed.folder,
    );
    expect(said.trim()).toContain(version);
  });

  test('npx doorwright demo finds the examples it came with, and every answer is the expected one', () => {
    const npx = ['--offline', '--no-install', 'doorwright', 'demo', '--json'];
    const sites = run('npx', npx, installed.folder).trim().split('\n');
    expect(sites).toHaveLength(3);
  });
});

describe('its types', () => {
  test('need no package and name none', () => {
    const text = readFileSync(at('node_modules/doorwright/dist/index.d.ts'), 'utf8');
    expect(ts.preProcessFile(text).importedFiles).toEqual([]);
  });

  const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['preserve', 'bundler'],
  ])('hold under module %s with resolution %s', (module, moduleResolution) => {
    const flags = ['-p', '.', '--module', module, '--moduleResolution', moduleResolution];
    expect(run('node', [tsc, ...flags], installed.folder)).toBe('');
  });
});
