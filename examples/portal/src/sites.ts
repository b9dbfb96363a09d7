/** Where policies come from: the example sites beside this page, or what somebody pasted. */
import { compilePolicy, type Engine, type Issue, type Policy, parsePolicy } from 'doorwright';
import club from '../../club/policy.json?raw';
import coworking from '../../coworking/policy.json?raw';
import housing from '../../housing/policy.json?raw';
import { placesIn } from './text-places.js';

/** A policy as a text, and what it compiles to. */
export interface Site {
  readonly id: string;
  readonly text: string;
  readonly engine: Engine;
  readonly policy: Policy;
  /** The zone of what names none. */
  readonly timeZone: string;
}

/** Example sites: id and name. */
export const EXAMPLES = [
  { id: 'housing', name: 'Lindenhof (KIWI)', text: housing },
  { id: 'coworking', name: 'Coworking (Kisi, OfficeRnD)', text: coworking },
  { id: 'club', name: 'Club (own roles)', text: club },
] as const;

/** The id of a policy that was pasted. */
export const OWN = 'own';

/** The id of the policy that a server decides by, where one serves this page. */
export const SERVED = 'served';

/** The policy of the server that serves this page; undefined for a page that is but files, `failed` for none that can be read. */
export async function servedSite(): Promise<Site | 'failed' | undefined> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="served"]');
  if (link === null) return undefined;
  const response = await fetch(link.href);
  if (!response.ok) return 'failed';
  const read = readSite(SERVED, JSON.stringify(await response.json(), undefined, 2));
  return 'site' in read ? read.site : 'failed';
}

/** One thing wrong with a text, and the line it is in. */
export interface Fault {
  readonly line: number | undefined;
  readonly pointer: string;
  readonly message: string;
}

/** A site from its text, or everything that is wrong with it. A member written twice is wrong, as everywhere. */
export function readSite(
  id: string,
  text: string,
): { readonly site: Site } | { readonly faults: readonly Fault[] } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const message = String(error).replace(/^SyntaxError: /u, '');
    return { faults: [{ line: placesIn(text, []).stopsAt, pointer: '', message }] };
  }
  const parsed = parsePolicy(document);
  const issues: readonly Issue[] = parsed.ok ? [] : parsed.issues;
  const { lines, repeated } = placesIn(
    text,
    issues.map(({ pointer }) => pointer),
  );
  const faults = [
    ...repeated.map((place): Fault => ({ ...place, message: 'written twice in one object' })),
    ...issues.map(
      ({ pointer, message }): Fault => ({ line: lines.get(pointer), pointer, message }),
    ),
  ];
  if (!parsed.ok || faults.length > 0) return { faults };
  const policy = parsed.value;
  const engine = compilePolicy(policy) as Engine;
  const zone = policy.organization.timeZone ?? policy.places?.[0]?.timeZone ?? 'UTC';
  return { site: { id, text, engine, policy, timeZone: zone } };
}

/** The clock on the wall beside a door or stop. */
export function zoneAt({ policy, timeZone }: Site, type: string, id: string): string {
  const place =
    type === 'door'
      ? policy.doors?.find((door) => door.id === id)?.place
      : policy.elevators?.find(({ stops }) => stops.some((stop) => stop.id === id))?.place;
  return policy.places?.find((one) => one.id === place)?.timeZone ?? timeZone;
}
