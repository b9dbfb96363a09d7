/**
 * The four role tables once more, as people print them: a row per resource type, a column per role.
 * Transcribed by hand, so that a slip in the data shows. Letters: v view, c create, u update, d delete;
 * other actions are written out; `-` is nothing.
 */

/** Column heads (role ids), then rows: resource types, then one cell per role. */
export const KISI_ORGANIZATION_LEVEL = `
                                  | observer | user_manager | organization_access_manager       | organization_administrator         | organization_owner
access_link                       | v        | -            | v c d                             | v c d                              | v c d
access_right                      | v        | -            | v c u d                           | v c u d                            | v c u d
access_schedule                   | v        | -            | v                                 | v c u d                            | v c u d
analytics                         | v        | -            | v                                 | v                                  | v
alert_policy                      | -        | -            | -                                 | v c u d                            | v c u d
camera                            | v        | -            | -                                 | v c d                              | v c d
capacity                          | v        | -            | v                                 | v c u d update_notified            | v c u d update_notified
card                              | -        | v c u d      | v c u d activate deactivate       | v c u d activate deactivate        | v c u d activate deactivate
csv_card_import csv_user_import   | -        | v c          | -                                 | v c                                | v c
door_lockdown place_lockdown      | v        | -            | -                                 | enable disable                     | enable disable
door                              | v        | -            | v unlock                          | v unlock c u d                     | v unlock c u d
elevator                          | v        | -            | v                                 | v c change_settings d              | v c change_settings d
elevator_stop                     | v        | -            | v get_access                      | v c u d get_access                 | v c u d get_access
floor group place                 | v        | -            | v                                 | v c u d                            | v c u d
event                             | v        | -            | v                                 | v                                  | v
event_report report_schedule user_report | v c | -          | v c                               | v c                                | v c
hardware                          | v        | -            | -                                 | v c u d                            | v c u d
integration visitor               | -        | -            | -                                 | v c u d                            | v c u d
login                             | -        | -            | -                                 | v d                                | v d
subscription                      | -        | -            | -                                 | v                                  | v
unlock_schedule                   | v        | -            | v c u d                           | v c u d                            | v c u d
user                              | v        | v c u d      | v c u d                           | v c u d                            | v c u d
zone                              | -        | -            | -                                 | v c u d reset                      | v c u d reset
`;

export const KISI_PLACE_LEVEL = `
                             | place_door_access | place_access_manager | place_administrator
access_link                  | -                 | v c d                | v c d
access_right                 | -                 | v c u d              | v c u d
access_schedule              | -                 | v                    | v c u
analytics                    | -                 | v                    | v
camera                       | -                 | -                    | v c d
capacity                     | -                 | -                    | v c u d
door_lockdown place_lockdown | -                 | -                    | enable disable
door                         | v unlock          | v unlock             | v unlock c u d
elevator                     | -                 | v                    | v c change_settings d
elevator_stop                | v get_access      | v get_access         | v c u d get_access
floor                        | v                 | v                    | v c u d
group                        | -                 | v                    | v c u d
hardware integration         | -                 | -                    | v c u d
place                        | v                 | v                    | v u d
unlock_schedule              | -                 | v c u                | v c u d
user                         | -                 | v add_to_place_group | v add_to_place_group remove_from_place_group
zone                         | -                 | -                    | v c u d reset
`;

export const KISI_GROUP_LEVEL = `
              | door_access  | group_manager
access_link   | -            | v c d
access_right  | -            | v c u d
door          | v unlock     | v unlock
elevator_stop | v get_access | v get_access
floor place   | v            | v
group user    | -            | v
`;

export const KISI_STANDARD = `
              | basic_user | group_observer | group_manager | place_observer | place_manager | place_administrator | place_owner
door          | unlock     | unlock         | unlock        | unlock         | unlock        | unlock v c u d      | unlock v c u d
elevator_stop | get_access | get_access     | get_access    | get_access     | get_access    | get_access          | get_access
access_right  | -          | v              | v c u d       | v              | v c u d       | v c u d             | v c u d
restriction   | -          | -              | -             | -              | v             | v c u d             | v c u d
group         | -          | -              | -             | -              | -             | v c u d             | v c u d
integration   | -          | -              | -             | -              | -             | v c u d             | v c u d
billing       | -          | -              | -             | -              | -             | u                   | u
place         | -          | -              | -             | -              | -             | -                   | transfer
`;

export const KISI_ORGANIZATIONS = `
                | basic_user | organizations_manager | team_administrator | organizations_administrator | organizations_owner
door            | unlock     | unlock                | unlock             | unlock v c u d              | unlock v c u d
elevator_stop   | get_access | get_access            | get_access         | get_access                  | get_access
access_right    | -          | v c d                 | v c d              | v c d                       | v c d
restriction     | -          | v                     | v c u d            | v c u d                     | v c u d
event_report user_report | - | v c                   | v c                | v c                         | v c
access_schedule unlock_schedule | - | v c u d        | v c u d            | v c u d                     | v c u d
group integration | -        | -                     | -                  | v c u d                     | v c u d
billing         | -          | -                     | -                  | u                           | u
sso             | -          | -                     | -                  | -                           | v u
`;

/** The administrator's column is every action of the Kisi tables besides. */
export const KIWI = `
              | guest          | host           | manager                          | administrator
door          | v unlock       | v unlock       | v unlock c                       | v unlock c u d
elevator_stop | get_access     | get_access     | get_access                       | v c u d get_access
hardware      | change_battery | change_battery | change_battery install uninstall | v c u d change_battery install uninstall
access_right  | -              | c u d          | v c u d                          | v c u d
tenancy       | -              | -              | -                                | hand_over return
access_link   | -              | -              | -                                | v c d
access_schedule | -            | -              | -                                | v c u d
alert_policy  | -              | -              | -                                | v c u d
analytics event subscription | - | -            | -                                | v
camera        | -              | -              | -                                | v c d
capacity      | -              | -              | -                                | v c u d update_notified
card          | -              | -              | -                                | v c u d activate deactivate
csv_card_import csv_user_import event_report report_schedule user_report | - | - | - | v c
door_lockdown place_lockdown | - | -            | -                                | v enable disable
elevator      | -              | -              | -                                | v c change_settings d
floor group integration place unlock_schedule visitor | - | - | -                   | v c u d
login         | -              | -              | -                                | v d
user          | -              | -              | -                                | v c u d add_to_place_group remove_from_place_group
zone          | -              | -              | -                                | v c u d reset
`;

const LETTERS: Readonly<Record<string, string>> = {
  v: 'view',
  c: 'create',
  u: 'update',
  d: 'delete',
};

/** Role id → resource type → actions, sorted; types without an action are left out. */
export function readTable(text: string): Map<string, Map<string, string[]>> {
  const [head, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  // Trimming the text also took the empty first cell of the head's spaces, not its bar.
  const roles = (head ?? []).filter((cell) => cell !== '');
  const table = new Map(roles.map((role) => [role, new Map<string, string[]>()]));
  for (const [types, ...cells] of rows) {
    if (cells.length !== roles.length)
      throw new Error(`row \`${types}\` has ${cells.length} cells`);
    for (const [column, cell] of cells.entries()) {
      if (cell === '-') continue;
      const actions = cell.split(/\s+/u).map((word) => LETTERS[word] ?? word);
      for (const type of (types ?? '').split(/\s+/u)) {
        table.get(roles[column] ?? '')?.set(type, actions.sort());
      }
    }
  }
  return table;
}
