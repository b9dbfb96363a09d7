/** The contract's service as an application of Nest, on Express as its platform. */
import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import {
  AccessModule,
  mountAuthzen,
  type NestRequest,
  RequireAccess,
  RequireDoor,
} from '../../src/adapters/for-nestjs.js';
import { answerOf, type Running, type Service } from '../frameworks/service.js';
import { listening, method, parameter, type } from './application.js';

/** Starts it. */
export async function startNest(service: Service): Promise<Running> {
  const { facts, subject, remember, ran, report, point, ...settings } = service;
  const header = (request: NestRequest) => (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const access = AccessModule.forRoot({
    ...settings,
    subject: (request) => subject(header(request)),
    facts: (request) => facts(header(request)),
  });
  class Doors {
    open() {
      return 'open';
    }
    echo({ word }: { word: string }) {
      return word;
    }
    show(request: NestRequest) {
      ran(request.access);
      return answerOf(request.access);
    }
    unlock(request: NestRequest) {
      return this.show(request);
    }
    report(request: NestRequest) {
      return this.show(request);
    }
  }
  type(Doors, [Controller()]);
  method(Doors, 'open', [Get('open')]);
  method(Doors, 'echo', [Post('echo'), HttpCode(200)]);
  method(Doors, 'show', [Get('doors/:door'), RequireDoor('door', { remember })]);
  method(Doors, 'unlock', [
    Post('doors/:door/unlock'),
    HttpCode(200),
    RequireDoor('door', { remember }),
  ]);
  const resource = (request: NestRequest) => report(header(request));
  method(Doors, 'report', [Post('reports'), HttpCode(200), RequireAccess({ resource })]);
  parameter(Doors, 'echo', 0, Body());
  for (const name of ['show', 'unlock', 'report'] as const) parameter(Doors, name, 0, Req());
  return listening({ imports: [access], controllers: [Doors] }, (app) => {
    if (point !== undefined) mountAuthzen(app, point);
  });
}
