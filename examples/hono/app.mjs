// An office with two doors as an app of Hono: nothing in it is Node's, so it runs in Bun, Deno and workers as well.
import { compilePolicy } from 'doorwright';
import { authzenPoint } from 'doorwright/authzen';
import { authzenApp, enginePdp, honoAccess } from 'doorwright/hono';
import { Hono } from 'hono';
import { clientOf, factsOf, personOf } from './people.mjs';

/** The app for a policy, reached at `baseUrl`. */
export function officeApp(office, baseUrl) {
  const pdp = enginePdp({ engine: compilePolicy(office) });
  const { requireDoor } = honoAccess({
    pdp,
    subject: (context) => personOf(context.req.header('authorization'))?.id,
    facts: (context) => factsOf(context.req.header('authorization')),
  });

  const app = new Hono();
  app.post('/doors/:door/unlock', requireDoor('door'), (context) => {
    // Here the lock would be told to open.
    const { subject, resource } = context.var.access;
    return context.json({ opened: resource.id, by: subject.id });
  });
  app.route('/', authzenApp(authzenPoint({ pdp, baseUrl, authenticate: clientOf })));
  return app;
}
