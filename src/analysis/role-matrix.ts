/** The role model of an organisation as a table, whether it is written out or one of those that ship with the library. */
import { type RoleMatrix, roleMatrix } from '../checks/roles/matrix.js';
import type { Organization } from '../policy/document.js';
import { resolveModel } from '../policy/resolve-model.js';

/**
 * What each role of an organisation's model may do, inherited permissions included, and what it may hand out.
 * @throws RangeError for a model that is not valid; a parsed policy has none such.
 */
export function roleMatrixOf(organization: Pick<Organization, 'roles'>): RoleMatrix {
  return roleMatrix(resolveModel(organization));
}
