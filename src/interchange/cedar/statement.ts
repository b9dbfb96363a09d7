/** The text of one Cedar policy. */
import { actionUid } from './actions.js';
import { quoted, shownUid } from './literals.js';

/** One policy of the export. */
export interface Statement {
  /** Told by Cedar when the policy decides; unique in the export. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** The clause it stands for, and for a refusal its reason code. */
  readonly clause: string;
  readonly code?: string;
  /** The constraint on the principal, `principal` alone for anybody. */
  readonly principal?: string;
  /** The action, or group of actions. */
  readonly action: string;
  /** The constraint on the resource, `resource` alone for any. */
  readonly resource?: string;
  /** All must be true for it to apply. */
  readonly when: readonly string[];
  /** None may be true for it to apply. */
  readonly unless: readonly string[];
}

/** A policy as Cedar reads it. */
export function statementText(statement: Statement): string {
  const { id, effect, clause, code, principal, action, resource, when, unless } = statement;
  const head = [
    principal ?? 'principal',
    `action in ${shownUid(actionUid(action))}`,
    resource ?? 'resource',
  ];
  return [
    `@id(${quoted(id)})`,
    `@clause(${quoted(clause)})`,
    ...(code === undefined ? [] : [`@code(${quoted(code)})`]),
    `${effect} (\n  ${head.join(',\n  ')}\n)`,
    ...when.map((condition) => `when { ${condition} }`),
    ...unless.map((condition) => `unless { ${condition} }`),
  ]
    .join('\n')
    .concat(';\n');
}
