/** The four rights of KIWI, each with all permissions of the one below. See docs/roles.md. */
import type { RoleModelDocument } from '../document.js';
import { everyAction } from './actions.js';
import { KISI_MODEL } from './kisi.js';

/** The role model `kiwi`: strictly hierarchical, held at doors, groups and places. */
export const KIWI_MODEL: RoleModelDocument = {
  id: 'kiwi',
  name: 'KIWI',
  onePerScope: true,
  roles: [
    {
      id: 'guest',
      name: { en: 'Guest', de: 'Gast' },
      levels: ['door', 'group', 'place'],
      rank: 10,
      permissions: {
        door: ['view', 'unlock'],
        elevator_stop: ['get_access'],
        hardware: ['change_battery'],
      },
    },
    {
      id: 'host',
      name: { en: 'Host', de: 'Gastgeber' },
      levels: ['door', 'group', 'place'],
      rank: 20,
      inherits: ['guest'],
      assigns: ['guest'],
      permissions: { access_right: ['create', 'update', 'delete'] },
    },
    {
      id: 'manager',
      name: { en: 'Manager', de: 'Manager' },
      levels: ['door', 'group', 'place'],
      rank: 30,
      inherits: ['host'],
      assigns: ['guest', 'host'],
      permissions: {
        access_right: ['view'],
        door: ['create'],
        hardware: ['install', 'uninstall'],
      },
    },
    {
      id: 'administrator',
      name: { en: 'Administrator', de: 'Administrator' },
      levels: ['organization'],
      rank: 40,
      inherits: ['manager'],
      assigns: ['guest', 'host', 'manager'],
      unique: true,
      assignable: false,
      // Beside its own table, all that any role of the Kisi list may do.
      permissions: {
        .../* @__PURE__ */ everyAction(KISI_MODEL),
        tenancy: ['hand_over', 'return'],
      },
    },
  ],
};
