// An office with two doors, served by NestJS: `npm install && npm start`. Written for plain Node, which has no decorator
// syntax yet: `decorate` applies what TypeScript writes with `@`. The README shows the controller in TypeScript.
import { readFileSync } from 'node:fs';
import { Controller, HttpCode, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { compilePolicy } from 'doorwright';
import { authzenPoint } from 'doorwright/authzen';
import { AccessModule, enginePdp, mountAuthzen, RequireDoor } from 'doorwright/nestjs';
import { clientOf, factsOf, personOf } from './people.mjs';

const port = Number(process.env.PORT ?? 3000);
const office = JSON.parse(readFileSync(new URL('office.json', import.meta.url), 'utf8'));
const pdp = enginePdp({ engine: compilePolicy(office) });

class DoorsController {
  unlock(request) {
    // Here the lock would be told to open.
    const { subject, resource } = request.access;
    return { opened: resource.id, by: subject.id };
  }
}
Controller('doors')(DoorsController);
decorate(DoorsController, 'unlock', RequireDoor('door'), HttpCode(200), Post(':door/unlock'));
Req()(DoorsController.prototype, 'unlock', 0);

const access = AccessModule.forRoot({
  pdp,
  subject: ({ headers }) => personOf(headers.authorization)?.id,
  facts: ({ headers }) => factsOf(headers.authorization),
  denyUnannotated: true,
});

class AppModule {}
Module({ imports: [access], controllers: [DoorsController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
const baseUrl = `http://localhost:${port}`;
mountAuthzen(app, authzenPoint({ pdp, baseUrl, authenticate: clientOf }));
await app.listen(port, '127.0.0.1');
process.stdout.write(`listening on http://127.0.0.1:${app.getHttpServer().address().port}\n`);

/** What `@a @b method() {}` does. */
function decorate(owner, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(owner.prototype, name);
  for (const decorator of decorators) decorator(owner.prototype, name, descriptor);
}
