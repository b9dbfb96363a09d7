/** Lists as CSV files. */
import { guardCell } from 'doorwright/admin';

/**
 * RFC 4180, with what a spreadsheet would take for a formula guarded as the library's own files have it. Control characters, which a
 * terminal obeys and a reader does not see, are shown as signs.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = guardCell(text.replace(CONTROL, signOf));
    return /[",]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Controls of both sets, and marks that turn the direction of what follows. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Unicode has a sign for each control of the first set. */
function signOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
