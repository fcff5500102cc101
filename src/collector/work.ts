import { type CollectorConfig, isOfType, type Pipeline, valueAt } from './model.ts';

/** What a collector does with traces, by the pipelines of its config. */
export interface Work {
  /** Takes traces from others: OTLP. */
  receives: boolean;
  /** Sends each trace to the collector that its trace ID belongs to. */
  routes: boolean;
  /** Decides over whole traces. */
  samples: boolean;
}

export function workOf(config: CollectorConfig): Work {
  const pipelines = Object.entries(config.pipelines).flatMap(([id, pipeline]) =>
    isOfType(id, 'traces') ? [pipeline] : [],
  );
  return {
    receives: pipelines.some(({ receivers }) => receivers.some((id) => isOfType(id, 'otlp'))),
    routes: pipelines.some((pipeline) => routesTraces(pipeline, config)),
    samples: pipelines.some(({ processors }) => processors.some((id) => isOfType(id, 'tail_sampling'))),
  };
}

/** By service, the exporter keeps the metrics of a service together and not a trace: loadbalancingexporter README. */
function routesTraces({ exporters }: Pipeline, config: CollectorConfig): boolean {
  return exporters.some((id) => {
    if (!isOfType(id, 'loadbalancing', 'load_balancing')) return false;
    return (valueAt(config.exporters, id, 'routing_key') ?? 'traceID') === 'traceID';
  });
}

/** Port on which an OTLP receiver takes gRPC unless its config says otherwise: otlpreceiver README. */
const defaultGrpcPort = 4317;

/**
 * Port on which the collector takes OTLP traces over gRPC; undefined when it does not, or when the port cannot be told.
 * Expects a config whose variables are in place.
 */
export function grpcPortOf(config: CollectorConfig): number | undefined {
  const receivers = Object.entries(config.pipelines).flatMap(([id, pipeline]) =>
    isOfType(id, 'traces') ? pipeline.receivers.filter((each) => isOfType(each, 'otlp')) : [],
  );
  for (const id of receivers) {
    const protocols = valueAt(config.receivers, id, 'protocols');
    if (typeof protocols !== 'object' || protocols === null || !('grpc' in protocols)) continue;
    const endpoint = valueAt(protocols, 'grpc', 'endpoint');
    if (endpoint === undefined) return defaultGrpcPort;
    const port = /:(\d+)$/.exec(String(endpoint))?.[1];
    return port === undefined ? undefined : Number(port);
  }
  return undefined;
}
