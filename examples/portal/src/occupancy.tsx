/** How full places are: a bar with marks where people are told, and the same in words. */
import type { Occupancy } from 'doorwright/site';
import { useEffect, useState } from 'preact/hooks';
import type { PageProps } from './app.js';
import { Section } from './parts.js';
import { type Shown, Untold } from './site-frame.js';
import type { Occupancies, SiteCode } from './site-view.js';
import type { SiteWords } from './words-site.js';

/** Where alert policies tell people unless they say otherwise. */
const MARKS = [75, 100, 150];
/** Per cent that a bar shows; what is beyond stands in the words. */
const SCALE_MAX = 170;
/** Of the drawing: per cent, and its height. */
const UNIT = 2;
const HEIGHT = 34;

type Counted =
  | { readonly ok: true; readonly value: Occupancies }
  | { readonly ok: false; readonly code: SiteCode; readonly detail: string };

/** The places that keep count, and whether there are more. @param props.looks - counts up when there may be news. */
export function OccupancySection(
  props: Pick<PageProps, 'words' | 'site'> & Shown & { readonly looks: number },
) {
  const { site, view, said, looks } = props;
  const [counted, setCounted] = useState<Counted | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    const told = (answer: Counted) => isGone || setCounted(answer);
    view
      .occupancy()
      .then(told, (error) => told({ ok: false, code: 'unreachable', detail: String(error) }));
    return () => {
      isGone = true;
    };
  }, [view, looks]);
  const name = (id: string) => site.policy.places?.find((place) => place.id === id)?.name ?? id;
  return (
    <Section title={said.labels.occupancy}>
      {counted?.ok === false && <Untold said={said} why={counted} />}
      {counted?.ok === true && counted.value.isCut && <p>{said.labels.firstOnly}</p>}
      {counted?.ok === true && counted.value.places.length === 0 && <p>{said.labels.noCount}</p>}
      {counted?.ok === true && counted.value.places.length > 0 && (
        <ul class="occupancy">
          {counted.value.places.map((one) => (
            <li key={one.place}>
              <strong>{name(one.place)}</strong>: {fullness(one, said)}
              <Bar occupancy={one} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Drawn for those who see it: all of it stands in words before. */
function Bar({ occupancy: { count, capacity } }: { readonly occupancy: Occupancy }) {
  if (capacity === undefined || capacity === 0) return null;
  const percent = (100 * count) / capacity;
  const shown = Math.min(percent, SCALE_MAX);
  const level = MARKS.filter((mark) => percent >= mark).length;
  return (
    <svg viewBox={`0 0 ${UNIT * SCALE_MAX} ${HEIGHT}`} aria-hidden="true">
      <rect class="ground" width={UNIT * SCALE_MAX} height={14} />
      <rect class={`filled level-${level}`} width={UNIT * shown} height={14} />
      {MARKS.map((mark) => (
        <g key={mark}>
          <path class="mark" d={`M${UNIT * mark} 0 v18`} />
          <text x={UNIT * mark} y={HEIGHT - 4} text-anchor="middle">
            {mark} %
          </text>
        </g>
      ))}
    </svg>
  );
}

function fullness({ count, capacity }: Occupancy, { labels }: SiteWords): string {
  if (capacity === undefined) return labels.people.replace('@', String(count));
  const of = `${labels.peopleOf.replace('@', String(count))} ${capacity}`;
  if (capacity === 0) return of;
  const percent = (100 * count) / capacity;
  const marks = MARKS.filter((mark) => percent >= mark).map((mark) => `${mark} %`);
  return [
    of,
    labels.percent.replace('@', String(Math.round(percent))),
    marks.length === 0 ? labels.below : labels.reached.replace('@', marks.join(', ')),
  ].join(', ');
}
