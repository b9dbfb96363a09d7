/** Decisions for services, jobs and handlers that ask by themselves. */
import { Inject, Injectable } from '@nestjs/common';
import type { AccessRequest, Entity } from '../../engine/request.js';
import type { HostFacts } from '../guard/guard.js';
import { tellDecision, withinSpan } from '../guard/telling.js';
import type { PdpRefusalCode, ServedDecision } from '../pdp/pdp.js';
import { ACCESS_OPTIONS, type AccessModuleOptions } from './options.js';

/** A question without its time, which comes from the module's clock. */
export interface AccessQuestion {
  readonly subject: Entity;
  /** Default: `unlock`. */
  readonly action?: string;
  readonly resource: Entity;
  /** What the host knows; a `time` among them is not heard. */
  readonly facts?: HostFacts;
}

/** Asks the module's decision point by what this process knows. Inject it wherever a decision is needed. */
export class AccessService {
  readonly #options: AccessModuleOptions;

  constructor(options: AccessModuleOptions) {
    this.#options = options;
  }

  /**
   * The decision and its reasons; a refusal `stale` or `not_ready` where there is nothing to decide by.
   * @throws RequestError for a malformed question, and what the decision point or the clock throws.
   */
  decide(question: AccessQuestion): ServedDecision {
    const { pdp, now = Date.now, watcher } = this.#options;
    const { subject, action = 'unlock', resource, facts } = question;
    const view = pdp.local();
    if (!view.ok) return this.#refusal(resource, view.code === 'stale' ? 'stale' : 'not_ready');
    const context = { ...facts, time: now() };
    const request: AccessRequest = { subject, action: { name: action }, resource, context };
    const started = performance.now();
    const decided = withinSpan(watcher, () => view.value.decide(request));
    const milliseconds = performance.now() - started;
    // A decision point in plain JavaScript may answer with anything; only a decision decides.
    if (typeof decided?.decision !== 'boolean') throw new TypeError('not a decision');
    tellDecision(watcher, { action, resource, decided, milliseconds, via: 'nestjs' });
    return decided;
  }

  /** Whether it is permitted. @throws as `decide` */
  check(question: AccessQuestion): boolean {
    return this.decide(question).decision;
  }

  #refusal({ type, id }: Entity, code: PdpRefusalCode): ServedDecision {
    const reasons = [{ code, at: { type, id } }];
    const revision = this.#options.pdp.status().revision ?? 0;
    return { decision: false, context: { reason: code, reasons, grants: [], revision } };
  }
}

Inject(ACCESS_OPTIONS)(AccessService, undefined, 0);
Injectable()(AccessService);
