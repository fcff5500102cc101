import type { StackEvent } from '../aws/cloudformation.ts';

/** One line per event: time, status, resource, type, AWS's reason. */
export function eventLine({ at, status, logicalId, type, reason }: StackEvent): string {
  const time = new Date(at).toISOString().slice(11, 19);
  const line = `${time}  ${status.padEnd(35)} ${logicalId} (${type})`;
  return reason ? `${line}: ${reason.replaceAll(/\s+/g, ' ')}` : line;
}
