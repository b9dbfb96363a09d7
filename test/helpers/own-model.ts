/** A role model of one's own, as a customer might write it. */
import type { RoleModelDocument } from '../../src/policy/document.js';

/** A model of one's own: inheritance over three steps, every held type, the names in brackets too (R18). */
export const OWN_MODEL: RoleModelDocument = {
  id: 'own',
  roles: [
    {
      id: 'visitor',
      levels: ['door', 'group', 'place', 'organization'],
      rank: 1,
      permissions: {
        door: ['view', 'unlock'],
        elevator_stop: ['get_access', 'view'],
        place: ['view'],
        floor: ['view'],
      },
    },
    {
      id: 'keeper',
      levels: ['door', 'group', 'place', 'organization'],
      rank: 5,
      inherits: ['visitor'],
      assigns: ['visitor', 'keeper'],
      permissions: {
        access_right: ['view', 'create', 'update', 'delete'],
        camera: ['view'],
        user: ['view', 'add_to_place_group'],
      },
    },
    {
      id: 'chief',
      levels: ['group', 'place', 'organization'],
      rank: 8,
      inherits: ['keeper'],
      assigns: 'up_to_own_rank',
      permissions: {
        schedule: ['view'],
        access_schedule: ['update'],
        calendar: ['view', 'update'],
        lockdown: ['view'],
        link: ['view'],
        group: ['view', 'update'],
        credential: ['view'],
        assignment: ['view'],
        team: ['view'],
        elevator: ['view'],
        place_lockdown: ['enable'],
        door_lockdown: ['enable'],
        organization: ['view'],
        card: ['deactivate'],
        user: ['remove_from_place_group', 'update'],
      },
    },
    {
      id: 'crown',
      levels: ['organization'],
      rank: 9,
      inherits: ['chief'],
      unique: true,
      assignable: false,
      assigns: 'up_to_own_rank',
      permissions: {},
    },
    {
      id: 'rival',
      levels: ['door', 'group', 'place'],
      rank: 7,
      permissions: { access_right: ['create'] },
      assigns: ['chief'],
    },
  ],
};
