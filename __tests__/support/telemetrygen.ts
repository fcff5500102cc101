import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binary } from './collector.ts';

export interface TraceLoad {
  /** OTLP/gRPC port on 127.0.0.1. */
  port: number;
  traces: number;
  /** Spans per second; telemetrygen counts spans, not traces. Default 500, which it can hold. */
  rate?: number;
  /** Resource attributes. */
  attributes?: Readonly<Record<string, string>>;
  status?: 'Unset' | 'Error';
  /** Default 1: a trace of two spans. */
  childSpans?: number;
  spanDuration?: string;
}

/** Sends traces with the real telemetrygen. Its exit code proves nothing, so its log is read too. */
export async function sendTraces(load: TraceLoad): Promise<void> {
  const attributes = Object.entries(load.attributes ?? {}).flatMap(([key, value]) => [
    '--otlp-attributes',
    `${key}="${value}"`,
  ]);
  const { stdout, stderr } = await promisify(execFile)(binary('ECS_TAIL_SAMPLING_TELEMETRYGEN'), [
    'traces',
    `--otlp-endpoint=127.0.0.1:${load.port}`,
    '--otlp-insecure',
    `--traces=${load.traces}`,
    `--rate=${load.rate ?? 500}`,
    `--child-spans=${load.childSpans ?? 1}`,
    `--status-code=${load.status ?? 'Unset'}`,
    `--span-duration=${load.spanDuration ?? '1ms'}`,
    ...attributes,
  ]);
  const failure = /.*traces export: .*/.exec(stdout + stderr);
  if (failure) throw new Error(`telemetrygen could not send: ${failure[0]}`);
}
