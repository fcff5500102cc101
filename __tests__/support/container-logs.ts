import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Docker's json-file driver cuts a line. */
const pieceBytes = 16 * 1024;

export interface ContainerLog {
  /** Writes a line as the container would, in pieces when it is long. */
  write(line: string, stream?: 'stdout' | 'stderr'): void;
  /** Writes the text as one entry; without a newline at its end it is a piece of a line. */
  entry(log: string, stream?: 'stdout' | 'stderr'): void;
}

/**
 * A log file in the format of Docker's json-file driver, below `folder` as below /var/lib/docker/containers.
 * @param attrs labels that the driver's option `labels` names; without any, the driver writes no `attrs`
 */
export function containerLog(
  folder: string,
  id: string,
  attrs?: Readonly<Record<string, string>>,
): ContainerLog {
  mkdirSync(join(folder, id), { recursive: true });
  const path = join(folder, id, `${id}-json.log`);
  const entry = (log: string, stream = 'stdout') => {
    const time = new Date().toISOString().replace('Z', '123456Z');
    appendFileSync(path, `${JSON.stringify({ log, stream, attrs, time })}\n`);
  };
  return {
    entry,
    write: (line, stream = 'stdout') => {
      const text = `${line}\n`;
      for (let at = 0; at < text.length; at += pieceBytes) entry(text.slice(at, at + pieceBytes), stream);
    },
  };
}
