/** "Watch a revocation travel": settings, the days played in this page, and every step of the news to be looked at. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { type Choice, chosen, Section, Select } from '../parts.js';
import { playRevocation, type Settings, type Story } from '../revocation.js';
import { simulatorWords } from '../words-simulator.js';
import { Moment } from './revocation-step.js';

const PEOPLE = ['3', '4', '6', '8'];
const LOCKS = ['1', '2', '3', '4'];
const ONLINE = ['1', '0.9', '0.5', '0.1'];
const LOSS = ['0', '0.005', '0.02'];
const SEEDS = ['1', '2', '3', '4', '5', '6'];
/** How long a step is shown while they play by themselves: long enough to read it. */
const STEP_MS = 3000;

type Going = { readonly share: number } | { readonly failure: string } | Story | undefined;

/** A part of the page of locks. */
export function Revocation({ words, parameters, set }: PageProps) {
  const said = simulatorWords(words.language);
  const { labels } = said;
  const choice = (name: string, values: readonly string[], otherwise: string): string =>
    chosen(choicesOf(values), parameters[name] ?? otherwise);
  const seed = choice('seed', SEEDS, '1');
  const people = choice('people', PEOPLE, '4');
  const locks = choice('locks', LOCKS, '3');
  const online = choice('online', ONLINE, '0.9');
  const loss = choice('loss', LOSS, '0.005');
  const [going, setGoing] = useState<Going>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const play = (): void => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    const settings: Settings = {
      ...{ seed: Number(seed), people: Number(people), locks: Number(locks) },
      ...{ online: Number(online), loss: Number(loss) },
    };
    const tell = (next: Going): void => {
      if (running.current === control && !control.signal.aborted) setGoing(next);
    };
    tell({ share: 0 });
    playRevocation(settings, control.signal, (share) => tell({ share })).then(tell, (error) =>
      tell({ failure: String(error) }),
    );
  };
  const stop = (): void => {
    running.current?.abort();
    setGoing(undefined);
  };
  // Other settings are other days: what was played for the ones before is no longer shown.
  const change = (name: string) => (value: string) => {
    stop();
    set({ [name]: value, step: '' });
  };
  // Whoever was sent a step is shown it.
  useEffect(() => {
    if (parameters['step']) play();
  }, []);

  return (
    <Section title={labels.title}>
      <p>{labels.about}</p>
      <form
        class="question"
        onSubmit={(event) => {
          event.preventDefault();
          set({ step: '1' });
          play();
        }}
      >
        <Select
          label={labels.people}
          value={people}
          choices={choicesOf(PEOPLE)}
          onChoose={change('people')}
        />
        <Select
          label={labels.locks}
          value={locks}
          choices={choicesOf(LOCKS)}
          onChoose={change('locks')}
        />
        <Select
          label={labels.online}
          value={online}
          choices={choicesOf(ONLINE, words.language)}
          onChoose={change('online')}
        />
        <Select
          label={labels.loss}
          value={loss}
          choices={choicesOf(LOSS, words.language)}
          onChoose={change('loss')}
        />
        <Select
          label={labels.building}
          value={seed}
          choices={choicesOf(SEEDS)}
          onChoose={change('seed')}
        />
        <p class="field steps">
          <button type="submit">{labels.run}</button>
        </p>
      </form>
      {going !== undefined && 'share' in going && (
        <p class="going">
          <progress value={going.share} aria-label={labels.running} />{' '}
          <button type="button" onClick={stop}>
            {labels.stop}
          </button>
        </p>
      )}
      <div role="status">
        {going !== undefined && 'share' in going && <p>{labels.running} …</p>}
        {going !== undefined && 'failure' in going && (
          <p>
            {labels.failed} {going.failure}
          </p>
        )}
        {going !== undefined && 'steps' in going && going.steps.length === 0 && (
          <p>{labels.nobodyLost}</p>
        )}
      </div>
      {going !== undefined && 'steps' in going && going.steps.length > 0 && (
        <Player words={words} said={said} story={going} parameters={parameters} set={set} />
      )}
    </Section>
  );
}

/** One step, and the buttons that lead to the others. */
function Player({
  words,
  said,
  story,
  parameters,
  set,
}: Pick<PageProps, 'words' | 'parameters' | 'set'> & {
  readonly said: ReturnType<typeof simulatorWords>;
  readonly story: Story;
}) {
  const { labels } = said;
  const count = story.steps.length;
  const at = Math.min(Math.max(1, Math.trunc(Number(parameters['step'])) || 1), count);
  const [isPlaying, setPlaying] = useState(false);
  const still = useMemo(() => matchMedia('(prefers-reduced-motion: reduce)').matches, []);
  const go = (step: number): void => set({ step: String(Math.min(Math.max(1, step), count)) });
  useEffect(() => {
    if (!isPlaying) return;
    if (at >= count) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => go(at + 1), STEP_MS);
    return () => clearTimeout(timer);
  });
  const step = story.steps[at - 1];
  if (step === undefined) return null;
  const goBy = (to: number) => () => {
    setPlaying(false);
    go(to);
  };
  return (
    <div class="player">
      <p class="tools">
        <button type="button" onClick={goBy(1)}>
          <span aria-hidden="true">«</span> {labels.first}
        </button>{' '}
        <button type="button" onClick={goBy(at - 1)}>
          <span aria-hidden="true">◀</span> {labels.back}
        </button>{' '}
        {/* Whoever asked for no movement goes step by step. */}
        {!still && (
          <button
            type="button"
            onClick={() => {
              if (!isPlaying && at >= count) go(1);
              setPlaying(!isPlaying);
            }}
          >
            {isPlaying ? labels.pause : labels.play}
          </button>
        )}{' '}
        <button type="button" onClick={goBy(at + 1)}>
          {labels.forward} <span aria-hidden="true">▶</span>
        </button>{' '}
        <button type="button" onClick={goBy(count)}>
          {labels.last} <span aria-hidden="true">»</span>
        </button>
      </p>
      <Moment words={words} said={said} story={story} step={step} at={at} />
    </div>
  );
}

function choicesOf(values: readonly string[], language?: string): Choice[] {
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return values.map((value) => ({
    value,
    text: language === undefined ? value : percent.format(Number(value)),
  }));
}
