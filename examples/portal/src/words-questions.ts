/** What Decide, Week and Roles say beside the words that all pages share, in English and German. */
import type { Language } from './words.js';

/** All of it in one language. */
export type QuestionWords = Readonly<Record<keyof typeof ENGLISH, string>>;

/** Words of a language. */
export function questionWords(language: Language): QuestionWords {
  return language === 'de' ? GERMAN : ENGLISH;
}

const ENGLISH = {
  whichTime: 'The clock shows this time twice',
  firstTime: 'the first time, before it is put back',
  secondTime: 'the second time, after it was put back',
  facts: 'More facts (JSON)',
  factsHelp: 'companions, occupancy, presence, arrivals, or facts of your own',
  factsWrong: 'No JSON object, or a very long one: these facts are not used.',
  shown: 'What',
  ofPerson: 'a person at a door',
  ofEverybody: 'a door, for everybody (unlock schedule, first arrival)',
  ofSchedule: 'a schedule',
  schedule: 'Schedule',
  noSchedules: 'This policy has no schedules.',
  neverUnlocked: 'It does not stand unlocked in this week.',
  neverOpen: 'It is closed all week.',
  unlocked: 'Stands unlocked',
  open: 'Open',
  unlockedAfter: 'Stands unlocked once somebody was let in on that day',
  holidays: 'Special days',
  clockSkips: 'the clock skips this time',
  clockTwice:
    'the clock shows this time twice; drawn as open if it is so either time; the list of open hours tells them apart',
  mayStand: 'What may stand here, in',
  nothingStands: 'Nothing more by the published schema.',
  needed: 'needed',
  model: 'Role model',
  ownModel: 'of this policy',
} as const;

const GERMAN: QuestionWords = {
  whichTime: 'Die Uhr zeigt diese Zeit zweimal',
  firstTime: 'das erste Mal, bevor sie zurückgestellt wird',
  secondTime: 'das zweite Mal, nachdem sie zurückgestellt wurde',
  facts: 'Weitere Umstände (JSON)',
  factsHelp: 'companions, occupancy, presence, arrivals oder eigene',
  factsWrong: 'Kein JSON-Objekt, oder ein sehr langes: diese Umstände werden nicht verwendet.',
  shown: 'Was',
  ofPerson: 'eine Person an einer Tür',
  ofEverybody: 'eine Tür, für alle (Öffnungszeiten, erstes Eintreffen)',
  ofSchedule: 'ein Zeitplan',
  schedule: 'Zeitplan',
  noSchedules: 'Dieses Regelwerk hat keine Zeitpläne.',
  neverUnlocked: 'In dieser Woche steht sie nicht offen.',
  neverOpen: 'Die ganze Woche geschlossen.',
  unlocked: 'Steht offen',
  open: 'Offen',
  unlockedAfter: 'Steht offen, sobald an dem Tag jemand eingelassen wurde',
  holidays: 'Besondere Tage',
  clockSkips: 'diese Zeit lässt die Uhr aus',
  clockTwice:
    'diese Zeit zeigt die Uhr zweimal; als offen gezeichnet, wenn sie es eines der beiden Male ist; die Liste der offenen Zeiten unterscheidet sie',
  mayStand: 'Was hier stehen kann, in',
  nothingStands: 'Nach dem veröffentlichten Schema nichts weiter.',
  needed: 'nötig',
  model: 'Rollenmodell',
  ownModel: 'dieses Regelwerks',
};
