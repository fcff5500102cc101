import { parse } from 'yaml';
import { KitError, messageOf } from '../kit/errors.ts';
import { withVariables } from './expansion.ts';

type Section = Readonly<Record<string, unknown>>;

export interface Pipeline {
  receivers: readonly string[];
  processors: readonly string[];
  exporters: readonly string[];
}

/** A collector config as far as the kit looks into it. */
export interface CollectorConfig {
  /** How messages call it: the object's key or the file's path. */
  name: string;
  receivers: Section;
  processors: Section;
  exporters: Section;
  connectors: Section;
  /** By full name: `traces`, `traces/tap-kept`. */
  pipelines: Readonly<Record<string, Pipeline>>;
  /** `service.telemetry.logs`, empty when absent. */
  logs: Section;
  /** `service.telemetry.metrics`, empty when absent. */
  metrics: Section;
}

/** @throws KitError `config-unreadable` when the text is not YAML or not the shape of a collector config. */
export function readCollectorConfig(name: string, text: string): CollectorConfig {
  return readMergedConfig([{ name, text }]);
}

/**
 * Several configs as the collector puts them together: maps are merged, of everything else the later one holds.
 * @param environment of its container, whose variables are put in place; without it they are left as they stand
 */
export function readMergedConfig(
  parts: readonly { name: string; text: string }[],
  environment?: Readonly<Record<string, string>>,
): CollectorConfig {
  const name = parts.map((part) => part.name).join(' + ');
  const written = parts.map((part) => sectionIn(part.name, part.text)).reduce(merged, {});
  // Only now: an error of the parser shows the text, in which no value of a variable shall be.
  const document = environment ? section(withVariables(written, environment)) : written;
  const service = section(document['service']);
  const pipelines = Object.entries(section(service['pipelines']));
  if (pipelines.length === 0) throw unreadable(name, 'it has no service.pipelines');
  return {
    name,
    receivers: section(document['receivers']),
    processors: section(document['processors']),
    exporters: section(document['exporters']),
    connectors: section(document['connectors']),
    pipelines: Object.fromEntries(pipelines.map(([key, value]) => [key, pipeline(section(value))])),
    logs: section(section(service['telemetry'])['logs']),
    metrics: section(section(service['telemetry'])['metrics']),
  };
}

/** Levels at which a collector says that it starts: the default, and the one below it. */
const tellingLevels = ['info', 'debug'];

/**
 * Whether a collector with this config writes lines to its container's log whatever else happens. No where that cannot
 * be told, as with a level from the environment, or where the text is no config.
 */
export function tellsOfItsStart(text: string): boolean {
  try {
    const logs = valueAt(parse(text), 'service', 'telemetry', 'logs');
    const level = valueAt(logs, 'level') ?? 'info';
    return tellingLevels.includes(String(level).toLowerCase()) && valueAt(logs, 'output_paths') === undefined;
  } catch {
    return false;
  }
}

/** Whether a component id is of one of `types`: `tail_sampling/main` is of type `tail_sampling`. */
export function isOfType(id: string, ...types: string[]): boolean {
  return types.includes(id.split('/', 1)[0] ?? '');
}

/** The value at `path` below `root`; undefined as soon as a step is missing. */
export function valueAt(root: unknown, ...path: string[]): unknown {
  let value = root;
  for (const key of path) value = isSection(value) ? value[key] : undefined;
  return value;
}

/**
 * Seconds of a duration as the collector reads it (Go's notation: `1m30s`, `500ms`); a bare number
 * counts nanoseconds. `${env:NAME:-10s}` gives its default; undefined when no value can be told.
 */
export function durationSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value / 1e9;
  if (typeof value !== 'string') return undefined;
  const expansion = /^\$\{(?:env:)?\w+:-([^}]*)\}$/.exec(value.trim());
  const text = expansion?.[1] ?? value.trim();
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  }
  return seconds;
}

const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

function sectionIn(name: string, text: string): Section {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw unreadable(name, messageOf(error), error);
  }
  if (!isSection(document)) throw unreadable(name, 'it is not a YAML map');
  return document;
}

function merged(earlier: Section, later: Section): Section {
  const both = Object.entries(later).map(([key, value]) => {
    const before = earlier[key];
    return [key, isSection(before) && isSection(value) ? merged(before, value) : value];
  });
  return { ...earlier, ...Object.fromEntries(both) };
}

function pipeline(value: Section): Pipeline {
  return {
    receivers: names(value['receivers']),
    processors: names(value['processors']),
    exporters: names(value['exporters']),
  };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function section(value: unknown): Section {
  return isSection(value) ? value : {};
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(name: string, reason: string, cause?: unknown): KitError {
  return new KitError(`the collector config ${name} cannot be read: ${reason}`, {
    code: 'config-unreadable',
    source: 'user',
    cause,
  });
}
