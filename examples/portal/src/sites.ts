/** Where policies come from: the example sites beside this page, or what somebody pasted. */
import { compilePolicy, type Engine, type Issue, type Policy, parsePolicy } from 'doorwright';
import club from '../../club/policy.json?raw';
import coworking from '../../coworking/policy.json?raw';
import housing from '../../housing/policy.json?raw';

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

/** The policy of the server that serves this page; undefined for a page that is but files. */
export async function servedSite(): Promise<Site | undefined> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="served"]');
  if (link === null) return undefined;
  const response = await fetch(link.href);
  if (!response.ok) return undefined;
  const read = readSite(SERVED, JSON.stringify(await response.json(), undefined, 2));
  return 'site' in read ? read.site : undefined;
}

/** One thing wrong with a text, and the line it is in. */
export interface Fault {
  readonly line: number | undefined;
  readonly pointer: string;
  readonly message: string;
}

/** A site from its text, or everything that is wrong with it. */
export function readSite(
  id: string,
  text: string,
): { readonly site: Site } | { readonly faults: readonly Fault[] } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { faults: [syntaxFault(text, String(error))] };
  }
  const parsed = parsePolicy(document);
  if (!parsed.ok) return { faults: parsed.issues.map((issue) => faultOf(text, issue)) };
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

function syntaxFault(text: string, message: string): Fault {
  // V8 says where, in two forms; other engines may not.
  const line = /line (\d+)/u.exec(message)?.[1];
  const at = /position (\d+)/u.exec(message)?.[1];
  const found =
    line !== undefined
      ? Number(line)
      : at === undefined
        ? undefined
        : text.slice(0, Number(at)).split('\n').length;
  return { line: found, pointer: '', message: message.replace(/^SyntaxError: /u, '') };
}

function faultOf(text: string, { pointer, message }: Issue): Fault {
  return { line: lineOf(text, pointer), pointer, message };
}

/** The line on which the value of a pointer begins; undefined where it is not there, as with a missing member. */
function lineOf(text: string, pointer: string): number | undefined {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = positionOf(text, path);
  return at === undefined ? undefined : text.slice(0, at).split('\n').length;
}

/** Walks a text that is JSON, without making anything of it. */
function positionOf(text: string, path: readonly string[]): number | undefined {
  let at = 0;
  const blank = (): void => {
    while (/\s/u.test(text[at] ?? '')) at++;
  };
  const string = (): string => {
    const from = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(from, ++at)) as string;
  };
  const skip = (): void => {
    blank();
    if (text[at] === '"') string();
    else if (text[at] === '{' || text[at] === '[')
      each(() => {
        skip();
        return false;
      });
    else while (at < text.length && !/[\s,\]}]/u.test(text[at] ?? '')) at++;
  };
  /** Calls back at each value of a list or object, with its name, until the call returns true. */
  function each(visit: (name: string) => boolean): boolean {
    const isObject = text[at++] === '{';
    for (let index = 0; ; index++) {
      blank();
      if (text[at] === '}' || text[at] === ']') {
        at++;
        return false;
      }
      if (text[at] === ',') at++;
      blank();
      const name = isObject ? string() : String(index);
      if (isObject) {
        blank();
        at++;
        blank();
      }
      if (visit(name)) return true;
    }
  }
  for (const part of path) {
    blank();
    if (text[at] !== '{' && text[at] !== '[') return undefined;
    const isFound = each((name) => {
      if (name === part) return true;
      skip();
      return false;
    });
    if (!isFound) return undefined;
  }
  blank();
  return at;
}
