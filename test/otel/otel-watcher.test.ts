/** What OpenTelemetry's own SDK is told of decisions, and what it is not. */
import {
  type ContextManager,
  context,
  type Meter,
  metrics,
  ROOT_CONTEXT,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import { otelWatcher } from '../../src/adapters/for-otel.js';
import { accessGuard } from '../../src/adapters/guard/guard.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import type { DecisionTold } from '../../src/adapters/pdp/telling.js';
import { contractPdp, NOON } from '../frameworks/service.js';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** The SDK with exporters in memory. */
function telemetry() {
  const spans = new InMemorySpanExporter();
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  // Exports when it is told to; the interval is longer than any test.
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const metering = new MeterProvider({ readers: [reader] });
  ending.push(
    () => metering.shutdown(),
    () => tracing.shutdown(),
  );
  const tracer = tracing.getTracer('test');
  const meter = metering.getMeter('test');
  /** Every point of every metric, by the metric's name. */
  const points = async () => {
    exporter.reset();
    await metering.forceFlush();
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return Object.fromEntries(
      found
        .flatMap((scope) => scope.metrics)
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          {
            unit: descriptor.unit,
            points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
          },
        ]),
    );
  };
  return { tracer, meter, spans, points };
}

/** Somebody asks for a door by a guard that the watcher watches. */
async function ask(
  watcher: ReturnType<typeof otelWatcher>,
  user: string,
  door: string,
  parts: { readonly pdp?: Pdp; readonly action?: string; readonly type?: string } = {},
) {
  const { pdp = contractPdp(), action = 'unlock', type = 'door' } = parts;
  const guard = accessGuard({ pdp, subject: () => user, now: () => NOON, watcher }, 'test');
  const verdict = await guard({}, { action, resource: () => ({ type, id: door }) });
  return verdict.kind;
}

describe('a decision', () => {
  test('is a span with the door, counted and timed without it', async () => {
    const { tracer, meter, spans, points } = telemetry();
    const watcher = otelWatcher({ tracer, meter });
    expect(await ask(watcher, 'ada', 'front')).toBe('permit');
    expect(await ask(watcher, 'ada', 'front')).toBe('permit');
    expect(await ask(watcher, 'bob', 'front')).toBe('refusal');
    const granted = { 'access.decision': true, 'access.reason': 'granted', 'access.via': 'test' };
    const refused = {
      'access.decision': false,
      'access.reason': 'no_access_right',
      'access.via': 'test',
    };
    const asked = {
      'access.action': 'unlock',
      'access.resource.type': 'door',
      'access.door.id': 'front',
    };
    const finished = spans.getFinishedSpans();
    expect(finished.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['access.decide', { ...granted, ...asked }],
      ['access.decide', { ...granted, ...asked }],
      ['access.decide', { ...refused, ...asked }],
    ]);
    const told = await points();
    expect(told['access.decisions']).toEqual({
      unit: '{decision}',
      points: [
        { attributes: granted, value: 2 },
        { attributes: refused, value: 1 },
      ],
    });
    expect(told['access.decide.duration']).toMatchObject({
      unit: 's',
      points: [
        { attributes: granted, value: { count: 2 } },
        { attributes: refused, value: { count: 1 } },
      ],
    });
    expect(JSON.stringify([finished.map(({ attributes }) => attributes), told])).not.toMatch(
      /ada|bob/u,
    );
  });

  test('lasts as long in its span as it took, and ends when it was told', () => {
    const { tracer, meter, spans } = telemetry();
    const watcher = otelWatcher({ tracer, meter, now: () => NOON });
    watcher.decided?.(told({ milliseconds: 1500.25 }));
    const [span] = spans.getFinishedSpans();
    expect(span?.duration).toEqual([1, 500_250_000]);
    expect(span?.endTime).toEqual([NOON / 1000, 0]);
  });

  test('belongs to the trace in which it was made', () => {
    const { tracer, meter, spans } = telemetry();
    const parent = tracer.startSpan('request');
    const active = trace.setSpan(ROOT_CONTEXT, parent);
    const manager: ContextManager = {
      active: () => active,
      with: (_, work, thisArg, ...args) => work.call(thisArg, ...args),
      bind: (_, target) => target,
      enable: () => manager,
      disable: () => manager,
    };
    context.setGlobalContextManager(manager);
    ending.push(async () => context.disable());
    otelWatcher({ tracer, meter }).decided?.(told());
    const [span] = spans.getFinishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });
});

describe('words of a stranger are in no span and no label:', () => {
  const MAIL = 'eve@example.com';
  const stale: Pdp = {
    ...contractPdp(),
    local: () => {
      const view = contractPdp().local();
      if (!view.ok) return view;
      const at = { type: 'door', id: MAIL };
      const told = {
        reason: 'stale' as const,
        reasons: [{ code: 'stale' as const, at }],
        grants: [],
        revision: 0,
      };
      return {
        ok: true,
        value: { ...view.value, decide: () => ({ decision: false, context: told }) },
      };
    },
  };
  test.each([
    ['a door nobody knows', 'resource_unknown', MAIL, {}],
    ['an action nobody knows', 'action_unknown', 'front', { action: MAIL }],
    ['a type nobody knows', 'action_unknown', MAIL, { type: MAIL }],
    ['a door that is not looked up', 'stale', MAIL, { pdp: stale }],
  ])('%s', async (_, reason, door, parts) => {
    const { tracer, meter, spans, points } = telemetry();
    await ask(otelWatcher({ tracer, meter }), 'ada', door, parts);
    const attributes = spans.getFinishedSpans().map((span) => span.attributes);
    expect(attributes).toEqual([
      { 'access.decision': false, 'access.reason': reason, 'access.via': 'test' },
    ]);
    expect(JSON.stringify([attributes, await points()])).not.toContain(MAIL);
  });

  test('a person asked about, who is known', async () => {
    const { tracer, meter, spans, points } = telemetry();
    const watcher = otelWatcher({ tracer, meter });
    watcher.decided?.(told({ action: 'view', resource: { type: 'user', id: MAIL } }));
    const attributes = spans.getFinishedSpans().map((span) => span.attributes);
    expect(attributes).toMatchObject([{ 'access.resource.type': 'user' }]);
    expect(JSON.stringify([attributes, await points()])).not.toContain(MAIL);
  });

  test('a reason that is none, and a method that is none', async () => {
    const { tracer, meter, spans, points } = telemetry();
    const watcher = otelWatcher({ tracer, meter });
    const { decided } = told();
    const strange = { ...decided, context: { ...decided.context, reason: MAIL as 'granted' } };
    watcher.decided?.(told({ decided: strange }));
    watcher.exchanged?.({ route: '/x', method: MAIL, status: 400, milliseconds: 2 });
    const all = await points();
    expect(all['access.decisions']?.points[0]?.attributes['access.reason']).toBe('other');
    expect(all['access.exchange.duration']?.points).toMatchObject([
      {
        attributes: {
          'http.route': '/x',
          'http.request.method': '_OTHER',
          'http.response.status_code': 400,
        },
        value: { count: 1, sum: 0.002 },
      },
    ]);
    expect(
      JSON.stringify([spans.getFinishedSpans().map((span) => span.attributes), all]),
    ).not.toContain(MAIL);
  });
});

describe('an SDK', () => {
  const fail = (): never => {
    throw new Error('no collector');
  };

  test('that throws at every turn changes no decision, and one broken part stops no other', async () => {
    const { tracer, meter, spans, points } = telemetry();
    const broken = { startSpan: fail } as unknown as Tracer;
    const instrument = { add: fail, record: fail };
    const brokenMeter = {
      createCounter: () => instrument,
      createHistogram: () => instrument,
    } as unknown as Meter;
    for (const watcher of [
      otelWatcher({ tracer: broken, meter: brokenMeter }),
      otelWatcher({ tracer: broken, meter }),
      otelWatcher({ tracer, meter: brokenMeter }),
      otelWatcher({ tracer, meter, now: fail }),
    ]) {
      expect(await ask(watcher, 'ada', 'front')).toBe('permit');
      expect(await ask(watcher, 'bob', 'front')).toBe('refusal');
      expect(() => watcher.decided?.(told())).not.toThrow();
      expect(() =>
        watcher.exchanged?.({ route: '/', method: 'GET', status: 200, milliseconds: 1 }),
      ).not.toThrow();
    }
    expect(spans.getFinishedSpans()).toHaveLength(3);
    const counted = (await points())['access.decisions']?.points.map(({ value }) => value);
    expect(counted).toEqual([4, 2]);
  });

  test('that is not there is no matter: the API does nothing', async () => {
    expect(await ask(otelWatcher(), 'ada', 'front')).toBe('permit');
    expect(await ask(otelWatcher(), 'bob', 'front')).toBe('refusal');
  });

  test('that is registered is found without being handed over', async () => {
    const { spans, points } = telemetry();
    const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    trace.setGlobalTracerProvider(tracing);
    ending.push(
      async () => trace.disable(),
      async () => metrics.disable(),
    );
    await ask(otelWatcher(), 'ada', 'front');
    expect(
      spans.getFinishedSpans().map(({ instrumentationScope }) => instrumentationScope.name),
    ).toEqual(['doorwright']);
    expect(await points()).toEqual({});
  });
});

function told(parts: Partial<DecisionTold> = {}): DecisionTold {
  return {
    action: 'unlock',
    resource: { type: 'door', id: 'front' },
    decided: {
      decision: true,
      context: { reason: 'granted', reasons: [], grants: ['a'], revision: 0 },
    },
    milliseconds: 0.05,
    via: 'test',
    ...parts,
  };
}
