/** The page in German. */
import type { Words } from './words.js';

/** All of it. */
export const GERMAN: Words = {
  language: 'de',
  labels: {
    title: 'Türschlüssel',
    skip: 'Zum Inhalt springen',
    language: 'English',
    of: 'von',
    starting: 'Einen Moment …',
    elsewhere:
      'Ihre Schlüssel sind in einem anderen Tab offen. Schließen Sie jenen, dann geht es hier von selbst weiter.',
    enrol: 'Dieses Telefon anmelden',
    enrolWith: 'Mit einem Code',
    enrolHelp:
      'Wer das Haus verwaltet, gibt Ihnen einen Code. Er macht diesen Browser einmalig zu Ihrem Schlüssel. Der Schlüssel selbst entsteht hier und verlässt dieses Telefon nie.',
    code: 'Code',
    enrolNow: 'Telefon anmelden',
    enrolling: 'Die Zentrale wird gefragt …',
    codeMissing: 'Geben Sie zuerst den Code ein.',
    keys: 'Schlüssel',
    noKeys: 'Sie haben hier zur Zeit keinen Schlüssel.',
    noList: 'Dieses Telefon hat seine Schlüssel noch nicht geholt.',
    open: 'Öffnen',
    cancel: 'Abbrechen',
    mayBeOpen: 'Die Tür kann offen sein: Sehen Sie nach.',
    from: 'ab',
    until: 'bis',
    zone: 'nach der Uhr an der Tür',
    carriedUntil: 'Öffnet ohne Netz bis',
    carriedOver:
      'Was dieses Telefon dafür bei sich hat, ist abgelaufen: Holen Sie die Schlüssel neu.',
    statusOld: 'So sagte es die Zentrale beim letzten Abgleich.',
    noRadio:
      'Dieser Browser lässt keine Seite Bluetooth benutzen und kann deshalb nicht mit Schlössern sprechen. Chrome und Edge können es, auf Android und auf Rechnern. Alles andere geht auch hier.',
    withdrawn:
      'Dieses Telefon wurde gesperrt: Seine Schlüssel gelten nicht mehr. Falls das ein Irrtum ist, bitten Sie die Verwaltung um einen neuen Code und melden Sie es neu an.',
    phone: 'Dieses Telefon',
    refresh: 'Schlüssel neu holen',
    refreshing: 'Die Zentrale wird gefragt …',
    refreshed: 'Die Schlüssel sind auf dem neuesten Stand.',
    updated: 'Zuletzt geholt',
    persistent: 'Der Browser hat zugesagt, die Schlüssel zu behalten.',
    notPersistent:
      'Der Browser darf die Schlüssel wegwerfen, wenn der Speicher voll ist. Oft hilft es, diese Seite auf den Startbildschirm zu legen.',
    forget: 'Dieses Telefon vergessen',
    forgetHelp:
      'Löscht den Schlüssel und alles, was dieses Telefon weiß. Um damit wieder Türen zu öffnen, brauchen Sie einen neuen Code.',
    forgetLoses: 'Was noch zu überbringen ist, ginge verloren.',
    forgetNow: 'Ja, alles löschen',
    keep: 'Nein, behalten',
    update: 'Es gibt eine neue Fassung dieser Seite.',
    updateNow: 'Verwenden',
    troubleKept: 'Die Schlüssel, die Sie haben, bleiben, wie sie sind.',
    radioSays: 'Der Browser sagt:',
    demo: 'Das Haus zum Ausprobieren',
    demoHelp:
      'Zentrale und Schlösser laufen in dieser Seite, mit dem wirklichen Protokoll dazwischen: kein Server, kein Funk.',
    demoChoose: 'Wählen Sie, wer Sie sind, und öffnen Sie dann eine Tür.',
    demoBe: 'Als',
    demoOpen: '○ offen',
    demoShut: '● zu',
    demoWithdraw: 'Dieser Person die Schlüssel nehmen',
    demoGive: 'Ihr die Schlüssel zurückgeben',
    demoLoseLink: 'Funkverbindung verlieren',
    demoLinkLost: 'Beim nächsten Öffnen reißt die Verbindung, nachdem sich der Riegel bewegt hat.',
    demoSync: 'Ob die Schlösser wissen, was dieser Person genommen wurde',
    demoDoor: 'Tür',
    demoKnows: '✓ weiß es',
    demoKnowsNot: '… weiß es noch nicht',
    demoAnew: 'Das Haus abreißen und neu beginnen',
    demoDone:
      'Geschehen. Das Telefon hört davon beim nächsten Abgleich, das Schloss beim nächsten Besuch von irgendjemandem.',
  },
  statuses: {
    active: '✓ aktiv',
    pending: '… noch nicht',
    expired: '✗ abgelaufen',
    inactive_hours: '◔ nicht um diese Zeit',
    disabled: '✗ ausgeschaltet',
  },
  progress: {
    choosing: 'Wählen Sie das Schloss im Fenster des Browsers.',
    seeking: 'Das Schloss wird gesucht. Berühren Sie es und halten Sie das Telefon davor.',
    connecting: 'Das Schloss ist zu hören. Verbindung wird aufgebaut …',
    asking: 'Das Schloss wird gefragt …',
    fetching_time: 'Das Schloss will die Uhrzeit wissen. Die Zentrale wird gefragt …',
  },
  ends: {
    permitted: 'Offen.',
    refused: 'Das Schloss hat abgelehnt.',
    refresh_needed:
      'Schloss und Telefon wissen Verschiedenes. Holen Sie die Schlüssel neu und versuchen Sie es dann wieder.',
    no_grant: 'Dieses Telefon hat für diese Tür keinen Schlüssel bei sich.',
    requirement_missing: 'Diese Tür verlangt mehr, als ein Browser zeigen kann:',
    not_found:
      'Das Schloss war nicht zu hören. Berühren Sie es, halten Sie das Telefon davor und versuchen Sie es wieder.',
    lock_incompatible: 'Dieses Schloss spricht eine andere Fassung des Protokolls.',
    lock_not_authentic:
      'Geantwortet hat etwas, das nicht Ihr Schloss ist. Ihm wurde nichts gesagt. Versuchen Sie es wieder; geschieht es noch einmal, sagen Sie es der Verwaltung.',
    connection_lost: 'Die Verbindung riss, bevor etwas gefragt war. Versuchen Sie es wieder.',
    timed_out:
      'Das Schloss brauchte zu lange und wurde nicht gebeten zu öffnen. Versuchen Sie es wieder.',
    outcome_unknown: 'Das Schloss wurde gefragt, und seine Antwort kam nie an.',
    signature_missing:
      'Dieses Telefon konnte seinen Schlüssel nicht benutzen. Versuchen Sie es wieder.',
    lock_misbehaved:
      'Das Schloss sagte etwas, das kein Schloss sagen sollte. Sagen Sie es der Verwaltung.',
    cancelled: 'Abgebrochen.',
    busy: 'Eine andere Tür wird gerade geöffnet.',
    memory_failed: 'Dieses Telefon konnte nicht festhalten, was geschehen ist.',
  },
  refusals: {
    denied: 'Warum, sagt es nicht.',
    version_unknown: 'Diese Art von Schlüssel kennt es nicht.',
    life_too_long: 'Der Schlüssel gilt länger, als sein Aussteller geben darf.',
    issued_outside_certificate:
      'Der Schlüssel wurde ausgestellt, als sein Aussteller es nicht durfte.',
    issued_in_future: 'Nach der Uhr des Schlosses entstand dieser Schlüssel in der Zukunft.',
    below_floor: 'Das Schloss hat alle Schlüssel beendet, die so alt sind wie dieser.',
    revoked: 'Dieser Schlüssel wurde entzogen.',
    pending: 'Dieser Schlüssel gilt noch nicht.',
    expired: 'Dieser Schlüssel ist abgelaufen.',
    inactive_hours: 'Um diese Zeit öffnet dieser Schlüssel nicht.',
    time_uncertain: 'Das Schloss ist sich der Uhrzeit nicht sicher.',
    time_token_needed:
      'Dem Schloss muss jemand die Uhrzeit sagen: Versuchen Sie es, wo es ein Netz gibt.',
    policy_version_missing: 'Dem Schloss fehlt, was mit diesem Schlüssel bekannt wurde.',
    intent_missing: 'Es verlangt einen Druck auf das Telefon.',
    phone_locked: 'Es verlangt ein entsperrtes Telefon.',
    hardware_key_missing: 'Es verlangt einen Schlüssel in Hardware.',
    ranging_missing: 'Es verlangt eine gemessene Entfernung.',
    second_factor_missing: 'Es verlangt einen zweiten Faktor.',
    uses_spent: 'Dieser Schlüssel wurde so oft benutzt, wie er darf.',
    uses_full: 'Das Schloss kann gerade keine weitere Benutzung zählen. Versuchen Sie es später.',
    operation_unknown: 'Das kann das Schloss nicht.',
    bolt_failed: 'Der Riegel klemmt.',
    storage_failed: 'Der Speicher des Schlosses hat versagt. Versuchen Sie es wieder.',
    log_full: 'Das Protokoll des Schlosses ist voll: Jemand muss es zur Zentrale bringen.',
    grant_malformed: 'Es kann den Schlüssel nicht lesen.',
    certificate_unknown: 'Es kennt den Aussteller des Schlüssels nicht.',
    certificate_refused: 'Es nimmt den Aussteller des Schlüssels nicht an.',
    signature_wrong: 'Die Unterschrift des Schlüssels ist falsch.',
    wrong_lock: 'Der Schlüssel ist für ein anderes Schloss.',
    wrong_scope: 'Der Schlüssel ist nicht zum Öffnen.',
    proof_wrong: 'Der Beweis des Telefons stimmt nicht.',
    request_out_of_order: 'Es wurde außer der Reihe gefragt.',
  },
  choosers: {
    no_adapter: 'Bluetooth ist ausgeschaltet, oder dieses Gerät hat keines.',
    cancelled: 'Es wurde kein Schloss gewählt.',
    not_allowed: 'Der Browser lässt diese Seite Bluetooth nicht benutzen.',
    adverts_not_told:
      'Dieser Browser sagt Seiten nicht, was Schlösser senden. In Chrome muss man es einschalten: chrome://flags/#enable-experimental-web-platform-features.',
    not_heard:
      'Das Schloss wurde gewählt und war dann nicht zu hören. Berühren Sie es und versuchen Sie es wieder.',
    failed: 'Der Browser konnte kein Schloss wählen.',
  },
  requirements: {
    intent: 'einen Druck',
    'phone-unlocked': 'ein entsperrtes Telefon',
    'hardware-key': 'einen Schlüssel in Hardware',
    ranging: 'eine gemessene Entfernung',
    'second-factor': 'einen zweiten Faktor',
  },
  stops: {
    pins_damaged:
      'Was dieses Telefon sich gemerkt hatte, ist beschädigt. Vergessen Sie dieses Telefon und melden Sie es neu an.',
    memory_failed:
      'Der Browser konnte nicht behalten, was behalten werden muss; deshalb geht nichts weiter. Laden Sie die Seite neu; wurde gerade eine Tür geöffnet, kann sie offen sein.',
    browser_lacks:
      'Diesem Browser fehlt, was diese Seite braucht, oder sie kam nicht über https. Ein neuerer Browser hat es.',
    framed:
      'Diese Seite hat Schlüssel und arbeitet deshalb nicht in einer anderen Seite. Öffnen Sie sie für sich.',
    demo_failed:
      'Die Vorführung ließ sich nicht beginnen. Vielleicht läuft sie in einem anderen Fenster.',
  },
  troubles: {
    other: 'Die Zentrale konnte nicht helfen.',
    unreachable: 'Die Zentrale ist nicht zu erreichen.',
    answer_broken: 'Was da antwortete, spricht nicht wie eine Zentrale.',
    code_unknown:
      'Diesen Code kennt die Zentrale nicht, oder er ist zu alt. Bitten Sie um einen neuen.',
    code_used: 'Mit diesem Code wurde ein anderes Telefon angemeldet. Bitten Sie um einen neuen.',
    person_unknown: 'Die Zentrale kennt Sie nicht mehr. Fragen Sie die Verwaltung.',
    key_unusable: 'Dieses Telefon konnte seinen Schlüssel nicht benutzen. Laden Sie die Seite neu.',
    key_refused: 'Die Zentrale nimmt den Schlüssel dieses Telefons nicht an.',
    desk_failed: 'Die Zentrale hat versagt. Versuchen Sie es später wieder.',
    phone_unknown:
      'Die Zentrale kennt dieses Telefon nicht. Vergessen Sie es und melden Sie es mit einem neuen Code an.',
    too_often: 'Die Zentrale wurde zu oft gefragt. Versuchen Sie es in einer Minute wieder.',
    proof_early: 'Die Zentrale glaubt der Uhr dieses Telefons nicht. Stellen Sie sie.',
    proof_old: 'Die Zentrale glaubt der Uhr dieses Telefons nicht. Stellen Sie sie.',
    bundle_old: 'Die Zentrale schickte Schlüssel, die älter sind als die auf diesem Telefon.',
    bundle_other_device: 'Die Zentrale schickte die Schlüssel eines anderen Telefons.',
    bundle_signer_unknown:
      'Wer die neuen Schlüssel unterschrieben hat, darf das jetzt nicht. Geht die Uhr dieses Telefons falsch, stellen Sie sie.',
    bundle_signature: 'Die Unterschrift der neuen Schlüssel ist falsch.',
  },
  whys: {
    other: 'Für diese Tür lässt sich kein Schlüssel mitnehmen.',
    online_door:
      'Diese Tür hat ein Netz. Sie wird auf anderem Weg geöffnet, nicht von dieser Seite.',
    no_lock: 'In dieser Tür ist noch kein Schloss dieses Systems.',
    no_policy: 'Das Schloss dieser Tür ist noch nicht bereit.',
    trust_not_rotated:
      'Die Zentrale wird repariert: Bis dahin gibt es für diese Tür keine Schlüssel.',
    hardware_key_missing:
      'Diese Tür verlangt einen Schlüssel in Hardware, den ein Browser nicht haben kann.',
    certificate_not_valid: 'Die Zentrale darf zur Zeit keine Schlüssel unterschreiben.',
    clock_behind: 'Die Uhr der Zentrale geht falsch.',
    share_too_early: 'Für diese Freigabe ist es zu früh.',
    too_short: 'Was davon übrig ist, ist zu kurz für einen Schlüssel.',
    pending: 'Einen Schlüssel gibt es, sobald es beginnt.',
    expired: 'Es ist vorbei.',
    inactive_hours: 'Um diese Zeit öffnet sie nicht.',
    schedule: 'Die Tür ist um diese Zeit geschlossen.',
    disabled: 'Es ist ausgeschaltet.',
    no_access_right: 'Zur Zeit öffnet kein Recht diese Tür.',
    subject_inactive: 'Die Person ist abgeschaltet.',
    lockdown: 'Die Tür ist gesperrt.',
  },
  waiting: (count) => {
    if (count === 0) return 'Nichts ist zur Zentrale zu überbringen.';
    const messages = count === 1 ? 'Eine Nachricht wartet' : `${count} Nachrichten warten`;
    return `${messages} darauf, zur Zentrale gebracht zu werden.`;
  },
  clock: (aheadSeconds) =>
    `Die Uhr dieses Telefons geht gegenüber der Zentrale ${spanOf(Math.abs(aheadSeconds))} ${aheadSeconds > 0 ? 'vor' : 'nach'}. Schlösser richten sich nach ihrer eigenen Uhr und öffnen trotzdem; aber was diese Seite über Zeiten sagt, ist falsch, und neue Schlüssel können abgewiesen werden: Stellen Sie sie.`,
};

function spanOf(seconds: number): string {
  if (seconds < 120) return `${seconds} Sekunden`;
  return seconds < 7200
    ? `${Math.round(seconds / 60)} Minuten`
    : `${Math.round(seconds / 3600)} Stunden`;
}
