// The building, and what stands for your own management of keys and tokens.
export const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'vault', place: 'hq' },
  ],
  groups: [
    { id: 'staff', doors: ['front'] },
    { id: 'keepers', doors: ['vault'] },
  ],
  users: [{ id: 'boss' }, { id: 'ada' }, { id: 'bob' }],
  assignments: [
    right('owner', 'boss', 'organization_owner', { type: 'organization', id: 'acme' }),
    right('ada-staff', 'ada', 'door_access', { type: 'group', id: 'staff' }),
    right('bob-staff', 'bob', 'door_access', { type: 'group', id: 'staff' }),
    right('bob-keepers', 'bob', 'door_access', { type: 'group', id: 'keepers' }),
  ],
};

/** The source signs; bridges know the public half. A real secret comes from a vault, not from a file. */
export const SECRET = new Uint8Array(32).fill(42);

/** Which bridge has which token, and which doors it serves. */
export const BRIDGES = {
  'lobby-bridge': { token: 'token-of-lobby', slice: 'lobby', doors: ['front'] },
  'cellar-bridge': { token: 'token-of-cellar', slice: 'cellar', doors: ['vault'] },
};

function right(id, user, role, scope) {
  return { id, subject: { type: 'user', id: user }, role, scope };
}
