const heartbeatMs = 15_000;
/** Steps faster than this report their start only. */
const quickMs = 1_500;

/** Tells a person what a long set-up is doing. */
export interface Progress {
  /** Names a step while it runs, with a sign of life every 15 seconds. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** One line of information. */
  note(text: string): void;
}

/** Writes `[ 12.3 s] text` lines; the time counts from the making of the printer. */
export function consoleProgress(write: (line: string) => void = printLine, now = Date.now): Progress {
  const begun = now();
  const note = (text: string) => write(`[${seconds(now() - begun).padStart(6)} s] ${text}`);
  return {
    note,
    async step(title, work) {
      const started = now();
      note(`${title} …`);
      const heartbeat = setInterval(
        () => note(`… ${title}: ${seconds(now() - started)} s so far`),
        heartbeatMs,
      );
      try {
        const result = await work();
        if (now() - started > quickMs) note(`✓ ${title} (${seconds(now() - started)} s)`);
        return result;
      } finally {
        clearInterval(heartbeat);
      }
    },
  };
}

/** For tests and for callers that print their own account. */
export const silentProgress: Progress = { step: (_title, work) => work(), note: () => {} };

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
