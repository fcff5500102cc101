import { isKitError } from '../kit/errors.ts';
import { ConfigLines } from './config-lines.ts';
import { type CollectorConfig, isOfType, readCollectorConfig, valueAt } from './model.ts';

/** Which collectors run a config; traces pass agents, then receivers, then gateways, or some of these. */
export type LintRole = 'agent' | 'receiver' | 'gateway';

export interface LintConfig {
  role: LintRole;
  /** The file as the user knows it; findings name it. */
  path: string;
  text: string;
}

/** Something in a set of configs that must not be deployed. `docs/lint.md` has a section for each rule. */
export interface Finding {
  rule: 'span-metrics-once';
  /** What is wrong; one sentence without its end, places left out. */
  reason: string;
  /** What to change; one sentence without its end. */
  fix: string;
  /** Every place that takes part, upstream first. */
  places: readonly FindingPlace[];
}

export interface FindingPlace {
  role: LintRole;
  path: string;
  /** From 1. */
  line: number;
}

/** A config that could be read, with the lines of its text. */
interface Readable extends LintConfig {
  config: CollectorConfig;
  lines: ConfigLines;
}

/**
 * What is wrong with configs that are deployed together; empty when nothing is. A config that is not YAML, or not the
 * shape of a collector config, has no findings: the collector names that fault itself, with its line.
 */
export function lintConfigs(configs: readonly LintConfig[]): Finding[] {
  const readable = configs.flatMap(read);
  return spanMetricsOnce(readable);
}

function read(given: LintConfig): Readable[] {
  try {
    const config = readCollectorConfig(given.path, given.text);
    return [{ ...given, config, lines: new ConfigLines(given.text) }];
  } catch (error) {
    if (isKitError(error, 'config-unreadable')) return [];
    throw error;
  }
}

const order: readonly LintRole[] = ['agent', 'receiver', 'gateway'];

/** A span that passes two collectors with span metrics is counted by both. */
function spanMetricsOnce(configs: readonly Readable[]): Finding[] {
  const counting = order
    .flatMap((role) => configs.filter((each) => each.role === role))
    .filter(({ config }) => spanMetricsUses(config).length > 0);
  const counters = counting.filter((one) =>
    counting.some((other) => other.role !== one.role && onOnePath(one, other)),
  );
  if (counters.length === 0) return [];
  const roles = [...new Set(counters.map(({ role }) => `${role}s`))];
  return [
    {
      rule: 'span-metrics-once',
      reason: `span metrics on the ${roles.join(' and on the ')}: each span would be counted ${roles.length === 2 ? 'twice' : 'three times'}`,
      fix: `remove the span metrics connector from the traces pipelines of all but one of ${roles.join(', ')}`,
      places: counters.flatMap(placesOf),
    },
  ];
}

/**
 * Whether the same span can pass both. All spans end at the gateways. Agents and receivers share a path only where
 * the agents send to the receivers; else the receivers serve senders without agents.
 */
function onOnePath(one: Readable, other: Readable): boolean {
  const agent = [one, other].find(({ role }) => role === 'agent');
  const roles = [one.role, other.role];
  if (agent === undefined || roles.includes('gateway')) return true;
  return tracesExporters(agent.config).some(({ id }) =>
    JSON.stringify(valueAt(agent.config.exporters, id) ?? '').includes('grpc-receiver'),
  );
}

interface Use {
  pipeline: string;
  id: string;
}

/**
 * Where the config counts spans: connectors of the type, by its old or new name, that a traces pipeline exports to.
 * One that is only declared is never started.
 */
function spanMetricsUses(config: CollectorConfig): Use[] {
  return tracesExporters(config).filter(
    ({ id }) => id in config.connectors && isOfType(id, 'spanmetrics', 'span_metrics'),
  );
}

function tracesExporters(config: CollectorConfig): Use[] {
  return Object.entries(config.pipelines)
    .filter(([name]) => isOfType(name, 'traces'))
    .flatMap(([pipeline, { exporters }]) => exporters.map((id) => ({ pipeline, id })));
}

function placesOf({ role, path, config, lines }: Readable): FindingPlace[] {
  return spanMetricsUses(config).map(({ pipeline, id }) => {
    const exporters = ['service', 'pipelines', pipeline, 'exporters'];
    const line = lines.find(exporters, (text) => text === id) ?? lines.nearest(exporters) ?? 1;
    return { role, path, line };
  });
}
