/** Reading a Casbin model: the RBAC family, and nothing whose meaning is not certain. */
import type { Draft } from '../imported.js';

/** What of a model matters. */
export interface CasbinModel {
  /** The columns of a policy rule, after `p`. */
  readonly columns: readonly Column[];
  /** Whether rules hold in a domain. */
  readonly hasDomains: boolean;
  /** Whether subjects have roles (`g`). */
  readonly hasRoles: boolean;
}

/** A field of a rule. */
export type Column = 'sub' | 'dom' | 'obj' | 'act';

const COLUMNS: readonly string[] = ['sub', 'dom', 'obj', 'act'];

/** The one key each section may have. */
const KEYS: Readonly<Record<string, string>> = {
  request_definition: 'r',
  policy_definition: 'p',
  role_definition: 'g',
  policy_effect: 'e',
  matchers: 'm',
};

/** The model of a text; whatever is not understood is refused. Pointers are `/model` and the line, from 1. */
export function readModel(draft: Draft, text: string): CasbinModel | undefined {
  const settings = settingsOf(draft, text);
  const value = (section: string): string => settings.get(section)?.value ?? '';
  const refuse = (section: string, message: string): void => {
    const line = settings.get(section)?.line;
    draft.refuse(line === undefined ? '/model' : `/model/${line}`, 'unsupported', message);
  };
  for (const section of Object.keys(KEYS)) {
    if (section !== 'role_definition' && !settings.has(section)) {
      draft.refuse('/model', 'missing', `no section \`${section}\``);
    }
  }
  const columns = listOf(value('policy_definition'));
  const requested = listOf(value('request_definition'));
  const isKnown = columns.every((each): each is Column => COLUMNS.includes(each));
  const needed = ['sub', 'obj', 'act'].every((each) => columns.includes(each));
  if (!isKnown || !needed || new Set(columns).size !== columns.length) {
    refuse(
      'policy_definition',
      `a rule is made of sub, obj, act and perhaps dom \`${columns.join(', ')}\``,
    );
  }
  if ([...requested].sort().join() !== [...columns].sort().join()) {
    refuse('request_definition', 'a request has other fields than a rule');
  }
  if (withoutSpace(value('policy_effect')) !== 'some(where(p.eft==allow))') {
    refuse('policy_effect', 'the effect is not `some(where (p.eft == allow))`');
  }
  const hasDomains = columns.includes('dom');
  const hasRoles = settings.has('role_definition');
  const roles = withoutSpace(value('role_definition'));
  if (hasRoles && roles !== (hasDomains ? '_,_,_' : '_,_')) {
    refuse('role_definition', `roles are \`${hasDomains ? '_, _, _' : '_, _'}\` here`);
  }
  const expected = conjunctsOf(hasDomains, hasRoles);
  const found = withoutSpace(value('matchers')).split('&&').sort();
  if (found.join(' ') !== expected.join(' ')) {
    refuse('matchers', `the matcher is not \`${expected.join(' && ')}\`, in any order`);
  }
  return isKnown ? { columns: columns as Column[], hasDomains, hasRoles } : undefined;
}

/** The comparisons that make up the matcher of such a model, sorted, without blanks. */
function conjunctsOf(hasDomains: boolean, hasRoles: boolean): string[] {
  const subject = hasRoles ? `g(r.sub,p.sub${hasDomains ? ',r.dom' : ''})` : 'r.sub==p.sub';
  const domain = hasDomains ? ['r.dom==p.dom'] : [];
  return [subject, ...domain, 'r.obj==p.obj', 'r.act==p.act'].sort();
}

/** The one setting of each section, with its line. */
function settingsOf(draft: Draft, text: string): Map<string, { value: string; line: number }> {
  const settings = new Map<string, { value: string; line: number }>();
  let section: string | undefined;
  text.split(/\r?\n/u).forEach((written, index) => {
    const line = index + 1;
    const plain = written.trim();
    if (plain === '' || plain.startsWith('#') || plain.startsWith(';')) return;
    const refuse = (message: string) => draft.refuse(`/model/${line}`, 'unsupported', message);
    const header = /^\[(.*)\]$/u.exec(plain)?.[1];
    if (header !== undefined) {
      section = Object.hasOwn(KEYS, header) ? header : undefined;
      if (section === undefined) refuse(`a section not known here \`${header}\``);
      return;
    }
    const [, key, value] = /^(\w+)\s*=([^#\\]*)$/u.exec(plain) ?? [];
    if (section === undefined || key !== KEYS[section] || value === undefined) {
      refuse(`a setting not known here \`${plain.slice(0, 100)}\``);
    } else if (settings.has(section)) refuse(`a second \`${key}\``);
    else settings.set(section, { value, line });
  });
  return settings;
}

function listOf(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}
