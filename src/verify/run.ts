import { randomBytes } from 'node:crypto';
import { LogStreamReader, type Logs } from '../aws/logs.ts';
import type { Clock } from '../kit/clock.ts';

/** How this folder speaks; a reporter fits. */
export interface Voice {
  info(line: string): void;
  debug(line: string): void;
  warning(line: string): void;
}

/** What everything in this folder that waits is given. */
export interface Pace {
  clock: Clock;
  signal: AbortSignal;
  voice: Voice;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** A new run's id: sortable by time, unique without a registry, fit for names, tags and attributes. */
export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** Tags on everything that a run makes, by which a clean-up finds what is the kit's. */
export function verifyTags(runId: string): Record<string, string> {
  const { key, value } = runTag(runId);
  return { 'ecs-tail-sampling': 'verify', [key]: value };
}

/** The one of them that tells runs apart. */
export function runTag(runId: string): { key: string; value: string } {
  return { key: 'ecs-tail-sampling:run', value: runId };
}

/** Where the tasks of a run log; made when absent. */
const verifyLogGroup = '/ecs/telemetrygen';
const logRetentionDays = 14;
const streamPrefix = 'ecs';

/** For a container of the run. */
export function logsOf(region: string) {
  return { group: verifyLogGroup, region, streamPrefix };
}

/** What such a container of a task has written, from the start. */
export function taskLog(logs: Logs, container: string, taskArn: string): LogStreamReader {
  const stream = `${streamPrefix}/${container}/${taskArn.split('/').at(-1)}`;
  return new LogStreamReader(logs, { group: verifyLogGroup, stream });
}

/** Without the group no task of the run would start. */
export async function ensureLogGroup(logs: Logs, runId: string): Promise<void> {
  await logs.ensureGroup(verifyLogGroup, { retentionDays: logRetentionDays, tags: verifyTags(runId) });
}
