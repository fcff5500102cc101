import { type CollectorConfig, isOfType, valueAt } from './model.ts';

/**
 * Milliseconds that a trace has to last so that the config's latency policies keep it; undefined where that is
 * not certain: no such policy, one inside another policy, one with an upper bound, or a threshold that is no number.
 */
export function slowMilliseconds(config: CollectorConfig): number | undefined {
  const inUse = new Set(Object.values(config.pipelines).flatMap((pipeline) => pipeline.processors));
  const samplers = [...inUse].filter((id) => isOfType(id, 'tail_sampling'));
  const policies = samplers.flatMap((id) => {
    const found = valueAt(config.processors, id, 'policies');
    return Array.isArray(found) ? found : [];
  });
  // Inside `and`, `composite` or `drop`, the duration alone does not decide.
  const thresholds = policies
    .filter((policy) => valueAt(policy, 'type') === 'latency')
    .map((policy) =>
      valueAt(policy, 'latency', 'upper_threshold_ms')
        ? undefined
        : valueAt(policy, 'latency', 'threshold_ms'),
    );
  if (samplers.length !== 1 || thresholds.length === 0) return undefined;
  if (!thresholds.every((threshold) => typeof threshold === 'number')) return undefined;
  return Math.max(...thresholds);
}

/** Exporters that get what the config's samplers keep, connectors left out. */
export function sampledExporters(config: CollectorConfig): string[] {
  const sampling = Object.values(config.pipelines).filter((pipeline) =>
    pipeline.processors.some((id) => isOfType(id, 'tail_sampling')),
  );
  return [...new Set(sampling.flatMap((pipeline) => pipeline.exporters))].filter(
    (id) => id in config.exporters,
  );
}
