/** A link's secret as it is handed over: the text of a QR code, or of a mail. */
import type { Outcome } from '../../values/outcome.js';
import { isSecretText } from '../provisioning/secret.js';

const SCHEME = 'doorwright:link/';

/** Longest text that is looked at: the longest URL that anything scans. */
const TEXT_MAX = 2048;

/**
 * The text to print as a QR code or to send: `doorwright:link/SECRET`, or with a page of one's own
 * `https://open.example.com/#SECRET`. The secret is the page's fragment: browsers do not send that, so it is in
 * nobody's log.
 * @throws TypeError for a secret that is none, or a page that is no `https:` URL, or has a fragment already.
 */
export function linkText(secret: string, page?: string): string {
  if (!isSecretText(secret)) throw new TypeError('not the secret of a link');
  if (page === undefined) return `${SCHEME}${secret}`;
  if (!/^https:\/\/[^\s#]{1,1900}$/u.test(page)) {
    throw new TypeError(`not an https URL without a fragment \`${page}\``);
  }
  return `${page}#${secret}`;
}

/** The secret in a text that was scanned or pasted, of either form. Code `not_a_link` for anything else. */
export function parseLinkText(text: string): Outcome<string, 'not_a_link'> {
  const trimmed = text.length > TEXT_MAX ? '' : text.trim();
  let secret = '';
  if (trimmed.startsWith(SCHEME)) secret = trimmed.slice(SCHEME.length);
  else if (/^https:\/\//iu.test(trimmed)) secret = trimmed.slice(trimmed.indexOf('#') + 1);
  return isSecretText(secret)
    ? { ok: true, value: secret }
    : { ok: false, code: 'not_a_link', detail: 'not the text of a link' };
}
