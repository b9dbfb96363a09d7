/** Which column of a file means what: by its heading, in English or German, or as somebody says. */
import { quote } from '../../policy/pointer.js';
import type { ColumnMap, ImportIssue } from './import-issue.js';

/** Fields of a person. `givenName` and `familyName` together stand for `name`. */
export type UserField =
  | 'id'
  | 'email'
  | 'name'
  | 'givenName'
  | 'familyName'
  | 'segment'
  | 'active'
  | 'groups';

/** Fields of a card. `user` and `email` both name its holder. */
export type CardField = 'number' | 'kind' | 'state' | 'user' | 'email';

/** Headings by the field they mean, as `foldHeading` leaves them. */
const USER_HEADINGS: Readonly<Record<UserField, readonly string[]>> = {
  id: [
    'id',
    'userid',
    'user',
    'username',
    'benutzer',
    'benutzerid',
    'personalnummer',
    'employeeid',
  ],
  email: ['email', 'mail', 'emailaddress', 'emailadresse', 'emailadress', 'epost'],
  name: ['name', 'fullname', 'displayname', 'vollername', 'anzeigename', 'namevollständig'],
  givenName: ['firstname', 'givenname', 'vorname', 'rufname'],
  familyName: ['lastname', 'surname', 'familyname', 'nachname', 'familienname', 'zuname'],
  segment: ['segment', 'type', 'usertype', 'personengruppe', 'nutzertyp', 'art'],
  active: ['active', 'enabled', 'isactive', 'aktiv', 'freigeschaltet'],
  groups: [
    'group',
    'groups',
    'accessgroups',
    'gruppe',
    'gruppen',
    'zutrittsgruppen',
    'berechtigungen',
  ],
};

const CARD_HEADINGS: Readonly<Record<CardField, readonly string[]>> = {
  number: [
    ...['number', 'card', 'cardnumber', 'cardid', 'credential', 'credentialid', 'uid', 'tag'],
    ...['badge', 'badgenumber', 'karte', 'kartennummer', 'nummer', 'chip', 'chipnummer'],
    ...['transponder', 'transpondernummer', 'ausweis', 'ausweisnummer'],
  ],
  kind: ['kind', 'type', 'cardtype', 'art', 'kartentyp', 'typ'],
  state: ['state', 'status', 'zustand', 'kartenstatus'],
  user: ['user', 'userid', 'holder', 'benutzer', 'benutzerid', 'inhaber', 'personalnummer'],
  email: ['email', 'mail', 'emailaddress', 'useremail', 'emailadresse', 'inhaberemail'],
};

/** Headings somebody explains himself: heading as it stands in the file → field, or null to leave it out. */
export type ExplicitColumns<F extends string> = Readonly<Record<string, F | null>>;

/** What a line of headings means. */
export interface Columns<F extends string> {
  readonly map: ColumnMap<F>;
  /** Headings that mean nothing here; their columns are not read. */
  readonly ignored: readonly string[];
  readonly issues: readonly ImportIssue[];
}

/** The columns of a file of people: an id or an e-mail must be among them. */
export function userColumns(
  headings: readonly string[],
  line: number,
  explicit?: ExplicitColumns<UserField>,
): Columns<UserField> {
  return columnsOf(headings, line, USER_HEADINGS, [['id', 'email']], explicit);
}

/** The columns of a file of cards: the number, and an id or e-mail of the holder. */
export function cardColumns(
  headings: readonly string[],
  line: number,
  explicit?: ExplicitColumns<CardField>,
): Columns<CardField> {
  return columnsOf(headings, line, CARD_HEADINGS, [['number'], ['user', 'email']], explicit);
}

/** A heading without case, accents of composition, spaces and punctuation. */
export function foldHeading(heading: string): string {
  return heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function columnsOf<F extends string>(
  headings: readonly string[],
  line: number,
  known: Readonly<Record<F, readonly string[]>>,
  needed: readonly (readonly F[])[],
  explicit: ExplicitColumns<F> = {},
): Columns<F> {
  const fields = new Map<string, F>();
  for (const [field, names] of Object.entries(known) as [F, readonly string[]][]) {
    for (const each of names) fields.set(each, field);
  }
  const said = new Map(Object.entries<F | null>(explicit));
  const map = new Map<F, number>();
  const ignored: string[] = [];
  const issues: ImportIssue[] = [];
  for (const [index, heading] of headings.entries()) {
    const field = said.has(heading) ? said.get(heading) : fields.get(foldHeading(heading));
    if (field === undefined || field === null) ignored.push(heading);
    else if (map.has(field)) {
      const message = `a second column for ${field} ${quote(heading)}`;
      issues.push({ code: 'column_twice', line, column: index + 1, field, message });
    } else map.set(field, index);
  }
  for (const some of needed) {
    if (some.some((field) => map.has(field))) continue;
    const message = `no column for ${some.join(' or ')}`;
    issues.push({ code: 'column_missing', line, message });
  }
  return { map, ignored, issues };
}
