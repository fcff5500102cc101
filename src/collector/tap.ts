import { objectIn } from './json-line.ts';
import type { CollectorConfig, Pipeline } from './model.ts';
import { isOfType, valueAt } from './model.ts';

/**
 * The tap: two side pipelines of a gateway's config that print the spans of verification runs, one
 * before and one after tail sampling.
 *
 *   otlp ─┬─ … tail_sampling ─┬─ coralogix
 *         │                   └─ forward/tap ─ filter/tap ─ batch/tap ─ debug/tap-kept
 *         └─ filter/tap ─ batch/tap ─ debug/tap-arrived
 */
export const tapNames = {
  filter: 'filter/tap',
  connector: 'forward/tap',
  arrived: 'debug/tap-arrived',
  kept: 'debug/tap-kept',
} as const;

/** Resource attributes that a verification run sets on its traces. */
export const tapAttributes = {
  run: 'verify.run',
  cohort: 'verify.cohort',
  instance: 'verify.instance',
} as const;

/** Where in the gateway a span was seen. */
export type TapPoint = 'arrived' | 'kept';

export interface TapSpan {
  traceId: string;
  spanId: string;
}

/** The spans of one resource in a printed batch. */
export interface TapBlock {
  run: string;
  cohort: string;
  instance: string;
  spans: readonly TapSpan[];
}

/** What a complete line of a gateway's log says. */
export type GatewayLine =
  /** A batch of the tap, span by span. */
  | { kind: 'spans'; point: TapPoint; blocks: readonly TapBlock[] }
  /** The line before it: how many spans the batch has. Subject to the collector's log sampling. */
  | { kind: 'count'; point: TapPoint; spans: number }
  /** Anything else the collector logs. */
  | { kind: 'log'; level: string; message: string; error: string; component: string }
  /** A line that belongs to the tap and cannot be understood, so that counts would be wrong. */
  | { kind: 'unreadable'; reason: string }
  /** Not a JSON object: a crash, or a piece of a line. */
  | { kind: 'text' };

const points: Readonly<Record<string, TapPoint>> = {
  [tapNames.arrived]: 'arrived',
  [tapNames.kept]: 'kept',
};

/** Reads one complete line of a gateway's log. */
export function readGatewayLine(line: string): GatewayLine {
  const entry = objectIn(line);
  if (entry === undefined) return { kind: 'text' };
  const component = text(entry['otelcol.component.id']);
  const message = text(entry['msg']);
  const point = points[component];
  if (point !== undefined && message.startsWith('ResourceTraces #')) return readBatch(point, message);
  if (point !== undefined && message === 'Traces') {
    const spans = entry['spans'];
    if (typeof spans === 'number') return { kind: 'count', point, spans };
    return { kind: 'unreadable', reason: 'a batch is announced without its number of spans' };
  }
  return { kind: 'log', level: text(entry['level']), message, error: text(entry['error']), component };
}

/** Whether a piece of text is the start of a line of the tap; for lines that arrive cut. */
export function looksLikeTap(piece: string): boolean {
  return piece.includes('"msg":"ResourceTraces #');
}

/** What a gateway config lacks of the tap, each as a sentence; empty when it has all of it. */
export function missingFromTap(config: CollectorConfig): string[] {
  const missing: string[] = [];
  const pipelines = Object.entries(config.pipelines).filter(([id]) => isOfType(id, 'traces'));
  const all = pipelines.map(([, pipeline]) => pipeline);
  const sampling = all.filter((pipeline) => pipeline.processors.some((id) => isOfType(id, 'tail_sampling')));
  if (sampling.length === 0) missing.push('no traces pipeline has a tail_sampling processor');
  for (const exporter of [tapNames.arrived, tapNames.kept]) {
    if (valueAt(config.exporters, exporter, 'verbosity') !== 'normal') {
      missing.push(`exporter ${exporter} is not there with verbosity normal`);
    }
  }
  missing.push(...missingBefore(all, sampling), ...missingAfter(all, sampling), ...missingLogs(config));
  return missing;
}

/** Whether the collector leaves out lines that are too much alike: its default is all after ten in ten seconds. */
export function samplesItsLog(config: CollectorConfig): boolean {
  return valueAt(config.logs, 'sampling', 'enabled') !== false;
}

function missingBefore(all: readonly Pipeline[], sampling: readonly Pipeline[]): string[] {
  const tap = all.find((pipeline) => pipeline.exporters.includes(tapNames.arrived));
  if (tap === undefined) return [`no pipeline ends in ${tapNames.arrived}`];
  return sampling
    .flatMap((pipeline) => pipeline.receivers)
    .filter((receiver) => !tap.receivers.includes(receiver))
    .map((receiver) => `the pipeline of ${tapNames.arrived} does not read receiver ${receiver}`);
}

function missingAfter(all: readonly Pipeline[], sampling: readonly Pipeline[]): string[] {
  const missing: string[] = [];
  const tap = all.find((pipeline) => pipeline.exporters.includes(tapNames.kept));
  if (!tap?.receivers.includes(tapNames.connector)) {
    missing.push(`no pipeline leads from ${tapNames.connector} to ${tapNames.kept}`);
  }
  if (!sampling.every((pipeline) => pipeline.exporters.includes(tapNames.connector))) {
    missing.push(`a sampling pipeline does not export to ${tapNames.connector}`);
  }
  return missing;
}

function missingLogs(config: CollectorConfig): string[] {
  const missing: string[] = [];
  if (config.logs['encoding'] !== 'json') missing.push('service.telemetry.logs.encoding is not json');
  const level = text(config.logs['level'] ?? 'info').toLowerCase();
  if (level !== 'info' && level !== 'debug')
    missing.push(`service.telemetry.logs.level is ${level}, not info`);
  return missing;
}

// A span's row, as the debug exporter's normal verbosity prints it: name, trace id, span id, attributes.
const spanRow = /^.*? ([0-9a-f]{32}) ([0-9a-f]{16})(?: |$)/;

function readBatch(point: TapPoint, message: string): GatewayLine {
  const blocks: (TapBlock & { spans: TapSpan[] })[] = [];
  for (const row of message.split('\n')) {
    if (row === '' || row.startsWith('ScopeTraces #')) continue;
    if (row.startsWith('ResourceTraces #')) {
      blocks.push({ ...attributesOf(row), spans: [] });
      continue;
    }
    const [, traceId, spanId] = spanRow.exec(row) ?? [];
    if (traceId === undefined || spanId === undefined) {
      return { kind: 'unreadable', reason: `a row of the tap is no span: ${row.slice(0, 120)}` };
    }
    blocks.at(-1)?.spans.push({ traceId, spanId });
  }
  return { kind: 'spans', point, blocks };
}

function attributesOf(row: string): Omit<TapBlock, 'spans'> {
  const attribute = (key: string) =>
    new RegExp(`(?:^| )${key.replace('.', '\\.')}=(\\S*)`).exec(row)?.[1] ?? '';
  return {
    run: attribute(tapAttributes.run),
    cohort: attribute(tapAttributes.cohort),
    instance: attribute(tapAttributes.instance),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
