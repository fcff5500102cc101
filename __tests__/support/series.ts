import type { ReceivedMetric, ReceivedPoint } from './backend.ts';

/** The last value of each series of a metric: counts of spans are cumulative. */
export function lastOfSeries(metrics: readonly ReceivedMetric[], name: string): ReceivedPoint[] {
  const series = new Map<string, ReceivedPoint>();
  for (const { resource, points } of metrics.filter((metric) => metric.name === name)) {
    for (const point of points) {
      const key = JSON.stringify([Object.entries(resource).sort(), Object.entries(point.attributes).sort()]);
      // Two collectors with one series between them would take turns with lower values.
      if (point.value < (series.get(key)?.value ?? 0)) throw new Error(`a count went back: ${key}`);
      series.set(key, point);
    }
  }
  return [...series.values()];
}

export const total = (points: readonly ReceivedPoint[]) => points.reduce((sum, { value }) => sum + value, 0);
