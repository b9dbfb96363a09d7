/**
 * Every `ts` fence of README.md and docs runs as written, and shows the values it claims. A statement
 * that ends in `; // => JSON` is a claim: an expression, or the value a `const` gets. `undefined` may
 * be claimed too. Each fence stands alone and imports from 'doorwright', its subpaths or Node.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ENTRIES as PUBLISHED, subpathOf } from '../scripts/entries.mjs';

interface Fence {
  readonly file: string;
  /** Line of the first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

interface Claim {
  readonly line: number;
  readonly actual: string;
  readonly claimed: string;
}

const ROOT = new URL('../', import.meta.url);
/** What a snippet may import of this package. */
const ENTRIES: Readonly<Record<string, { readonly module: object; readonly file: string }>> =
  Object.fromEntries(
    await Promise.all(
      Object.entries(PUBLISHED).map(async ([name, file]) => {
        const module: object = await import(/* @vite-ignore */ `../${file}`);
        return [subpathOf(name), { module, file }] as const;
      }),
    ),
  );
const FENCES = ['README.md', ...documents('docs/')].flatMap(fencesOf);

describe('a documented snippet shows the values it claims', () => {
  test.each(FENCES)('$file:$line', async (fence) => {
    const wrong = (await run(fence)).filter(({ actual, claimed }) => actual !== claimed);
    expect(wrong).toEqual([]);
  });
});

test('there are snippets, and most of them claim something', () => {
  const claiming = FENCES.filter(({ code }) => code.includes('// => '));
  expect(FENCES.length).toBeGreaterThan(5);
  expect(claiming.length).toBeGreaterThan(FENCES.length / 2);
});

test('a wrong claim is noticed', async () => {
  const code = ["import { parsePolicy } from 'doorwright';", 'parsePolicy({}).ok; // => true'].join(
    '\n',
  );
  expect(await run({ file: 'none', line: 1, code })).toEqual([
    { line: 2, actual: 'false', claimed: 'true' },
  ]);
});

test('every claim in a fence is one the runner sees', () => {
  for (const { file, line, code } of FENCES) {
    const written = code.split('\n').filter((text) => text.includes('// => ')).length;
    expect({ file, line, seen: claimsOf(code).length }).toEqual({ file, line, seen: written });
  }
});

test('every snippet passes the type checker', () => {
  expect(typeErrors(FENCES)).toEqual([]);
});

/** Markdown files under a folder, generated ones left out. */
function documents(folder: string): string[] {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return entry.name === 'api' ? [] : documents(`${folder}${entry.name}/`);
    return entry.name.endsWith('.md') ? [`${folder}${entry.name}`] : [];
  });
}

function fencesOf(file: string): Fence[] {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gmsu)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }));
}

/** A statement that ends in a claim. */
interface Claimed {
  readonly node: ts.Node;
  readonly name: string | undefined;
  readonly claimed: string;
}

/** The statements of a fence that end in a claim: where their expression stands, and what is claimed. */
function claimsOf(code: string): Claimed[] {
  const source = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement): Claimed[] => {
    const rest = code.slice(statement.end).split('\n', 1)[0] ?? '';
    const claimed = /^\s*\/\/ => (.+)$/u.exec(rest)?.[1]?.trim();
    if (claimed === undefined) return [];
    if (ts.isExpressionStatement(statement)) return [{ node: statement, name: undefined, claimed }];
    const declared =
      ts.isVariableStatement(statement) && statement.declarationList.declarations[0]?.name;
    return declared ? [{ node: statement, name: declared.getText(source), claimed }] : [];
  });
}

/** Runs a fence as a module whose claims report instead of vanishing. */
async function run(fence: Fence): Promise<Claim[]> {
  let code = fence.code;
  for (const { node, name, claimed } of claimsOf(code).reverse()) {
    const line = code.slice(0, node.getStart()).split('\n').length;
    const text = code.slice(node.getStart(), node.end);
    const expression = name ?? text.replace(/;$/u, '');
    const report = `claim(${line}, ${expression}, ${JSON.stringify(claimed)});`;
    code =
      code.slice(0, node.getStart()) +
      (name === undefined ? report : `${text} ${report}`) +
      code.slice(node.end);
  }
  const module = ts.ModuleKind.CommonJS;
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const claims: Claim[] = [];
  const claim = (line: number, value: unknown, claimed: string) => {
    const actual = JSON.stringify(value) ?? 'undefined';
    const said = claimed === 'undefined' ? claimed : JSON.stringify(JSON.parse(claimed));
    claims.push({ line: fence.line + line - 1, actual, claimed: said });
  };
  const nodeRequire = createRequire(import.meta.url);
  const require = (name: string) => {
    const entry = ENTRIES[name];
    if (entry !== undefined) return entry.module;
    if (name.startsWith('node:')) return nodeRequire(name);
    throw new Error(`a snippet may import doorwright and Node, not \`${name}\``);
  };
  const AsyncFunction = (async () => {}).constructor as typeof Function;
  await AsyncFunction('require', 'exports', 'claim', outputText)(require, {}, claim);
  return claims;
}

/** What the type checker says of all fences, each as a module beside this test. */
function typeErrors(fences: readonly Fence[]): string[] {
  const folder = new URL('test/', ROOT).pathname;
  const virtual = new Map(fences.map((fence, i) => [`${folder}snippet-${i}.ts`, fence]));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: fences.some(({ code }) => code.includes("from 'node:")) ? ['node'] : [],
    paths: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, { file }]) => [name, [new URL(file, ROOT).pathname]]),
    ),
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, target) => {
    const text = host.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, target, true);
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual].flatMap(([name, fence]) => {
    const source = program.getSourceFile(name);
    return ts.getPreEmitDiagnostics(program, source).map((diagnostic) => {
      const at = source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      return `${fence.file}:${fence.line + at} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
    });
  });
}
