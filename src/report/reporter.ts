import type { OutputName } from '../kit/outputs.ts';

/** A remark on a file of the workspace, shown beside its line in the pull request. */
export interface Annotation {
  /** Relative to the workspace. */
  file: string;
  /** From 1; the file as a whole when it is not known. */
  line: number | undefined;
  message: string;
}

/** How steps speak. The GitHub implementation is in `github.ts`; tests collect lines. */
export interface Reporter {
  /** Runs `work` inside a folded group of the log; closed whatever happens. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  info(line: string): void;
  debug(line: string): void;
  warning(line: string): void;
  /** Marks a line of a file as wrong; the failure itself is reported apart from it. */
  annotate(annotation: Annotation): void;
  /** Adds Markdown to the job summary, which is written once at the end, on failure too. */
  summary(markdown: string): void;
  /** Sets an output as soon as it is known, so that a failed run still has it. */
  output(name: OutputName, value: string | number | boolean): void;
}
