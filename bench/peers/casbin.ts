/** casbin, with users and doors both linked to scopes and one policy line for each scope. */
import { newEnforcer, newModelFromString } from 'casbin';
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';

const MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && g(r.sub, p.sub) && g2(r.obj, p.obj)
`;

/**
 * Loads only the links of the users named in `asked`: its loader compares each link with all before it,
 * and the time of a check depends on the number of policy lines, which are all there.
 */
export async function casbinPeer(
  site: Site,
  asked: ReadonlySet<string>,
  inputsMax: number,
): Promise<Contender> {
  const model = newModelFromString(MODEL);
  const lines = (section: string, kind: string, rules: string[][]): void => {
    const assertion = model.model.get(section)?.get(kind);
    if (assertion === undefined) throw new TypeError(`casbin model without \`${kind}\``);
    assertion.policy.push(...rules);
  };
  const scopes = ['everywhere', ...site.places, ...site.groups];
  lines(
    'p',
    'p',
    scopes.map((scope) => [`may:${scope}`, scope, 'unlock']),
  );
  lines(
    'g',
    'g',
    site.users
      .filter((user) => asked.has(user.id))
      .flatMap((user) => [
        ...(user.everywhere ? [[user.id, 'may:everywhere']] : []),
        ...[...user.places, ...user.groups].map((scope) => [user.id, `may:${scope}`]),
      ]),
  );
  lines(
    'g',
    'g2',
    site.doors.flatMap((door) =>
      ['everywhere', door.place, ...door.groups].map((scope) => [door.id, scope]),
    ),
  );
  const enforcer = await newEnforcer(model);
  await enforcer.buildRoleLinks();
  return {
    name: 'casbin, enforceSync',
    note: 'one policy line per scope; links of the users asked about alone are loaded',
    inputsMax,
    check: (request) =>
      enforcer.enforceSync(request.subject.id, request.resource.id, request.action.name),
  };
}
