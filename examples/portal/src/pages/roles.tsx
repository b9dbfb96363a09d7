/** What each role may do, and which roles it may hand out. */
import { roleMatrixOf } from 'doorwright/analysis';
import type { PageProps } from '../app.js';
import { chosen, Section, Select, Table } from '../parts.js';
import { questionWords } from '../words-questions.js';

/** The models that ship with the library. */
const MODELS = ['kisi', 'kisi_standard', 'kisi_organizations', 'kiwi'] as const;

/** The matrix of the site's role model, or of one that ships with the library. */
export function RolesPage({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  const said = questionWords(words.language);
  const own = site.policy.organization.roles;
  const ownName = typeof own === 'object' ? own.name : (own ?? MODELS[0]);
  const choices = [
    { value: '', text: `${ownName} (${said.ownModel})` },
    ...MODELS.map((value) => ({ value, text: value })),
  ];
  const model = chosen(choices, parameters['model']);
  const asked = MODELS.find((name) => name === model);
  const { roles, rows, onePerScope } = roleMatrixOf(
    asked === undefined ? site.policy.organization : { roles: asked },
  );
  const nameOf = ({ id, name }: (typeof roles)[number]): string =>
    name[words.language] ?? name['en'] ?? id;
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={said.model}
          value={model}
          choices={choices}
          onChoose={(value) => set({ model: value })}
        />
      </form>
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
