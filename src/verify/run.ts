import { randomBytes } from 'node:crypto';

/** How this folder speaks; a reporter fits. */
export interface Voice {
  info(line: string): void;
  debug(line: string): void;
  warning(line: string): void;
}

/** A new run's id: sortable by time, unique without a registry, fit for names, tags and attributes. */
export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** Tags on everything that a run makes, by which a clean-up finds what is the kit's. */
export function verifyTags(runId: string): Record<string, string> {
  return { 'ecs-tail-sampling': 'verify', 'ecs-tail-sampling:run': runId };
}
