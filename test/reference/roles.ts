/** The oracle's role models: the data of the library, with an inheritance of its own. */
import type { Policy, RoleDocument } from '../../src/policy/document.js';
import { KISI_MODEL } from '../../src/policy/models/kisi.js';
import { KISI_ORGANIZATIONS_MODEL } from '../../src/policy/models/kisi-organizations.js';
import { KISI_STANDARD_MODEL } from '../../src/policy/models/kisi-standard.js';
import { KIWI_MODEL } from '../../src/policy/models/kiwi.js';

/** Codes in the order of the list in docs/decisions.md; permits give one reason only. */
export const REASON_ORDER = (
  'granted door_unlocked action_unknown resource_unknown lockdown subject_unknown subject_inactive ' +
  'credential_missing credential_unknown credential_foreign credential_inactive offline_door geofence ' +
  'reader schedule primary_device second_factor app_access occupancy_limit anti_passback two_person disabled pending ' +
  'expired inactive_hours no_access_right tenancy'
).split(' ');

/** The roles a policy uses. */
export function rolesOf(policy: Policy): readonly RoleDocument[] {
  switch (policy.organization.roles ?? 'kisi') {
    case 'kisi':
      return KISI_MODEL.roles;
    case 'kisi_standard':
      return KISI_STANDARD_MODEL.roles;
    case 'kisi_organizations':
      return KISI_ORGANIZATIONS_MODEL.roles;
    case 'kiwi':
      return KIWI_MODEL.roles;
    default:
      return (policy.organization.roles as { roles: readonly RoleDocument[] }).roles;
  }
}

/** Whether a role, or one it inherits from at any depth, has the permission. */
export function may(policy: Policy, roleId: string, type: string, action: string): boolean {
  return rolesOf(policy).some(
    (role) =>
      role.id === roleId &&
      ((Object.hasOwn(role.permissions, type) && role.permissions[type]!.includes(action)) ||
        (role.inherits ?? []).some((junior) => may(policy, junior, type, action))),
  );
}

/** D1: whether some role of the model knows the action for that type. */
export function actionKnown(policy: Policy, type: string, action: string): boolean {
  return rolesOf(policy).some((role) => may(policy, role.id, type, action));
}
