/** `doorwright roles`: a role model as a table. */
import { roleMatrix } from '../../checks/roles/matrix.js';
import { BUILT_IN_MODELS } from '../../policy/document.js';
import { modelDocument, resolveModel } from '../../policy/resolve-model.js';
import type { RoleModel } from '../../policy/role-model.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import { roleLines } from '../roles-text.js';
import { tableLines } from '../table.js';
import type { Terminal } from '../terminal.js';
import { shown } from '../terminal.js';

/** The command `roles`. */
export const ROLES: Command = {
  name: 'roles',
  summary: 'print a role model: who may do what, and who may grant which role',
  usage: '[model] [--policy policy.json]',
  about: [
    `The models that ship with doorwright are ${BUILT_IN_MODELS.join(', ')}. Without a name they are listed; --policy prints the model a policy uses, its own one included. With --json, the table as data.`,
    'Exit code: 0, or 2 for bad usage or input.',
  ],
  examples: ['doorwright roles', 'doorwright roles kisi', 'doorwright roles --policy policy.json'],
  options: {
    policy: { value: 'F', about: 'print the role model of this policy file' },
    ...POLICY_OPTIONS,
  },
  filesMax: 1,
  choices: BUILT_IN_MODELS,
  async run(args, terminal) {
    const file = args.get('policy');
    const name = args.files[0];
    if (file !== undefined && name !== undefined) {
      throw new UsageError('give the name of a model or --policy, not both');
    }
    if (file === undefined && name === undefined) {
      await terminal.write(listText(args.has('json'), terminal));
      return EXIT.yes;
    }
    const model =
      file === undefined ? namedModel(name ?? '') : await modelOfPolicy(file, args, terminal);
    const matrix = roleMatrix(model);
    const text = args.has('json')
      ? JSON.stringify(matrix, undefined, 2)
      : roleLines(matrix, terminal).join('\n');
    await terminal.write(`${text}\n`);
    return EXIT.yes;
  },
};

function namedModel(name: string): RoleModel {
  const id = BUILT_IN_MODELS.find((model) => model === name);
  if (id === undefined) {
    throw new InputError(`no role model \`${shown(name)}\`${hint(name, BUILT_IN_MODELS)}`);
  }
  return resolveModel({ roles: id });
}

async function modelOfPolicy(
  file: string,
  args: Parameters<Command['run']>[0],
  terminal: Terminal,
): Promise<RoleModel> {
  return resolveModel((await readPolicy(file, args, terminal)).policy.organization);
}

function listText(isJson: boolean, terminal: Terminal): string {
  const models = BUILT_IN_MODELS.map((id) => {
    const model = modelDocument({ roles: id });
    return { id, name: model.name ?? id, roles: model.roles.map((role) => role.id) };
  });
  if (isJson) return `${JSON.stringify(models, undefined, 2)}\n`;
  const lines = tableLines(
    models.map((model) => [model.id, `${model.name}: ${model.roles.join(', ')}`]),
    terminal.width,
  );
  return [...lines, '', '  print one with: doorwright roles <model>', ''].join('\n');
}
