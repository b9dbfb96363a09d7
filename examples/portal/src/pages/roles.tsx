/** What each role may do, and which roles it may hand out. */
import { roleMatrixOf } from 'doorwright/analysis';
import type { PageProps } from '../app.js';
import { Section, Table } from '../parts.js';

/** The matrix of the site's role model. */
export function RolesPage({ words, site }: PageProps) {
  const { labels } = words;
  const { roles, rows, onePerScope } = roleMatrixOf(site.policy.organization);
  const nameOf = ({ id, name }: (typeof roles)[number]): string =>
    name[words.language] ?? name['en'] ?? id;
  return (
    <>
      <p>
        {labels.rolesHelp} {onePerScope && labels.onePerScope}
      </p>
      <Section title={labels.matrix}>
        <Table
          caption={labels.matrix}
          heads={[labels.resource, ...roles.map(nameOf)]}
          rows={rows.map(({ resource, cells }) => [
            <strong key="resource">{resource}</strong>,
            ...cells.map((actions) => actions.join(' ') || '–'),
          ])}
        />
      </Section>
      <Section title={labels.mayAssign}>
        <Table
          caption={labels.mayAssign}
          heads={[labels.role, labels.levels, labels.assigns]}
          rows={roles.map((role) => [
            nameOf(role),
            role.levels.map((level) => words.kinds[level] ?? level).join(', '),
            role.assigns.join(', ') || '–',
          ])}
        />
      </Section>
    </>
  );
}
