import { createHash } from 'node:crypto';
import type { FakeLogs } from './fake-logs.ts';

export const gatewayGroup = '/ecs/otel-gateway';

/** One trace on its way through the gateways. */
export interface FakeTrace {
  run: string;
  cohort: string;
  instance: string;
  /** Counts from 0 within its generator. */
  index: number;
  /** When it arrives, milliseconds since the epoch. */
  at: number;
}

/** How the gateways behave; a test replaces what it wants to go wrong. */
export interface Behaviour {
  /** The gateways that each of the two spans goes to; an empty string loses it. */
  route(trace: FakeTrace, gateways: readonly string[]): [string, string];
  isKept(trace: FakeTrace): boolean;
  /** How many times the tap prints a span that is kept. */
  prints: number;
  /** From printing to being readable. */
  lagMilliseconds: number;
  /** How far the instances' clocks are ahead of ours. */
  skewMilliseconds: number;
}

/** What a healthy pair of gateways does with a quarter of `normal` and all of `errors`. */
export const healthy: Behaviour = {
  route(trace, gateways) {
    const gateway = gateways[trace.index % gateways.length] ?? '';
    return [gateway, gateway];
  },
  isKept: ({ cohort, index }) => cohort === 'errors' || index % 4 === 0,
  prints: 1,
  lagMilliseconds: 6000,
  skewMilliseconds: 0,
};

const decisionMilliseconds = 11_000;

/** Writes the gateways' log lines for a trace, in the shape of the real collector's. */
export function passThrough(
  logs: FakeLogs,
  gateways: readonly string[],
  trace: FakeTrace,
  behaviour: Behaviour,
) {
  const targets = behaviour.route(trace, gateways);
  const skew = behaviour.skewMilliseconds;
  const lag = behaviour.lagMilliseconds - skew;
  for (const [span, gateway] of targets.entries()) {
    if (gateway === '') continue;
    printSpan(logs, gateway, trace, { point: 'arrived', span, at: trace.at + skew, lag });
    if (!behaviour.isKept(trace)) continue;
    for (let time = 0; time < behaviour.prints; time += 1) {
      const at = trace.at + decisionMilliseconds + time + skew;
      printSpan(logs, gateway, trace, { point: 'kept', span, at, lag });
    }
  }
}

interface Print {
  point: 'arrived' | 'kept';
  span: number;
  at: number;
  lag: number;
}

function printSpan(logs: FakeLogs, gateway: string, trace: FakeTrace, { point, span, at, lag }: Print): void {
  const component = `debug/tap-${point}`;
  const id = createHash('sha256')
    .update(`${trace.run} ${trace.cohort} ${trace.instance} ${trace.index}`)
    .digest('hex');
  const attributes = `verify.cohort=${trace.cohort} verify.instance=${trace.instance} verify.run=${trace.run}`;
  const row = `lets-go ${id.slice(0, 32)} ${id.slice(32 + span * 16, 48 + span * 16)}`;
  sayAs(
    logs,
    gateway,
    { at, lag },
    { msg: 'Traces', 'otelcol.component.id': component, 'resource spans': 1, spans: 1 },
  );
  const msg = `ResourceTraces #0 ${attributes}\nScopeTraces #0 telemetrygen\n${row}\n`;
  sayAs(logs, gateway, { at, lag }, { msg, 'otelcol.component.id': component });
}

/** Any line of a gateway. */
export function sayAs(
  logs: FakeLogs,
  gateway: string,
  when: { at: number; lag?: number },
  fields: object,
): void {
  logs.write(gatewayGroup, `ecs/otel-collector/${gateway}`, {
    timestamp: when.at,
    lag: when.lag ?? 0,
    message: JSON.stringify({ level: 'info', ts: new Date(when.at).toISOString(), ...fields }),
  });
}
