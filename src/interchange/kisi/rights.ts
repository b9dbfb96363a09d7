/** Role assignments and access links. */
import { parseInstant } from '../../values/instant.js';
import type { Draft } from '../imported.js';
import { type KisiObject, memberOf, optionalFlag, optionalId, optionalText } from './objects.js';
import { named, referenceOf } from './places.js';
import { all, type KisiSource, optionOf } from './source.js';

/** The roles whose ids Kisi documents for its API. */
const ROLES: Readonly<Record<string, string>> = {
  group_basic: 'door_access',
  group_manager: 'group_manager',
};

/** Puts every assignment and link. */
export function putRights(draft: Draft, source: KisiSource): void {
  const held = new Set<string>();
  for (const right of all(source, 'role_assignments')) {
    const { pointer, id } = right;
    const user = referenceOf(draft, source, right, 'user_id', 'users');
    const scope = scopeOf(draft, source, right);
    const role = roleOf(draft, source, right);
    const validity = validityOf(draft, right);
    if (scope === undefined || role === undefined) continue;
    const key = `${user} ${scope.type} ${scope.id}`;
    if (held.has(key)) {
      draft.note(pointer, 'left_out', `a second right of \`${user}\` at the same ${scope.type}`);
      continue;
    }
    held.add(key);
    draft.put(
      'assignments',
      { id, subject: { type: 'user', id: user }, role, scope, ...validity },
      pointer,
    );
  }
  for (const link of all(source, 'group_links')) {
    const group = referenceOf(draft, source, link, 'group_id', 'groups');
    const isEnabled = optionalFlag(draft, link, 'enabled');
    draft.put(
      'links',
      { ...named(draft, link), ...(isEnabled ? {} : { active: false }) },
      link.pointer,
    );
    const assignment = {
      id: `link-${link.id}`,
      subject: { type: 'link', id: link.id },
      role: 'door_access',
      scope: { type: 'group', id: group },
      ...validityOf(draft, link),
    };
    draft.put('assignments', assignment, link.pointer);
  }
}

/** The scope that is named, of which there must be one. A right of the organisation names no group and no place. */
function scopeOf(
  draft: Draft,
  source: KisiSource,
  right: KisiObject,
): { type: string; id: string } | undefined {
  const group = optionalId(draft, right, 'group_id');
  const place = optionalId(draft, right, 'place_id');
  const said = optionalText(draft, right, 'type') ?? optionalText(draft, right, 'scope');
  const found = group !== undefined ? 'group' : place !== undefined ? 'place' : 'organization';
  if (said !== undefined && said.toLowerCase() !== found) {
    draft.refuse(
      `${right.pointer}/type`,
      'value',
      `not the scope that is named, ${found} \`${said}\``,
    );
    return undefined;
  }
  if (found !== 'organization') {
    const id = referenceOf(draft, source, right, `${found}_id`, `${found}s`);
    return { type: found, id };
  }
  const organization = optionalId(draft, right, 'organization_id');
  if (organization === source.organization) return { type: found, id: organization };
  const message = 'names no group, no place and not this organisation';
  draft.refuse(`${right.pointer}/organization_id`, 'reference', message);
  return undefined;
}

/** The role of the model `kisi`; a right with a role nobody named is left out. */
function roleOf(draft: Draft, source: KisiSource, right: KisiObject): string | undefined {
  const id = memberOf(right, 'role_id');
  const role =
    typeof id === 'string'
      ? (optionOf(source.options.roles, id) ?? optionOf(ROLES, id))
      : undefined;
  if (role === undefined) {
    const message = `a role that is not named in \`roles\` \`${String(id).slice(0, 100)}\``;
    draft.note(`${right.pointer}/role_id`, 'left_out', message);
  }
  return role;
}

function validityOf(draft: Draft, right: KisiObject): { validity?: object } {
  const validity: Record<string, string> = {};
  for (const [member, part] of [
    ['valid_from', 'from'],
    ['valid_until', 'until'],
  ] as const) {
    const instant = optionalText(draft, right, member);
    if (instant === undefined) continue;
    if (Number.isNaN(parseInstant(instant))) {
      draft.refuse(
        `${right.pointer}/${member}`,
        'value',
        `not an instant with an offset \`${instant.slice(0, 100)}\``,
      );
    }
    validity[part] = instant;
  }
  return Object.keys(validity).length === 0 ? {} : { validity };
}
