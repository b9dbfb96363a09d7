/**
 * The roles of Kisi's older plan for organisations. What that plan calls a team is a group here.
 * See docs/roles.md.
 */
import type { RoleModelDocument } from '../document.js';
import type { Permissions } from './actions.js';
import { MANAGE, VIEW, VIEW_CREATE, VIEW_CREATE_DELETE } from './actions.js';

const OPEN: Permissions = { door: ['unlock'], elevator_stop: ['get_access'] };
const SHARE: Permissions = {
  ...OPEN,
  access_right: VIEW_CREATE_DELETE,
  access_schedule: MANAGE,
  event_report: VIEW_CREATE,
  restriction: VIEW,
  unlock_schedule: MANAGE,
  user_report: VIEW_CREATE,
};
const RESTRICT: Permissions = { ...SHARE, restriction: MANAGE };
const ADMINISTER: Permissions = {
  ...RESTRICT,
  billing: ['update'],
  door: ['unlock', ...MANAGE],
  group: MANAGE,
  integration: MANAGE,
};

/** The role model `kisi_organizations`: group and organisation level; several roles at one scope. */
export const KISI_ORGANIZATIONS_MODEL: RoleModelDocument = {
  id: 'kisi_organizations',
  name: 'Kisi Organizations (older plan)',
  onePerScope: false,
  roles: [
    {
      id: 'basic_user',
      name: { en: 'Basic user' },
      levels: ['group'],
      rank: 10,
      permissions: OPEN,
    },
    {
      id: 'organizations_manager',
      name: { en: 'Organizations manager' },
      levels: ['organization'],
      rank: 20,
      assigns: 'up_to_own_rank',
      permissions: SHARE,
    },
    {
      id: 'team_administrator',
      name: { en: 'Team administrator' },
      levels: ['group'],
      rank: 30,
      assigns: 'up_to_own_rank',
      permissions: RESTRICT,
    },
    {
      id: 'organizations_administrator',
      name: { en: 'Organizations administrator' },
      levels: ['organization'],
      rank: 40,
      assigns: 'up_to_own_rank',
      permissions: ADMINISTER,
    },
    {
      id: 'organizations_owner',
      name: { en: 'Organizations owner' },
      levels: ['organization'],
      rank: 50,
      assigns: 'up_to_own_rank',
      unique: true,
      assignable: false,
      permissions: { ...ADMINISTER, sso: ['view', 'update'] },
    },
  ],
};
