/** Instants for people. */
import type { Language } from '../../portal/src/words.js';

/**
 * An instant on a clock.
 * @param ms - Unix milliseconds. @param timeZone - where the clock hangs; the phone's own when left out.
 */
export function timeWords(ms: number, language: Language, timeZone?: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(ms);
}

/** The zone of this phone. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
