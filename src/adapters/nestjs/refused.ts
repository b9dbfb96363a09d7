/** A refusal as Nest knows refusals: an exception, and the filter that sends it whole. */
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Refusal } from '../guard/refusal.js';

/** Thrown instead of running a handler. A filter of your own may catch it; then it sends the headers, too. */
export class AccessRefusedException extends HttpException {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.problem, refusal.status);
    this.refusal = refusal;
  }
}

/** Sends a refusal as the problem it is, with its headers. `AccessModule` registers it. */
export class AccessRefusedFilter implements ExceptionFilter<AccessRefusedException> {
  readonly #host: HttpAdapterHost;

  constructor(host: HttpAdapterHost) {
    this.#host = host;
  }

  catch({ refusal }: AccessRefusedException, host: ArgumentsHost): void {
    const { httpAdapter } = this.#host;
    const response: unknown = host.switchToHttp().getResponse();
    // A reply that was begun meanwhile, by a timeout say, ends the request as well.
    if (httpAdapter.isHeadersSent(response)) return;
    for (const [name, value] of Object.entries(refusal.headers)) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, JSON.stringify(refusal.problem), refusal.status);
  }
}

Inject(HttpAdapterHost)(AccessRefusedFilter, undefined, 0);
Catch(AccessRefusedException)(AccessRefusedFilter);
