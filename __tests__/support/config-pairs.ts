import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { replaced } from './verified-stack.ts';

/** The allowed pairs of shipped configs in which spans are counted. */
export const configPairs = {
  spanMetricsOnReceivers: {
    receiver: 'receiver-config-with-span-metrics.yaml',
    gateway: 'gateway-config.yaml',
  },
  spanMetricsOnGateways: {
    receiver: 'receiver-config.yaml',
    gateway: 'gateway-config-with-span-metrics.yaml',
  },
};

/** Span metrics are sent this often, and sampling is decided after as long. */
export const flushSeconds = 2;

function quickened(file: string, config: string): string {
  const flushed = file.includes('with-span-metrics')
    ? replaced(config, 'metrics_flush_interval: 15s', `metrics_flush_interval: ${flushSeconds}s`)
    : config;
  return file.startsWith('gateway')
    ? replaced(flushed, 'decision_wait: 10s', `decision_wait: ${flushSeconds}s`)
    : flushed;
}

/** Puts the files of all pairs into a folder, with the short waits. */
export function copyConfigPairs(folder: string): void {
  for (const file of Object.values(configPairs).flatMap((pair) => Object.values(pair))) {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../configs', file), 'utf8');
    writeFileSync(path.join(folder, file), quickened(file, text));
  }
}
