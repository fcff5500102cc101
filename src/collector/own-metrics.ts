import { KitError } from '../kit/errors.ts';
import { objectIn } from './json-line.ts';
import { type CollectorConfig, valueAt } from './model.ts';

/** A counter of a collector, in its own words less the prefix `otelcol_` and the suffix `_total`. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** One scrape of one collector. */
export interface Scrape {
  /** host:port, as it was asked for. */
  target: string;
  /** Whether it answered. */
  up: boolean;
  samples: readonly Sample[];
}

/** What a line of the probe's log says. */
export type ProbeLine =
  | { kind: 'scrape'; scrapes: readonly Scrape[] }
  /** Why a target did not answer. */
  | { kind: 'failure'; target: string; error: string }
  | { kind: 'other' };

/** The counters that the probe looks at; the collector of today has them without `_total`, others with it. */
const counters = [
  'process_uptime',
  'processor_tail_sampling_sampling_trace_dropped_too_early',
  'processor_tail_sampling_traces_dropped_too_large',
  'processor_tail_sampling_sampling_policy_evaluation_error',
  'processor_tail_sampling_new_trace_id_received',
  'processor_tail_sampling_global_count_traces_sampled',
  'processor_tail_sampling_count_traces_sampled',
  'receiver_accepted_spans',
  'receiver_refused_spans',
  'receiver_failed_spans',
  'exporter_sent_spans',
  'exporter_send_failed_spans',
  'exporter_enqueue_failed_spans',
];

/** Where a collector shows its own metrics when its config says nothing: https://opentelemetry.io/docs/collector/internal-telemetry/ */
const defaults = { host: 'localhost', port: 8888 };

/**
 * The port on which a collector shows its own metrics to other machines.
 * @param environment of its container, for `${env:NAME}` in the config
 * @throws KitError `metrics-unreachable` when it shows them to itself only, or not at all.
 */
export function metricsPort(config: CollectorConfig, environment: Readonly<Record<string, string>>): number {
  const expand = (value: unknown) => expanded(value, environment);
  if (expand(config.metrics['level']) === 'none') throw unreachable(config, 'their level is none');
  const { host, port } = listener(config, expand);
  if (['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)) {
    throw unreachable(config, `they are shown on ${host} only`);
  }
  if (Number.isInteger(port) && port > 0) return port;
  throw unreachable(config, 'their port cannot be told');
}

function listener(config: CollectorConfig, expand: (value: unknown) => string) {
  const address = config.metrics['address'];
  if (address !== undefined) {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(expand(address)) ?? [];
    return { host, port: Number(port) };
  }
  const readers = config.metrics['readers'];
  if (readers === undefined) return defaults;
  const pulls = Array.isArray(readers)
    ? readers.flatMap((reader) => valueAt(reader, 'pull', 'exporter', 'prometheus') ?? [])
    : [];
  if (pulls.length === 0) throw unreachable(config, 'no reader lets Prometheus pull them');
  const host = valueAt(pulls[0], 'host') ?? defaults.host;
  return { host: expand(host), port: Number(expand(valueAt(pulls[0], 'port') ?? defaults.port)) };
}

function expanded(value: unknown, environment: Readonly<Record<string, string>>): string {
  return String(value ?? '').replace(
    /\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, byDefault: string | undefined) => environment[name] ?? byDefault ?? '',
  );
}

/** A collector config, for `--config env:NAME`, that scrapes the targets and prints each scrape as one JSON line. */
export function probeConfig(targets: readonly string[], intervalSeconds: number): string {
  const job = {
    job_name: 'gateways',
    scrape_interval: `${intervalSeconds}s`,
    scrape_timeout: `${intervalSeconds}s`,
    static_configs: [{ targets }],
    metric_relabel_configs: [
      { source_labels: ['__name__'], regex: `otelcol_(${counters.join('|')}).*`, action: 'keep' },
    ],
  };
  return JSON.stringify({
    receivers: { prometheus: { config: { scrape_configs: [job] } } },
    exporters: { debug: { verbosity: 'normal' } },
    service: {
      telemetry: {
        logs: { level: 'info', encoding: 'json', sampling: { enabled: false } },
        // On the host network its own port would be taken by the instance's agent.
        metrics: { level: 'none' },
      },
      pipelines: { metrics: { receivers: ['prometheus'], exporters: ['debug'] } },
    },
  });
}

/** Reads one complete line of the probe's log. */
export function readProbeLine(line: string): ProbeLine {
  const entry = objectIn(line);
  const message = String(entry?.['msg'] ?? '');
  if (message.startsWith('ResourceMetrics #')) return { kind: 'scrape', scrapes: scrapesIn(message) };
  if (message.startsWith('Failed to scrape')) {
    const target = /instance="([^"]+)"/.exec(String(entry?.['target_labels']))?.[1] ?? '';
    return { kind: 'failure', target, error: String(entry?.['error'] ?? '') };
  }
  return { kind: 'other' };
}

// As the debug exporter's normal verbosity prints a data point: name, attributes, value.
const row = /^(?:otelcol_)?(\w+)\{(.*)\} (\S+)$/;

function scrapesIn(message: string): Scrape[] {
  const scrapes: (Scrape & { samples: Sample[] })[] = [];
  for (const line of message.split('\n')) {
    if (line.startsWith('ResourceMetrics #')) {
      const target = /(?:^| )service\.instance\.id=(\S+)/.exec(line)?.[1] ?? '';
      scrapes.push({ target, up: false, samples: [] });
      continue;
    }
    const [, name = '', labels = '', value] = row.exec(line) ?? [];
    const scrape = scrapes.at(-1);
    if (scrape === undefined || value === undefined) continue;
    if (name === 'up') scrape.up = Number(value) === 1;
    const known = counters.find((counter) => name === counter || name.startsWith(`${counter}_`));
    if (known === undefined || Number.isNaN(Number(value))) continue;
    scrape.samples.push({ name: known, labels: labelsIn(labels), value: Number(value) });
  }
  return scrapes;
}

/** `policy=errors,sampled=true`; a comma inside a value stays with it. */
function labelsIn(text: string): Record<string, string> {
  const pairs = text === '' ? [] : text.split(/,\s*(?=[\w.]+=)/);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function unreachable(config: CollectorConfig, reason: string): KitError {
  return new KitError(`the gateways' own metrics cannot be read: ${reason} (config ${config.name})`, {
    code: 'metrics-unreachable',
    source: 'user',
    hint: 'give service.telemetry.metrics a pull reader with prometheus host 0.0.0.0, as configs/sampling-config.yaml does',
  });
}
