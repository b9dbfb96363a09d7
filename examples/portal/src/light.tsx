/** A sync score by colour, sign and word, so that nothing is said by colour alone. */
import type { Colour } from 'doorwright/sync';
import type { Words } from './words.js';

const SIGNS: Readonly<Record<Colour, string>> = {
  grey: '?',
  red: '✗',
  orange: '!',
  yellow: '…',
  light_green: '✓',
  dark_green: '✓✓',
};

/** One light. */
export function Light({ colour, words }: { readonly colour: Colour; readonly words: Words }) {
  return (
    <span class={`light ${colour}`}>
      <span aria-hidden="true">{SIGNS[colour]}</span> {words.colours[colour]}
    </span>
  );
}
