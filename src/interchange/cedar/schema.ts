/** The Cedar schema of an export: entity types are the same for every policy, actions are those of the role model. */
import type { Snapshot } from '../../engine/snapshot.js';
import { modelDocument } from '../../policy/resolve-model.js';
import { OPENING, PERMISSION, roleAction, UNKNOWN_ACTION } from './actions.js';
import { heldEntity, NAMESPACE } from './names.js';

/** A schema in Cedar's JSON format. */
export interface CedarSchema {
  readonly [namespace: string]: {
    readonly commonTypes: Readonly<Record<string, unknown>>;
    readonly entityTypes: Readonly<Record<string, CedarEntityType>>;
    readonly actions: Readonly<Record<string, CedarAction>>;
  };
}

/** One entity type of a schema. */
export interface CedarEntityType {
  readonly memberOfTypes: readonly string[];
  readonly shape?: {
    readonly type: 'Record';
    readonly attributes: Readonly<Record<string, unknown>>;
  };
}

/** One action of a schema; one that applies to nothing is a group. */
export interface CedarAction {
  readonly memberOf: readonly { readonly id: string }[];
  readonly appliesTo?: {
    readonly principalTypes: readonly string[];
    readonly resourceTypes: readonly string[];
    readonly context: { readonly type: string };
  };
}

/** Whoever may ask. */
const PRINCIPALS = ['User', 'Link', 'Stranger'];

const STRING = { type: 'String' };
const LONG = { type: 'Long' };
const BOOLEAN = { type: 'Boolean' };
const STRINGS = { type: 'Set', element: STRING };
const entityOf = (name: string) => ({ type: 'Entity', name });
const entitiesOf = (name: string) => ({ type: 'Set', element: entityOf(name) });
const optional = <T extends object>(type: T) => ({ ...type, required: false });
const record = (attributes: Readonly<Record<string, unknown>>) => ({
  type: 'Record' as const,
  attributes,
});

const CLOCK = { now: LONG, open: STRINGS };

/** The facts of an opening. */
const FACTS = {
  ...CLOCK,
  arrived: STRINGS,
  method: STRING,
  reader: STRING,
  device: optional(record({ id: STRING, credential: entityOf('Credential') })),
  deviceUnreadable: BOOLEAN,
  secondDevice: BOOLEAN,
  secondFactor: BOOLEAN,
  fences: STRINGS,
  occupancy: optional(LONG),
  presence: STRING,
  since: optional(LONG),
  accompanied: BOOLEAN,
  letIn: entitiesOf('User'),
};

const PORTAL = {
  zone: STRING,
  unlocks: STRINGS,
  firstUnlocks: STRINGS,
  readers: STRINGS,
  exits: STRINGS,
  freeExits: STRINGS,
};

const SCOPES = ['Organization', 'Place', 'Group', 'Door'];
const LYING = ['Organization', 'Place', 'Group'];

const ENTITY_TYPES: Readonly<Record<string, CedarEntityType>> = {
  Organization: { memberOfTypes: [] },
  Place: { memberOfTypes: ['Organization'], shape: record({ seenFrom: entitiesOf('Group') }) },
  Floor: { memberOfTypes: ['Place'], shape: record({ seenFrom: entitiesOf('Group') }) },
  Group: { memberOfTypes: ['Organization', 'Place'] },
  Door: {
    memberOfTypes: ['Place', 'Group'],
    shape: record({
      ...PORTAL,
      offline: BOOLEAN,
      tenancy: optional(record({ tenant: entityOf('User'), since: LONG })),
    }),
  },
  Elevator: { memberOfTypes: ['Place'] },
  ElevatorStop: { memberOfTypes: ['Place', 'Group'], shape: record(PORTAL) },
  User: {
    memberOfTypes: ['Team', ...LYING],
    shape: record({ active: BOOLEAN, primaryDevice: optional(STRING) }),
  },
  Team: { memberOfTypes: ['Team', ...LYING] },
  Link: { memberOfTypes: LYING, shape: record({ active: BOOLEAN }) },
  Stranger: { memberOfTypes: [] },
  Credential: {
    memberOfTypes: ['User'],
    shape: record({ holder: entityOf('User'), active: BOOLEAN }),
  },
  AccessRight: { memberOfTypes: SCOPES },
  Lockdown: { memberOfTypes: SCOPES },
  DoorLockdown: { memberOfTypes: SCOPES },
  PlaceLockdown: { memberOfTypes: SCOPES },
  Schedule: { memberOfTypes: ['Organization', 'Place'] },
  Calendar: { memberOfTypes: ['Organization', 'Place'] },
  Within: { memberOfTypes: SCOPES },
};

/** The schema for a policy's role model. */
export function schemaOf(s: Snapshot): CedarSchema {
  const commonTypes = { Facts: record(FACTS), Clock: record(CLOCK) };
  return { [NAMESPACE]: { commonTypes, entityTypes: ENTITY_TYPES, actions: actionsOf(s) } };
}

/** The actions of the model in the groups of the roles that may do them, and the groups in those of their seniors. */
function actionsOf(s: Snapshot): Record<string, CedarAction> {
  const { roles } = modelDocument(s.organization);
  const actions: Record<string, CedarAction> = {
    [OPENING]: { memberOf: [] },
    [PERMISSION]: { memberOf: [] },
  };
  for (const { id } of roles) {
    const seniors = roles.filter(({ inherits }) => inherits?.includes(id));
    for (const isOpening of [true, false]) {
      const memberOf = seniors.map((senior) => ({ id: roleAction(senior.id, isOpening) }));
      actions[roleAction(id, isOpening)] = { memberOf };
    }
  }
  const holders = (type: string, name: string, isOpening: boolean): { id: string }[] =>
    roles
      .filter(
        ({ permissions }) => Object.hasOwn(permissions, type) && permissions[type]?.includes(name),
      )
      .map((role) => ({ id: roleAction(role.id, isOpening) }));
  const openings = [
    { type: 'door', name: 'unlock', resource: 'Door' },
    { type: 'elevator_stop', name: 'get_access', resource: 'ElevatorStop' },
  ];
  for (const { type, name, resource } of openings) {
    const memberOf = [{ id: OPENING }, ...holders(type, name, true)];
    // An action no role knows is not there: it stays refused at a door that stands open (D1).
    if (memberOf.length > 1) actions[name] = { memberOf, appliesTo: applying([resource], 'Facts') };
  }
  for (const [type, names] of s.model.actions) {
    const held = heldEntity(type);
    for (const name of names) {
      const memberOf = [{ id: PERMISSION }, ...holders(type, name, false)];
      const resources = held === undefined ? ['Within'] : [held, 'Within'];
      actions[`${type}:${name}`] = { memberOf, appliesTo: applying(resources, 'Clock') };
    }
  }
  const everything = Object.keys(ENTITY_TYPES);
  actions[UNKNOWN_ACTION] = { memberOf: [], appliesTo: applying(everything, 'Clock') };
  return actions;
}

function applying(
  resourceTypes: readonly string[],
  context: string,
): NonNullable<CedarAction['appliesTo']> {
  return { principalTypes: PRINCIPALS, resourceTypes, context: { type: context } };
}
