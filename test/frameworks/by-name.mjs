// Loaded by `node --import` before an example: there is no `npm install` here, so its `doorwright` is this checkout.
import { register } from 'node:module';

const hook = `
  const root = ${JSON.stringify(new URL('../../package.json', import.meta.url).href)};
  export const resolve = (name, context, next) =>
    /^doorwright(\\/|$)/u.test(name) ? next(name, { ...context, parentURL: root }) : next(name, context);
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
