/** What a page shows, as an address that can be sent to somebody: `#/decide?site=housing&user=…`. */
import { PAGES, type PageName } from './words.js';

/** A page and its parameters, in the order they were set. */
export interface Address {
  readonly page: PageName;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads the part of an address behind `#`. What is not understood is the first page. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/u, '').split('?');
  const page = PAGES.find((name) => name === path) ?? PAGES[0];
  return { page, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** The part behind `#`; empty parameters are left out. */
export function writeAddress({ page, parameters }: Address): string {
  const told = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(told).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}
