/** Small pieces of pages: labelled fields, choices, names. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Site } from './sites.js';

/** One thing that can be chosen. */
export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** A labelled list to choose from. */
export function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
}) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => props.onChoose(event.currentTarget.value)}
      >
        {props.choices.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}

/** A labelled field of a kind that browsers know. */
export function Field(props: {
  readonly label: string;
  readonly type: 'datetime-local' | 'number';
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type={props.type}
        // Browsers offer six digits of a year otherwise.
        max={props.type === 'datetime-local' ? '9999-12-28T23:59' : undefined}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </p>
  );
}

/** A labelled tick. */
export function Tick(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <p class="field tick">
      <input
        id={id}
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
    </p>
  );
}

/** A part of a page with its heading. */
export function Section(props: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** A table that scrolls by itself where the window is narrow, and by the keyboard. */
export function Table(props: {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (axe: scrollable-region-focusable)
    <div class="scroll" tabIndex={0}>
      <table>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Doors and stops of a site, as `type:id`. */
export function openables({ policy }: Site): Choice[] {
  const doors = (policy.doors ?? []).map(({ id, name }) => ({
    value: `door:${id}`,
    text: named(id, name),
  }));
  const stops = (policy.elevators ?? []).flatMap((elevator) =>
    elevator.stops.map(({ id, name }) => ({ value: `elevator_stop:${id}`, text: named(id, name) })),
  );
  return [...doors, ...stops];
}

/** Users and links of a site, as `type:id`. */
export function subjects({ policy }: Site): Choice[] {
  const users = (policy.users ?? []).map(({ id, name }) => ({
    value: `user:${id}`,
    text: named(id, name),
  }));
  const links = (policy.links ?? []).map(({ id, name }) => ({
    value: `link:${id}`,
    text: named(id, name),
  }));
  return [...users, ...links];
}

/** `type:id` in its parts. */
export function entityOf(value: string): { readonly type: string; readonly id: string } {
  const at = value.indexOf(':');
  return { type: value.slice(0, at), id: value.slice(at + 1) };
}

/** What is chosen, if it is there to be chosen; else the first. */
export function chosen(choices: readonly Choice[], value: string | undefined): string {
  return choices.find((choice) => choice.value === value)?.value ?? choices[0]?.value ?? '';
}

function named(id: string, name: string | undefined): string {
  return name === undefined ? id : `${name} (${id})`;
}
