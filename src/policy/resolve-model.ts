/** From what `organization.roles` says to the role model it means. */
import type { Organization, RoleModelDocument } from './document.js';
import { KISI_MODEL } from './models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from './models/kisi-organizations.js';
import { KISI_STANDARD_MODEL } from './models/kisi-standard.js';
import { KIWI_MODEL } from './models/kiwi.js';
import { type RoleModel, resolveRoleModel } from './role-model.js';

/** The role model of an organisation: a built-in one by name (`kisi` unless said), or its own. */
export function resolveModel(organization: Pick<Organization, 'roles'>): RoleModel {
  return resolveRoleModel(modelDocument(organization));
}

/** The role model of an organisation as written. */
export function modelDocument(organization: Pick<Organization, 'roles'>): RoleModelDocument {
  const { roles } = organization;
  switch (roles) {
    case undefined:
    case 'kisi':
      return KISI_MODEL;
    case 'kisi_standard':
      return KISI_STANDARD_MODEL;
    case 'kisi_organizations':
      return KISI_ORGANIZATIONS_MODEL;
    case 'kiwi':
      return KIWI_MODEL;
    default:
      return roles;
  }
}
