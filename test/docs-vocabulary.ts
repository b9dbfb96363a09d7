/**
 * What may stand in code type in a page: names that this library has. Read from its role models, its schema, its commands and
 * its syntax trees, so that a name which goes from the library goes from here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Command } from '../src/cli/command.js';
import { REASON_CODES } from '../src/engine/decision.js';
import { KISI_MODEL } from '../src/policy/models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from '../src/policy/models/kisi-organizations.js';
import { KISI_STANDARD_MODEL } from '../src/policy/models/kisi-standard.js';
import { KIWI_MODEL } from '../src/policy/models/kiwi.js';
import { policyJsonSchema } from '../src/policy/schema-json.js';

/** Every name of the library that a page may use, by where it comes from. */
export interface Vocabulary {
  /** Roles, types of resources, actions, members and values of a policy, reason codes, commands, names of declarations. */
  readonly words: ReadonlySet<string>;
  /** `type:action` of a built-in role model. */
  readonly permissions: ReadonlySet<string>;
  readonly commands: ReadonlyMap<string, Command>;
  /** The text of all source files: for labels that are hashed or signed, and names of headers. */
  readonly text: string;
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MODELS = [KISI_MODEL, KISI_STANDARD_MODEL, KISI_ORGANIZATIONS_MODEL, KIWI_MODEL];
/** Files of which every text counts: what they read of another system. */
const FOREIGN = ['src/interchange/kisi/members.ts', 'src/interchange/kisi/rights.ts'];
/** Names of operations and events, `user.create`, which are texts at the places that write them. */
const OPERATION = /^(?:[a-z][a-z_]*\.)+[a-z][a-z_]*$/u;

/** The library's vocabulary. */
export async function vocabulary(): Promise<Vocabulary> {
  const words = new Set<string>(['granted', 'door_unlocked', ...REASON_CODES]);
  const permissions = new Set<string>();
  for (const { id, roles } of MODELS) {
    words.add(id);
    for (const role of roles) {
      words.add(role.id);
      for (const [type, actions] of Object.entries(role.permissions)) {
        words.add(type);
        for (const action of actions) {
          words.add(action);
          permissions.add(`${type}:${action}`);
        }
      }
    }
  }
  addSchema(policyJsonSchema(), words);
  let text = '';
  for (const file of [...sourcesIn('src'), ...sourcesIn('protocol')]) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    text += source;
    // What the program prints is not what the library is called.
    if (!file.startsWith('src/cli/')) addDeclared(file, source, words);
    for (const [, name = ''] of source.matchAll(/process\.env\['(\w+)'\]/gu)) words.add(name);
  }
  const known = await commands();
  for (const name of known.keys()) words.add(name);
  return { words, permissions, commands: known, text };
}

async function commands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const file of readdirSync(join(ROOT, 'src/cli/commands'))) {
    const module: Record<string, unknown> = await import(`../src/cli/commands/${file}`);
    for (const value of Object.values(module)) {
      if (isCommand(value)) found.set(value.name, value);
    }
  }
  return found;
}

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'run' in value && 'filesMax' in value;
}

/** Members, and values that are texts, of a JSON Schema. */
function addSchema(node: unknown, words: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const member of Object.keys(value as object)) words.add(member);
    if (key === 'const' && typeof value === 'string') words.add(value);
    if (key === 'enum') for (const each of value as unknown[]) words.add(String(each));
    if (key === 'segment') for (const segment of suggestedIn(value)) words.add(segment);
    addSchema(value, words);
  }
}

/** Segments of people are any text; those with a meaning are listed in what the schema says of the member. */
function suggestedIn(schema: unknown): string[] {
  const { description = '' } = schema as { description?: string };
  return description.split(' or ')[0]?.split(', ') ?? [];
}

/** Names a file declares for others: exports, members of types, texts that are types or elements of a list. */
function addDeclared(file: string, source: string, words: Set<string>): void {
  const isForeign = FOREIGN.includes(file);
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) {
      if (ts.isIdentifier(node.name)) words.add(node.name.text);
    } else if (ts.isStringLiteral(node)) {
      if (isListed(node) || OPERATION.test(node.text)) words.add(node.text);
      if (isForeign) for (const word of node.text.split(' ')) words.add(word);
    } else if (ts.isExportSpecifier(node)) {
      words.add(node.name.text);
    } else {
      for (const name of exportedBy(node)) words.add(name);
    }
    if (isForeign && ts.isPropertyAssignment(node)) words.add(node.name.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true));
}

function isListed({ parent }: ts.Node): boolean {
  return ts.isLiteralTypeNode(parent) || ts.isArrayLiteralExpression(parent);
}

function exportedBy(node: ts.Node): string[] {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node);
  return isNamed && node.name !== undefined ? [node.name.text] : [];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return path.startsWith('protocol/vectors') ? [] : sourcesIn(path);
    return /\.tsx?$/u.test(entry.name) ? [path] : [];
  });
}
