import type { OutputName } from '../../src/kit/outputs.ts';
import type { Annotation, Reporter } from '../../src/report/reporter.ts';

/** Keeps what a step says. */
export class FakeReporter implements Reporter {
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly outputs: Partial<Record<OutputName, string | number | boolean>> = {};
  markdown = '';

  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.lines.push(title);
    return work();
  }
  info = (line: string) => void this.lines.push(line);
  debug = () => {};
  warning = (line: string) => void this.warnings.push(line);
  annotate = (annotation: Annotation) => void this.annotations.push(annotation);
  summary = (markdown: string) => {
    this.markdown += markdown;
  };
  output = (name: OutputName, value: string | number | boolean) => {
    this.outputs[name] = value;
  };
}
