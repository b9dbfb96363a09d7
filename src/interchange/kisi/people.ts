/** Users, from `users` and `members`, with the login each has made his primary one. */
import type { Draft } from '../imported.js';
import { idOf, type KisiObject, memberOf, optionalFlag, optionalText } from './objects.js';
import { referenceOf } from './places.js';
import { all, type KisiSource } from './source.js';

/** Puts every user once. */
export function putPeople(draft: Draft, source: KisiSource): void {
  const primary = primaryLogins(draft, source);
  const memberships = new Map<string, KisiObject>();
  for (const member of all(source, 'members')) {
    const id = idOf(draft, member, 'user_id');
    if (id === undefined) continue;
    if (memberships.has(id)) {
      const message = `a second membership of \`${id}\``;
      draft.refuse(`${member.pointer}/user_id`, 'duplicate', message);
    }
    memberships.set(id, member);
  }
  const users = new Set(all(source, 'users').map(({ id }) => id));
  for (const user of all(source, 'users')) {
    const states = [user, memberships.get(user.id)].filter((each) => each !== undefined);
    putUser(draft, user, user.id, states, primary);
  }
  for (const [id, member] of memberships) {
    if (!users.has(id)) putUser(draft, member, id, [member], primary);
  }
}

/** Active is who is said to be, by everything that speaks of him. */
function putUser(
  draft: Draft,
  object: KisiObject,
  id: string,
  states: readonly KisiObject[],
  primary: ReadonlyMap<string, string>,
): void {
  const { pointer } = object;
  const isEnabled = states.every((state) => optionalFlag(draft, state, 'access_enabled'));
  const isDropped = states.some(
    (state) =>
      (memberOf(state, 'scim_access_enabled') ?? undefined) !== undefined &&
      !optionalFlag(draft, state, 'scim_access_enabled'),
  );
  const isActive = isEnabled && !isDropped;
  const isSaid = states.every((state) => typeof memberOf(state, 'access_enabled') === 'boolean');
  if (!isSaid)
    draft.note(`${pointer}/access_enabled`, 'narrowed', 'inactive, since nothing says otherwise');
  else if (isDropped)
    draft.note(`${pointer}/scim_access_enabled`, 'narrowed', 'inactive: switched off by SCIM');
  const name = optionalText(draft, object, 'name');
  const email = optionalText(draft, object, 'email');
  const device = primary.get(id);
  const element = {
    id,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(isActive ? {} : { active: false }),
    ...(device === undefined ? {} : { primaryDevice: device }),
  };
  draft.put('users', element, pointer);
}

/** The primary login of a user, which is the device his phone is known by: `login-` and its id. */
function primaryLogins(draft: Draft, source: KisiSource): Map<string, string> {
  const primary = new Map<string, string>();
  for (const login of all(source, 'logins')) {
    if (!optionalFlag(draft, login, 'primary')) continue;
    const user = referenceOf(draft, source, login, 'user_id', 'users');
    if (primary.has(user)) {
      draft.refuse(
        `${login.pointer}/primary`,
        'duplicate',
        `a second primary login of \`${user}\``,
      );
    }
    primary.set(user, `login-${login.id}`);
  }
  return primary;
}
