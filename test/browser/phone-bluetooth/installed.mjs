// Given to Node with `--import`: an example finds `doorwright` as if it were installed, in the package that this checkout built.
import { register } from 'node:module';

const ROOT = new URL('../../../package.json', import.meta.url).href;

const HOOKS = `export function resolve(name, context, next) {
  const isOurs = name === 'doorwright' || name.startsWith('doorwright/');
  return next(name, isOurs ? { ...context, parentURL: ${JSON.stringify(ROOT)} } : context);
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
