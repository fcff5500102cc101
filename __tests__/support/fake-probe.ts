import type { Behaviour, FakeTrace } from './fake-collectors.ts';
import type { FakeLogs } from './fake-logs.ts';

interface Event {
  gateway: string;
  series: string;
  at: number;
  value: number;
}

const decisionMilliseconds = 11_000;

/** The gateways' own counters, and the log of a probe that scrapes them every two seconds. */
export class FakeProbe {
  readonly #logs: FakeLogs;
  readonly #events: Event[] = [];
  readonly #restarts = new Map<string, number>();
  #run: { stream: string; startedAt: number; targets: Map<string, string>; printed: number } | undefined;
  /** Gateways that do not answer, from then on. */
  readonly deaf = new Map<string, number>();
  /** When the probe's own task ends by itself. */
  endsAt = Number.POSITIVE_INFINITY;
  /** From printing to being readable. */
  lagMilliseconds = 4000;

  constructor(logs: FakeLogs) {
    this.#logs = logs;
    logs.beforePage = (now) => this.#scrapeUpTo(now);
  }

  /** @param series as a collector shows it: `exporter_sent_spans{exporter=coralogix}` */
  count(gateway: string, series: string, at: number, value = 1): void {
    this.#events.push({ gateway, series, at, value });
  }

  /** A gateway that begins again at nought. */
  restart(gateway: string, at: number): void {
    this.#restarts.set(gateway, at);
  }

  /** What the counters gain by one trace. */
  countTrace(trace: FakeTrace, gateways: readonly string[], behaviour: Behaviour): void {
    const targets = behaviour.route(trace, gateways).filter((gateway) => gateway !== '');
    for (const gateway of targets) this.count(gateway, 'receiver_accepted_spans{receiver=otlp}', trace.at);
    const isKept = behaviour.isKept(trace);
    for (const gateway of new Set(targets)) {
      const at = trace.at + decisionMilliseconds;
      const spans = targets.filter((target) => target === gateway).length;
      this.count(gateway, 'processor_tail_sampling_new_trace_id_received{}', trace.at);
      this.count(gateway, `processor_tail_sampling_global_count_traces_sampled{sampled=${isKept}}`, at);
      if (isKept) this.count(gateway, 'exporter_sent_spans{exporter=coralogix}', at + 1000, spans);
    }
  }

  /** @param config the collector config that the task is given */
  start(stream: string, startedAt: number, config: string, gatewayOf: (target: string) => string): void {
    const targets = [...config.matchAll(/\d+\.\d+\.\d+\.\d+:\d+/g)].map(([target]) => target);
    this.#run = {
      stream,
      startedAt,
      targets: new Map(targets.map((target) => [target, gatewayOf(target)])),
      printed: 0,
    };
    this.#say(startedAt, { msg: 'Starting otelcol...' });
  }

  #scrapeUpTo(now: number): void {
    const run = this.#run;
    if (run === undefined) return;
    for (;;) {
      const at = run.startedAt + 5000 + run.printed * 2000;
      if (at > Math.min(now, this.endsAt)) return;
      run.printed += 1;
      for (const [target, gateway] of run.targets) this.#scrape(target, gateway, at);
    }
  }

  #scrape(target: string, gateway: string, at: number): void {
    const up = at < (this.deaf.get(gateway) ?? Number.POSITIVE_INFINITY);
    const head = `ResourceMetrics #0 service.name=gateways service.instance.id=${target} url.scheme=http\nScopeMetrics #0 x\n`;
    const rows = up ? this.#rows(gateway, at) : [];
    if (!up) {
      const target_labels = `{__name__="up", instance="${target}", job="gateways"}`;
      this.#say(at, {
        msg: 'Failed to scrape Prometheus endpoint',
        error: 'connection refused',
        target_labels,
      });
    }
    this.#say(at, { msg: `${head}up{} ${up ? 1 : 0}\n${rows.map((line) => `otelcol_${line}\n`).join('')}` });
  }

  #rows(gateway: string, at: number): string[] {
    const restartedAt = this.#restarts.get(gateway);
    const since = restartedAt !== undefined && at >= restartedAt ? restartedAt : 0;
    const sums = new Map<string, number>([['process_uptime{}', (at - since) / 1000]]);
    for (const event of this.#events) {
      if (event.gateway !== gateway || event.at > at || event.at < since) continue;
      sums.set(event.series, (sums.get(event.series) ?? 0) + event.value);
    }
    return [...sums].map(([series, value]) => `${series} ${value}`);
  }

  #say(at: number, fields: object): void {
    this.#logs.write('/ecs/telemetrygen', this.#run?.stream ?? '', {
      timestamp: at,
      lag: this.lagMilliseconds,
      message: JSON.stringify({ level: 'info', ...fields }),
    });
  }
}
