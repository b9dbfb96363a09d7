/** The roles of Kisi's older plan for one place. See docs/roles.md. */
import type { RoleModelDocument } from '../document.js';
import type { Permissions } from './actions.js';
import { MANAGE, VIEW } from './actions.js';

const OPEN: Permissions = { door: ['unlock'], elevator_stop: ['get_access'] };
const SEE_SHARES: Permissions = { ...OPEN, access_right: VIEW };
const EDIT_SHARES: Permissions = { ...OPEN, access_right: MANAGE };
const ADMINISTER: Permissions = {
  access_right: MANAGE,
  billing: ['update'],
  door: ['unlock', ...MANAGE],
  elevator_stop: ['get_access'],
  group: MANAGE,
  integration: MANAGE,
  restriction: MANAGE,
};

/** The role model `kisi_standard`: group and place level; a subject may hold several roles at one scope. */
export const KISI_STANDARD_MODEL: RoleModelDocument = {
  id: 'kisi_standard',
  name: 'Kisi Standard (older plan)',
  onePerScope: false,
  roles: [
    {
      id: 'basic_user',
      name: { en: 'Basic user' },
      levels: ['group', 'place'],
      rank: 10,
      permissions: OPEN,
    },
    {
      id: 'group_observer',
      name: { en: 'Group observer' },
      levels: ['group'],
      rank: 15,
      deprecated: true,
      permissions: SEE_SHARES,
    },
    {
      id: 'group_manager',
      name: { en: 'Group manager' },
      levels: ['group'],
      rank: 20,
      assigns: 'up_to_own_rank',
      permissions: EDIT_SHARES,
    },
    {
      id: 'place_observer',
      name: { en: 'Place observer' },
      levels: ['place'],
      rank: 25,
      deprecated: true,
      permissions: SEE_SHARES,
    },
    {
      id: 'place_manager',
      name: { en: 'Place manager' },
      levels: ['place'],
      rank: 30,
      assigns: 'up_to_own_rank',
      permissions: { ...EDIT_SHARES, restriction: VIEW },
    },
    {
      id: 'place_administrator',
      name: { en: 'Place administrator' },
      levels: ['place'],
      rank: 40,
      assigns: 'up_to_own_rank',
      permissions: ADMINISTER,
    },
    {
      id: 'place_owner',
      name: { en: 'Place owner' },
      levels: ['place'],
      rank: 50,
      assigns: 'up_to_own_rank',
      unique: true,
      assignable: false,
      permissions: { ...ADMINISTER, place: ['transfer'] },
    },
  ],
};
