/** Faults that fuzzing has to find: without them, a fuzzer that finds nothing proves nothing. */
import { type GuidedTarget, must } from './target.js';

/** A fault behind six steps, each of which is a branch; by chance alone it takes a thousand million inputs. */
export function nestedFault(): GuidedTarget {
  return {
    name: 'planted-fault',
    structure: 'text',
    seeds: ['lock'],
    dictionary: ['x'],
    attempt(input) {
      if (input[0] === '{') {
        if (input[1] === '7') {
          if (input[2] === ';') {
            if (input[3] === 'Z') {
              if (input[4] === '+') {
                if (input[5] === '9') must(false, 'the planted fault');
              }
            }
          }
        }
      }
      return 'accepted';
    },
  };
}

/** An input that never ends. */
export function endlessFault(): GuidedTarget {
  return {
    name: 'planted-hang',
    structure: 'text',
    seeds: ['lock'],
    dictionary: ['x'],
    attempt(input) {
      for (let at = 0; at < input.length; at++) {
        while (input.startsWith('{{', at)) void at;
      }
      return 'accepted';
    },
  };
}
