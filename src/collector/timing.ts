import { KitError } from '../kit/errors.ts';
import type { CollectorConfig } from './model.ts';
import { durationSeconds, isOfType, valueAt } from './model.ts';

/** The processor's own default: tailsamplingprocessor README, `decision_wait`. */
const defaultDecisionWait = '30s';
/**
 * Cloud Map answers DiscoverInstances as of a moment ago, whatever ListInstances says already: at most this many seconds
 * ("within five seconds", aws.amazon.com/cloud-map/features; from memory, a conformance run measures it).
 */
export const discoveryLagSeconds = 5;
/**
 * Until all name servers of Route 53 answer with a changed record, on top of its TTL.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html: "generally […] within 60 seconds"
 */
export const nameLagSeconds = 60;
/** Defaults of the `aws_cloud_map` and `dns` resolvers: loadbalancingexporter README. */
const resolverDefaults = {
  aws_cloud_map: { interval: '30s', timeout: '5s', lag: discoveryLagSeconds },
  dns: { interval: '5s', timeout: '1s', lag: nameLagSeconds },
} as const;

/**
 * Seconds from a trace's first span to its decision: the longest `decision_wait` among the
 * tail_sampling processors in use.
 * @throws KitError `config-unreadable` when no tail_sampling is in use or a value cannot be told.
 */
export function decisionWaitSeconds(config: CollectorConfig): number {
  const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.processors));
  const samplers = [...inUse].filter((id) => isOfType(id, 'tail_sampling'));
  if (samplers.length === 0) throw cannotTell(config, 'no pipeline uses a tail_sampling processor');
  return Math.max(
    ...samplers.map((id) => {
      const value = valueAt(config.processors, id, 'decision_wait') ?? defaultDecisionWait;
      return seconds(config, `processors.${id}.decision_wait`, value);
    }),
  );
}

/**
 * Seconds after which the routing exporter knows of a gateway that came or went: the longest lag of AWS's answers
 * + interval + timeout among the resolvers in use; 0 for a fixed list of gateways.
 * @throws KitError `config-unreadable` when no loadbalancing exporter is in use or a value cannot be told.
 */
export function resolverSeconds(config: CollectorConfig): number {
  const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.exporters));
  const routers = [...inUse].filter((id) => isOfType(id, 'loadbalancing', 'load_balancing'));
  if (routers.length === 0) throw cannotTell(config, 'no pipeline uses a loadbalancing exporter');
  return Math.max(...routers.map((id) => resolverOf(config, id)));
}

function resolverOf(config: CollectorConfig, id: string): number {
  for (const [kind, defaults] of Object.entries(resolverDefaults)) {
    const path = ['exporters', id, 'resolver', kind];
    const resolver = valueAt(config, ...path);
    if (resolver === undefined) continue;
    const interval = valueAt(resolver, 'interval') ?? defaults.interval;
    const timeout = valueAt(resolver, 'timeout') ?? defaults.timeout;
    return (
      defaults.lag +
      seconds(config, `${path.join('.')}.interval`, interval) +
      seconds(config, `${path.join('.')}.timeout`, timeout)
    );
  }
  if (valueAt(config.exporters, id, 'resolver', 'static') !== undefined) return 0;
  throw cannotTell(config, `exporters.${id}.resolver is of no kind that is known here`);
}

function seconds(config: CollectorConfig, path: string, value: unknown): number {
  const parsed = durationSeconds(value);
  if (parsed === undefined) throw cannotTell(config, `${path} is no duration: ${String(value)}`);
  return parsed;
}

function cannotTell(config: CollectorConfig, reason: string): KitError {
  return new KitError(`the collector config ${config.name} cannot be judged: ${reason}`, {
    code: 'config-unreadable',
    source: 'user',
    hint: 'give durations as 10s or 1m30s',
  });
}
