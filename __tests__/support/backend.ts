import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type RunningCollector, startCollector, temporaryFolder } from './collector.ts';

/** A collector in the place of Coralogix: it writes what it gets as OTLP JSON lines. */

interface AnyValue {
  stringValue?: string;
}
interface Attribute {
  key: string;
  value: AnyValue;
}
export type Attributes = Readonly<Record<string, string>>;

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  resource: Attributes;
}
export interface ReceivedLog {
  body: string;
  timeUnixNano: string;
  attributes: Attributes;
  resource: Attributes;
}
export interface ReceivedMetric {
  name: string;
  resource: Attributes;
  /** In the order of arrival; of a histogram the counts. */
  points: readonly ReceivedPoint[];
}
export interface ReceivedPoint {
  attributes: Attributes;
  value: number;
}

export interface Backend extends AsyncDisposable {
  port: number;
  /** Settings of the coralogix exporter that lead here instead of to ingress.DOMAIN. */
  overlay: object;
  spans(): ReceivedSpan[];
  logs(): ReceivedLog[];
  metrics(): ReceivedMetric[];
  /** Takes the backend away and brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** @param at where to listen; a free port on 127.0.0.1 unless said otherwise */
export async function startBackend(at: { host?: string; port?: number } = {}): Promise<Backend> {
  const folder = temporaryFolder();
  const host = at.host ?? '127.0.0.1';
  const port = at.port ?? (await freePort());
  const config = join(folder.path, 'backend.yaml');
  writeFileSync(config, backendConfig(`${host}:${port}`, folder.path));
  let collector: RunningCollector | undefined = await startCollector({ config });
  const stop = async () => {
    await collector?.stop();
    collector = undefined;
  };
  const endpoint = { endpoint: `${host}:${port}`, tls: { insecure: true } };
  const read = (signal: string) => readLines(join(folder.path, `${signal}.jsonl`));
  return {
    port,
    overlay: { traces: endpoint, logs: endpoint, metrics: endpoint },
    spans: () => spansOf(read('traces')),
    logs: () => logsOf(read('logs')),
    metrics: () => metricsOf(read('metrics')),
    stop,
    start: async () => {
      collector = await startCollector({ config });
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      folder[Symbol.dispose]();
    },
  };
}

function backendConfig(address: string, folder: string): string {
  const exporter = (signal: string) =>
    `  file/${signal}: { path: ${join(folder, `${signal}.jsonl`)}, append: true, flush_interval: 50ms }`;
  const pipeline = (signal: string) => `    ${signal}: { receivers: [otlp], exporters: [file/${signal}] }`;
  const signals = ['traces', 'logs', 'metrics'];
  return [
    `receivers: { otlp: { protocols: { grpc: { endpoint: '${address}', max_recv_msg_size_mib: 20 } } } }`,
    'exporters:',
    ...signals.map(exporter),
    'service:',
    '  telemetry: { metrics: { level: none } }',
    '  pipelines:',
    ...signals.map(pipeline),
  ].join('\n');
}

interface Batch {
  resourceSpans?: Resource<{ scopeSpans?: { spans?: { traceId: string; spanId: string }[] }[] }>[];
  resourceLogs?: Resource<{
    scopeLogs?: { logRecords?: { body?: AnyValue; timeUnixNano?: string; attributes?: Attribute[] }[] }[];
  }>[];
  resourceMetrics?: Resource<{ scopeMetrics?: { metrics?: Metric[] }[] }>[];
}
type Metric = { name: string } & { [kind in 'gauge' | 'sum' | 'histogram']?: { dataPoints?: DataPoint[] } };
interface DataPoint {
  attributes?: Attribute[];
  asInt?: string;
  asDouble?: number;
  count?: string;
}
type Resource<T> = T & { resource?: { attributes?: Attribute[] } };

function readLines(path: string): Batch[] {
  if (!existsSync(path)) return [];
  const complete = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return complete.map((line) => JSON.parse(line) as Batch);
}

function spansOf(batches: readonly Batch[]): ReceivedSpan[] {
  return batches
    .flatMap((batch) => batch.resourceSpans ?? [])
    .flatMap((group) => {
      const resource = attributesOf(group.resource?.attributes);
      const spans = (group.scopeSpans ?? []).flatMap((scope) => scope.spans ?? []);
      return spans.map(({ traceId, spanId }) => ({ traceId, spanId, resource }));
    });
}

function logsOf(batches: readonly Batch[]): ReceivedLog[] {
  return batches
    .flatMap((batch) => batch.resourceLogs ?? [])
    .flatMap((group) => {
      const resource = attributesOf(group.resource?.attributes);
      const records = (group.scopeLogs ?? []).flatMap((scope) => scope.logRecords ?? []);
      return records.map((record) => ({
        body: record.body?.stringValue ?? '',
        timeUnixNano: record.timeUnixNano ?? '',
        attributes: attributesOf(record.attributes),
        resource,
      }));
    });
}

/** Metrics in OTLP JSON lines. */
export function metricsIn(lines: readonly string[]): ReceivedMetric[] {
  return metricsOf(lines.map((line) => JSON.parse(line) as Batch));
}

function metricsOf(batches: readonly Batch[]): ReceivedMetric[] {
  return batches
    .flatMap((batch) => batch.resourceMetrics ?? [])
    .flatMap((group) => {
      const resource = attributesOf(group.resource?.attributes);
      const metrics = (group.scopeMetrics ?? []).flatMap((scope) => scope.metrics ?? []);
      return metrics.map((metric) => ({ name: metric.name, resource, points: pointsOf(metric) }));
    });
}

function pointsOf({ gauge, sum, histogram }: Metric): ReceivedPoint[] {
  return ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map((point) => ({
    attributes: attributesOf(point.attributes),
    value: Number(point.asInt ?? point.asDouble ?? point.count),
  }));
}

function attributesOf(list: readonly Attribute[] = []): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? JSON.stringify(value)]));
}
