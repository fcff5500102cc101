import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What the backend stand-in writes, by signal; one OTLP JSON request per line. */
export const backendFiles = { traces: 'traces.jsonl', logs: 'logs.jsonl', metrics: 'metrics.jsonl' } as const;

export type Attributes = Record<string, string>;

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  resource: Attributes;
  attributes: Attributes;
}

export interface ReceivedLog {
  body: string;
  resource: Attributes;
  attributes: Attributes;
}

export interface ReceivedMetric {
  name: string;
  resource: Attributes;
  /** How many data points of it came in this request. */
  points: number;
}

/** @param directory the backend stand-in's folder: LOCAL_BACKEND_DIR */
export function readTraces(directory: string): Promise<ReceivedSpan[]> {
  return collect(path.join(directory, backendFiles.traces), (request) =>
    groups(request, 'resourceSpans', 'scopeSpans', 'spans').map(({ item, resource }) => ({
      traceId: text(item['traceId']),
      spanId: text(item['spanId']),
      parentSpanId: text(item['parentSpanId']),
      name: text(item['name']),
      resource,
      attributes: attributes(item),
    })),
  );
}

export function readLogs(directory: string): Promise<ReceivedLog[]> {
  return collect(path.join(directory, backendFiles.logs), (request) =>
    groups(request, 'resourceLogs', 'scopeLogs', 'logRecords').map(({ item, resource }) => ({
      body: value(item['body']),
      resource,
      attributes: attributes(item),
    })),
  );
}

export function readMetrics(directory: string): Promise<ReceivedMetric[]> {
  return collect(path.join(directory, backendFiles.metrics), (request) =>
    groups(request, 'resourceMetrics', 'scopeMetrics', 'metrics').map(({ item, resource }) => ({
      name: text(item['name']),
      resource,
      points: pointCount(item),
    })),
  );
}

/** The distinct traces whose resource carries `verify.run` = run. */
export async function deliveredTraces(directory: string, run: string): Promise<Set<string>> {
  const spans = await readTraces(directory);
  return new Set(spans.filter((span) => span.resource['verify.run'] === run).map((span) => span.traceId));
}

type Json = Record<string, unknown>;

async function collect<T>(file: string, read: (request: Json) => T[]): Promise<T[]> {
  const found: T[] = [];
  // A last line that is still being written does not parse yet; only complete lines count.
  let previous: string | undefined;
  const take = (line: string) => {
    if (line !== '') found.push(...read(JSON.parse(line) as Json));
  };
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    if (previous !== undefined) take(previous);
    previous = line;
  }
  if (previous !== undefined && isComplete(previous)) take(previous);
  return found;
}

function isComplete(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The items of an OTLP request with the resource each belongs to. https://opentelemetry.io/docs/specs/otlp/ */
function groups(
  request: Json,
  resources: string,
  scopes: string,
  items: string,
): { item: Json; resource: Attributes }[] {
  return list(request[resources]).flatMap((group) => {
    const resource = attributes((group['resource'] ?? {}) as Json);
    return list(group[scopes]).flatMap((scope) => list(scope[items]).map((item) => ({ item, resource })));
  });
}

function attributes(holder: Json): Attributes {
  return Object.fromEntries(
    list(holder['attributes']).map((entry) => [text(entry['key']), value(entry['value'])]),
  );
}

/** An OTLP AnyValue as text; lists and maps as JSON. */
function value(any: unknown): string {
  const entries = Object.entries((any ?? {}) as Json);
  const [kind, content] = entries[0] ?? [];
  if (kind === undefined) return '';
  return typeof content === 'object' ? JSON.stringify(content) : String(content);
}

function pointCount(metric: Json): number {
  const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];
  return kinds.reduce((sum, kind) => sum + list(((metric[kind] ?? {}) as Json)['dataPoints']).length, 0);
}

function list(content: unknown): Json[] {
  return Array.isArray(content) ? (content as Json[]) : [];
}

function text(content: unknown): string {
  return typeof content === 'string' ? content : '';
}
