/** What a Casbin model does not say: which names are doors, and what is done at them. */
import { optionsObject, requireList, requireMembers, requireText } from '../options.js';

/** Which of Casbin's names are doors, and what its actions mean at them. */
export interface CasbinOptions {
  readonly organization: {
    readonly id: string;
    readonly name?: string;
    readonly timeZone?: string;
  };
  /** The place the doors lie in. */
  readonly place: { readonly id: string; readonly name?: string; readonly timeZone?: string };
  /** The objects that are doors, each in its domain if the model has domains. */
  readonly doors: readonly {
    readonly object: string;
    readonly domain?: string;
    readonly door: string;
    readonly name?: string;
  }[];
  /** What an action is at a door: `unlock`, or another name such as `view`. */
  readonly actions: Readonly<Record<string, string>>;
  /** Subjects that are people although they are somebody's role. Every subject that is nobody's role is a person. */
  readonly users?: readonly string[];
}

/** Options as they are given, perhaps from a file. @throws TypeError naming the place of a mistake. */
export function checkCasbinOptions(options: unknown): asserts options is CasbinOptions {
  const known = ['organization', 'place', 'doors', 'actions', 'users'];
  const { organization, place, doors, actions, users = [] } = optionsObject(options, '', known);
  for (const [value, pointer] of [
    [organization, '/organization'],
    [place, '/place'],
  ] as const) {
    const { id, name, timeZone } = optionsObject(value, pointer, ['id', 'name', 'timeZone']);
    requireText(id, `${pointer}/id`);
    requireText(name, `${pointer}/name`, true);
    requireText(timeZone, `${pointer}/timeZone`, true);
  }
  const named = new Set<string>();
  requireList(doors, '/doors', (each, pointer) => {
    const door = optionsObject(each, pointer, ['object', 'domain', 'door', 'name']);
    requireText(door['object'], `${pointer}/object`);
    requireText(door['door'], `${pointer}/door`);
    requireText(door['domain'], `${pointer}/domain`, true);
    requireText(door['name'], `${pointer}/name`, true);
    const name = JSON.stringify([door['object'], door['domain'] ?? '']);
    // Of two doors for one object, rules would be about the one or the other.
    if (named.has(name)) throw new TypeError(`${pointer}/object: named twice`);
    named.add(name);
  });
  requireMembers(actions, '/actions', (action, pointer) => requireText(action, pointer));
  requireList(users, '/users', (name, pointer) => requireText(name, pointer));
}
