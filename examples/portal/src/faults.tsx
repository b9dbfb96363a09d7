/** What is wrong with a policy, line by line. */
import type { Fault } from './sites.js';
import type { Words } from './words.js';

/** The list, told when it changes. @param props.goTo - where given, each line can be gone to. */
export function FaultList(props: {
  readonly words: Words;
  readonly faults: readonly Fault[];
  readonly goTo?: (line: number) => void;
}) {
  const { faults, goTo } = props;
  const { labels } = props.words;
  return (
    <div role="alert">
      {faults.length > 0 && (
        <>
          <p>{labels.invalid}</p>
          <ul class="faults">
            {faults.map(({ line, pointer, message }) => (
              <li key={`${pointer} ${message}`}>
                {line !== undefined &&
                  (goTo === undefined ? (
                    `${labels.line} ${line}`
                  ) : (
                    <button type="button" onClick={() => goTo(line)}>
                      {labels.line} {line}
                    </button>
                  ))}{' '}
                <code>{pointer || '/'}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
