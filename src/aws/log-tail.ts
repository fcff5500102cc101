import { cloudWatchLogs, tailOf } from './logs.ts';

/** The last lines of a log stream, oldest first; empty while there is none. */
export type LogTail = (group: string, stream: string, lines: number) => Promise<readonly string[]>;

export function logTail(region: string): LogTail {
  const logs = cloudWatchLogs(region);
  return async (group, stream, lines) =>
    (await tailOf(logs, { group, stream }, lines)).map(({ message }) => message.trimEnd());
}
